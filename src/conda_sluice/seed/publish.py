"""Put what was made into the host channel, never a package without what it needs."""

import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import Future

from conda_sluice.effects.artifact import read_artifact
from conda_sluice.errors import SluiceError
from conda_sluice.model.package import Artifact
from conda_sluice.plan.requirement import required_name
from conda_sluice.seed.bench import Made, SeedBench
from conda_sluice.seed.outcome import Seeded, SeedFailed
from conda_sluice.seed.package import SeedPackage
from conda_sluice.seed.wheel_plan import WheelPackage

Package = SeedPackage | WheelPackage
Task = tuple[Package, "Future[Made]"]


def publish(finished: Sequence[Task], bench: SeedBench) -> Iterator[Seeded | SeedFailed]:
    """Publish finished packages at one go; what failed holds back what needs it."""
    made: list[tuple[Package, Made, Artifact]] = []
    failed: list[SeedFailed] = []
    for package, future in finished:
        try:
            result = future.result()
            made.append((package, result, read_artifact(result.path)))
        except SluiceError as error:
            failed.append(_failed(package, str(error)))
    held = _held_back([package for package, _, _ in made], failed)
    failed += held
    names = {one.name for one in held}
    ready = [one for one in made if one[0].name not in names]
    if ready:
        bench.store.put([artifact for _, _, artifact in ready], bench.channel)
    for package, result, _ in ready:
        yield Seeded(
            name=package.name, version=package.version, build=package.build, seconds=result.seconds
        )
    yield from failed
    for _, result, _ in made:
        shutil.rmtree(result.workspace, ignore_errors=True)


def _held_back(made: Sequence[Package], failed: Sequence[SeedFailed]) -> list[SeedFailed]:
    """Return the wheels that need, near or far, one that failed."""
    broken = {one.name for one in failed}
    held: list[SeedFailed] = []
    for _ in made:  # each round finds at least one more, or ends
        found = [
            _failed(one, f"it needs {name}, which could not be made")
            for one in made
            if isinstance(one, WheelPackage) and one.name not in broken
            for name in [required_name(spec) for spec in one.depends]
            if name in broken
        ]
        if not found:
            break
        unique = {one.name: one for one in found}
        held += unique.values()
        broken |= unique.keys()
    return held


def _failed(package: Package, reason: str) -> SeedFailed:
    return SeedFailed(name=package.name, version=package.version, reason=reason)
