"""Seed a host channel: what the machine gives, then the wheels and R packages asked for."""

import shutil
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.markers import default_environment

from conda_sluice.effects.files import write_atomically
from conda_sluice.errors import SluiceError, UsageError
from conda_sluice.model.names import PackageName
from conda_sluice.model.package import PackageRecord
from conda_sluice.seed.bench import SeedBench
from conda_sluice.seed.host import find_missing, plan_host
from conda_sluice.seed.machine import Machine
from conda_sluice.seed.outcome import AlreadySeeded, SeedFailed, SeedOutcome, Unavailable
from conda_sluice.seed.pip import Downloaded, download_wheels
from conda_sluice.seed.publish import Package, Task, publish
from conda_sluice.seed.selection import (
    as_record,
    is_r,
    needed_wheels,
    plan_r_packages,
    say_what_is_needed,
    split_seeded,
)
from conda_sluice.seed.specs import (
    Asked,
    find_provided,
    is_provided,
    parse_asked,
    parse_wheel_requirement,
)
from conda_sluice.seed.variants import VARIANTS_FILE, render_variants
from conda_sluice.seed.wheel import read_wheel
from conda_sluice.seed.wheel_plan import WheelPackage, plan_wheels


def seed_packages(
    machine: Machine,
    specs: Iterable[str],
    bench: SeedBench,
    provided: Sequence[PackageRecord] = (),
) -> Iterator[SeedOutcome]:
    """Fill the host channel and give each outcome as it comes.

    All host packages are made; of `specs` (match specs, `compiler:c`, `stdlib:c`) those are seeded
    that neither the channel nor `provided`, the records of other channels, satisfies. Wheels are
    published together, for each needs others of them.
    """
    asked = parse_asked(specs, machine)
    host = plan_host(machine)
    records = bench.records()
    known = (*provided, *records, *(as_record(one) for one in host))
    r_packages, r_lacking = plan_r_packages(asked, machine, known)
    missing = (*say_what_is_needed(find_missing(machine), asked, known), *r_lacking)
    yield from missing
    todo, done = split_seeded((*host, *r_packages), records)
    lacking = {one.name for one in missing}
    from_pypi = [one for one in asked if not is_r(one) and one.name not in lacking]
    wheels, outcomes = _choose(from_pypi, records, known)
    yield from dict.fromkeys((*done, *outcomes))  # several specs may ask for one package
    yield from _make(machine, todo, _WheelRequest(wheels, known), bench)


def write_variants(machine: Machine, folder: Path) -> Path:
    """Write the variants file of a channel into its folder, where it does not stand there."""
    path = folder / VARIANTS_FILE
    data = render_variants(machine).encode()
    if not path.is_file() or path.read_bytes() != data:
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(path, data)
    return path


@dataclass(frozen=True, slots=True)
class _WheelRequest:
    """Specs to be had from PyPI, and all records that may already provide what they need."""

    asked: tuple[Asked, ...]
    known: tuple[PackageRecord, ...]


def _choose(
    asked: Iterable[Asked], records: Sequence[PackageRecord], known: Sequence[PackageRecord]
) -> tuple[tuple[Asked, ...], tuple[AlreadySeeded | Unavailable, ...]]:
    """Tell what PyPI is to be asked for, and what becomes of the rest."""
    wanted: list[Asked] = []
    outcomes: list[AlreadySeeded | Unavailable] = []
    for one in asked:
        if record := find_provided(one.spec, records):
            outcomes.append(
                AlreadySeeded(name=record.name, version=record.version, build=record.build)
            )
        elif is_provided(one.spec, known):
            continue
        elif reason := _not_for_pypi(one.spec):
            outcomes.append(Unavailable(name=one.name, reason=reason.what, remedy=reason.remedy))
        else:
            wanted.append(one)
    return tuple(wanted), tuple(outcomes)


def _not_for_pypi(spec: str) -> UsageError | None:
    try:
        parse_wheel_requirement(spec)
    except UsageError as error:
        return error
    return None


def _make(
    machine: Machine, todo: Sequence[Package], request: _WheelRequest, bench: SeedBench
) -> Iterator[SeedOutcome]:
    """Make the packages of the machine while pip downloads wheels, then make packages of those."""
    folder = bench.workspace / "wheels"
    download = _start_download(request, folder, bench)
    host = {bench.submit(one, machine.subdir): one for one in todo}
    wheels: list[Task] = []
    pending: set[Future[Any]] = {*host, *([download] if download else [])}
    while pending:
        done, pending = wait(pending, return_when=FIRST_COMPLETED)
        for future in done:
            if future is download:
                packages, outcomes = _plan_downloaded(download, machine, request, bench)
                yield from outcomes
                wheels = [(one, bench.submit(one, machine.subdir)) for one in packages]
                pending |= {task for _, task in wheels}
            elif future in host:
                yield from publish([(host[future], future)], bench)
    yield from publish(wheels, bench)
    shutil.rmtree(folder, ignore_errors=True)


def _start_download(
    request: _WheelRequest, folder: Path, bench: SeedBench
) -> Future[Downloaded] | None:
    if not request.asked:
        return None
    shutil.rmtree(folder, ignore_errors=True)
    requirements = [parse_wheel_requirement(one.spec) for one in request.asked]
    return bench.executor.submit(
        download_wheels, requirements, folder, python=bench.python, run=bench.run
    )


def _plan_downloaded(
    download: Future[Downloaded], machine: Machine, request: _WheelRequest, bench: SeedBench
) -> tuple[tuple[WheelPackage, ...], list[SeedOutcome]]:
    """Return the packages to make of what was downloaded, and what is already decided."""
    names = {str(parse_wheel_requirement(one.spec).name): one.name for one in request.asked}
    python = machine.python
    environment = {
        **{key: str(value) for key, value in default_environment().items()},
        "python_version": python.minor,
        "python_full_version": python.version,
    }
    try:
        found = download.result()
        wheels = [read_wheel(path) for path in found.wheels]
        plan = plan_wheels(wheels, machine, environment, names)
    except SluiceError as error:
        failed = [
            SeedFailed(name=PackageName(one.name), version="", reason=str(error))
            for one in request.asked
        ]
        return (), list(failed)
    needed = needed_wheels(plan, request.asked, request.known)
    todo, there = split_seeded(needed, bench.records())
    return todo, [*found.unavailable, *there]
