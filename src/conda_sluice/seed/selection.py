"""What is left to do: what was asked for, against what is there. Pure but for R's libraries."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from conda_sluice.model.names import PackageName
from conda_sluice.model.package import PackageRecord
from conda_sluice.plan.requirement import required_name
from conda_sluice.seed.machine import Machine
from conda_sluice.seed.outcome import AlreadySeeded, Unavailable
from conda_sluice.seed.package import SeedPackage
from conda_sluice.seed.r_library import find_installed, seed_r_package
from conda_sluice.seed.specs import Asked, is_provided
from conda_sluice.seed.wheel_plan import WheelPackage

One = TypeVar("One", SeedPackage, WheelPackage)

_ALSO_WHEELS = frozenset({"cmake", "ninja"})
_RARE = frozenset({"libtool", "m4", "bison", "flex"})


def say_what_is_needed(
    missing: Iterable[Unavailable], asked: Iterable[Asked], known: Sequence[PackageRecord]
) -> tuple[Unavailable, ...]:
    """Return what the machine lacks, marked where it was asked for and nothing else provides it.

    CMake and Ninja are left out when they were asked for: PyPI has them. What few recipes want is
    left out when it was not; where it was, PyPI is no place for it: a stranger has its name there.
    """
    names = {one.name for one in asked if not is_provided(one.spec, known)}
    return tuple(
        replace(one, is_needed=one.name in names)
        for one in missing
        if one.name not in names & _ALSO_WHEELS and one.name not in _RARE - names
    )


def plan_r_packages(
    asked: Iterable[Asked], machine: Machine, known: Sequence[PackageRecord]
) -> tuple[tuple[SeedPackage, ...], tuple[Unavailable, ...]]:
    """Return the R packages to seed, and those that are not on the machine."""
    wanted = [
        PackageName(one.name) for one in asked if is_r(one) and not is_provided(one.spec, known)
    ]
    if not wanted:
        return (), ()
    installed = find_installed(machine.r) if machine.r is not None else ()
    plans = [one for name in wanted for one in seed_r_package(name, installed, machine)]
    unique = {one.name: one for one in plans}.values()
    return (
        tuple(one for one in unique if isinstance(one, SeedPackage)),
        tuple(one for one in unique if isinstance(one, Unavailable)),
    )


def is_r(asked: Asked) -> bool:
    """Tell whether a spec names an R package."""
    return asked.name.startswith("r-") and asked.name != "r-base"


def split_seeded(
    packages: Iterable[One], records: Iterable[PackageRecord]
) -> tuple[tuple[One, ...], tuple[AlreadySeeded, ...]]:
    """Tell what is to be made from what the channel holds by that very name, version and build."""
    known = {(one.name, one.version, one.build) for one in records}
    todo: list[One] = []
    done: list[AlreadySeeded] = []
    for one in packages:
        if (one.name, one.version, one.build) in known:
            done.append(AlreadySeeded(name=one.name, version=one.version, build=one.build))
        else:
            todo.append(one)
    return tuple(todo), tuple(done)


def as_record(package: SeedPackage) -> PackageRecord:
    """Return the record that a package will have, as far as a match spec can ask."""
    return PackageRecord(
        subdir=package.subdir,
        file=f"{package.name}-{package.version}-{package.build}.conda",
        name=package.name,
        version=package.version,
        build=package.build,
        build_number=0,
        sha256="",
        size=0,
    )


def needed_wheels(
    plan: Sequence[WheelPackage], wanted: Iterable[Asked], known: Sequence[PackageRecord]
) -> tuple[WheelPackage, ...]:
    """Return the wheels that were asked for and those that they need and nothing else provides."""
    names = {one.name for one in plan}
    waiting = [one.name for one in wanted]
    needed: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in needed or name not in names:
            continue
        needed.add(name)
        specs = [spec for one in plan if one.name == name for spec in one.depends]
        waiting += [required_name(spec) for spec in specs if not is_provided(spec, known)]
    return tuple(one for one in plan if one.name in needed)
