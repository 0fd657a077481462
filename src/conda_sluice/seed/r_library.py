"""Installed R packages of this machine, one conda package for each that is asked for."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from conda_sluice.discover.r.dcf import parse_needs, read_dcf
from conda_sluice.discover.r.licenses import spdx_of_r
from conda_sluice.errors import ProjectError
from conda_sluice.model.cran import WITH_R, conda_name, conda_spec
from conda_sluice.model.facts import RNeed
from conda_sluice.model.names import PackageName
from conda_sluice.model.version import VersionScheme, conda_version
from conda_sluice.seed.machine import HostR, Machine
from conda_sluice.seed.outcome import Unavailable
from conda_sluice.seed.package import SeedPackage, host_package
from conda_sluice.seed.r import r_bound

_NEEDS = ("Depends", "Imports", "LinkingTo")


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledR:
    """An R package that is installed on the machine, in its folder."""

    name: PackageName
    folder: Path
    version: str
    title: str
    license: str
    needs: tuple[RNeed, ...]


def seed_r_package(
    name: PackageName, installed: Sequence[InstalledR], machine: Machine
) -> tuple[SeedPackage | Unavailable, ...]:
    """Return the package `r-<name>` and all that it needs of the machine's R libraries."""
    if machine.r is None:
        return (_missing(name, "this machine has no R", "r-base-core"),)
    by_name = {one.name: one for one in installed}
    found: dict[PackageName, SeedPackage | Unavailable] = {}
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current in found:
            continue
        package = by_name.get(current)
        if package is None:
            said = f"{current} is not installed on this machine"
            found[current] = _missing(current, said, current.replace("r-", "r-cran-", 1))
            continue
        found[current] = _plan(package, machine, machine.r)
        waiting += [conda_name(need.name) for need in package.needs]
    return tuple(found.values())


def find_installed(r: HostR) -> tuple[InstalledR, ...]:
    """Return the packages of R's libraries that are no part of R itself, those of a site first."""
    return tuple(_installed(Path(library) for library in r.libraries))


def _installed(libraries: Iterable[Path]) -> Iterator[InstalledR]:
    seen = set(WITH_R)
    for library in libraries:
        for description in sorted(library.glob("*/DESCRIPTION")):
            if description.parent.name not in seen:
                seen.add(description.parent.name)
                yield _read(description)


def _read(description: Path) -> InstalledR:
    fields = read_dcf(description, description.parent)
    where = str(description)
    if "Package" not in fields or "Version" not in fields:
        raise ProjectError("it names no Package and Version", where, "install the package again")
    needs = [one for key in _NEEDS for one in parse_needs(fields.get(key, ""), where)]
    return InstalledR(
        name=conda_name(fields["Package"]),
        folder=description.parent,
        version=fields["Version"],
        title=fields.get("Title", fields["Package"]),
        license=spdx_of_r(fields.get("License", ""))[0],
        needs=tuple(dict.fromkeys(one for one in needs if one.name not in WITH_R)),
    )


def _plan(package: InstalledR, machine: Machine, r: HostR) -> SeedPackage:
    return host_package(
        machine,
        package.name,
        conda_version(package.version, VersionScheme.R),
        script="r-library.sh",
        env={"HOST_FOLDER": str(package.folder)},
        run=(f"r-base {r_bound(r)}", *sorted({conda_spec(need) for need in package.needs})),
        summary=package.title,
        license_id=package.license,
        facts=r.build,
    )


def _missing(name: PackageName, reason: str, package: str) -> Unavailable:
    return Unavailable(name=name, reason=reason, remedy=f"on Debian: apt-get install {package}")
