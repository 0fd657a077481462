"""Build a final version with what its tested candidate was built with."""

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from conda_sluice.effects.artifact import read_info
from conda_sluice.model.environment import ChannelSource, Unsolvable
from conda_sluice.model.job import BuildJob
from conda_sluice.model.names import NOARCH, Subdir
from conda_sluice.model.package import Distribution
from conda_sluice.model.project import VersionOrigin
from conda_sluice.pipeline.bench import Bench
from conda_sluice.pipeline.candidates import Place
from conda_sluice.pipeline.ladder import Ladder
from conda_sluice.pipeline.origins import Origins
from conda_sluice.pipeline.record import tests_in
from conda_sluice.plan.builds import PlannedBuild
from conda_sluice.plan.candidates import candidates_of
from conda_sluice.plan.comparing.built_with import RENDERED_RECIPE, recorded_environment
from conda_sluice.plan.recorded import pins_of, specs_with

Pins = Mapping[str, str]
"""Package names, and the exact match specs that replace them in build and host."""


def recorded_pins(
    bench: Bench, due: Iterable[PlannedBuild], ladder: Ladder, channels: Sequence[str]
) -> Mapping[Distribution, Pins]:
    """Return what final builds are to be made with: what their candidates were made with.

    Only what a recipe names itself is pinned. Where that cannot be had from `channels` together
    any more, nothing is; the gate `same-as-candidate` says what differs.
    """
    origins = Origins(bench.store, bench.ledger, {})
    planned = list(due)
    made = {one.job.name for one in planned}
    found: dict[Distribution, Pins] = {}
    for one in planned:
        place = _candidate(bench, one, ladder, origins)
        needs = one.job.rendered.requirements
        pins = pins_of(needs, _environment(bench, place), made)
        if pins and _can_be_had(bench, one.job, specs_with(needs, pins, made), channels):
            found[one.job.distribution] = pins
    return found


def _candidate(bench: Bench, one: PlannedBuild, ladder: Ladder, origins: Origins) -> Place | None:
    """Return the newest tested candidate of the same sources, and a channel that holds it."""
    job = one.job
    if one.version.origin is VersionOrigin.STATIC or job.source is None:
        return None
    tests = tests_in(bench.ledger.events(job.name))
    for rung, records in zip(ladder.rungs, ladder.records, strict=True):
        for record in candidates_of(job, records, tests):
            origin = origins.of(record, rung.channel)
            if origin and (origin.tree, origin.path) == (job.source.content, job.source.path):
                return record, rung.channel
    return None


def _environment(bench: Bench, place: Place | None) -> Sequence[str]:
    if place is None:
        return ()
    with tempfile.TemporaryDirectory(prefix="sluice-") as folder:
        file = bench.store.get(*place, Path(folder))
        return recorded_environment(read_info(file, RENDERED_RECIPE)) or ()


def _can_be_had(
    bench: Bench, job: BuildJob, environments: Iterable[Sequence[str]], channels: Sequence[str]
) -> bool:
    """Tell whether each of these environments can be solved, beside what the recipe asks for."""
    platform = bench.platform if job.subdir == NOARCH else Subdir(job.subdir)
    sources = [ChannelSource(url) for url in channels]
    answers = (bench.environments.solve(specs, sources, platform) for specs in environments)
    return not any(isinstance(answer, Unsolvable) for answer in answers)
