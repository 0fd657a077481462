"""Requirements of Python projects as lines of a recipe."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from conda_sluice.errors import VersionError
from conda_sluice.model.pypi import (
    conda_bound,
    find_name,
    packages_of_extra,
    parse_requirement,
)
from conda_sluice.model.recipe import Item
from conda_sluice.model.version import conda_version
from conda_sluice.recipe.generate.markers import NOARCH_PYTHONS, PYTHONS, Condition, condition_of
from conda_sluice.recipe.generate.plain import plain

_BOUND_TO_A_PLATFORM = (
    *("pywin", "pypiwin", "win32", "winshell", "windows-", "winkerberos", "wmi", "pyreadline"),
    *("pyobjc", "appnope", "xattr", "mac-alias", "secretstorage", "jeepney", "uvloop", "inotify"),
    *("pyinotify", "evdev", "dbus-", "systemd-", "comtypes"),
)
"""How the names of packages begin that exist on some platforms only, or do nothing elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What requirements are read for: a compiled package or a noarch one, for which Pythons.

    `siblings` are the conda names of projects whose packages are made here too.
    """

    is_compiled: bool
    requires_python: SpecifierSet
    names: Mapping[str, str]
    where: str
    siblings: frozenset[str] = frozenset()


def items_of(requirements: Iterable[str], reading: Reading, because: str = "") -> tuple[Item, ...]:
    """Return the lines for PEP 508 requirements; what never holds in conda is left out.

    `because` is the file and field in which they are written.
    """
    pythons = PYTHONS if reading.is_compiled else NOARCH_PYTHONS
    found: dict[tuple[str, str], Item] = {}
    place = f"{reading.where}/{because}" if because else reading.where
    for text in requirements:
        requirement = parse_requirement(text, place)
        condition = condition_of(requirement.marker, reading.requires_python, pythons)
        if not condition.is_never:
            for item in _items(requirement, condition, reading, because):
                found.setdefault((item.text, item.when), item)
    return tuple(found.values())


def _items(
    requirement: Requirement, condition: Condition, reading: Reading, because: str
) -> Iterator[Item]:
    """Yield one line, or more where an extra stands for packages of its own."""
    when, why = _selector(requirement, condition, reading)
    said = f"{because} asks for {plain(str(requirement))}".strip() if because else ""
    known = {one: packages_of_extra(requirement.name, one) for one in sorted(requirement.extras)}
    own = canonicalize_name(requirement.name)
    if own in reading.names or not any(known.values()):
        found = find_name(requirement.name, reading.names)
        packages: tuple[str, ...] = (found.name,)
        doubt, reason = found.doubt, found.because
    else:
        packages = tuple(dict.fromkeys(name for one in known.values() for name in one))
        doubt, reason = "", "conda-forge has packages for its extras"
    unknown = [one for one, listed in known.items() if not listed]
    spelled = _as_we_spell if packages[0] in reading.siblings else str
    bound = conda_bound(requirement.specifier, spelled)
    notes = [why, *_notes(requirement, packages[0], unknown)]
    evidence = "; ".join(one for one in (said, reason) if one)
    for position, package in enumerate(packages):
        yield Item(
            f"{package} {bound}".strip() if not position else package,
            when=when,
            note="; ".join(plain(note) for note in notes if note) if not position else "",
            because=evidence,
            doubt=doubt,
        )


def _as_we_spell(version: str) -> str:
    """Return a version as our own packages bear it: `0.66b0` is `0.66.0b0` there."""
    try:
        return conda_version(version)
    except VersionError:
        return version  # no package of ours can have it


def _selector(requirement: Requirement, condition: Condition, reading: Reading) -> tuple[str, str]:
    """Return the selector of a line, and the note that explains it or its absence."""
    if condition.is_always:
        return "", ""
    marker = f"needed only if {requirement.marker}"
    if reading.is_compiled:
        return condition.selector, "" if condition.selector else f"{marker}; no selector says it"
    if not condition.is_by_platform:
        return "", f"{marker}; one noarch package serves every Python"
    name = canonicalize_name(requirement.name)
    if name.startswith(_BOUND_TO_A_PLATFORM) and condition.selector:
        return condition.selector, ""
    return "", f"{marker}; one noarch package serves every platform"


def _notes(requirement: Requirement, package: str, unknown: list[str]) -> Iterator[str]:
    if unknown:
        extras = ", ".join(unknown)
        yield f"asked for with the extra {extras}: see whether that needs more packages"
    if requirement.url:
        yield f"the project wants it from {requirement.url}"
    name = canonicalize_name(requirement.name)
    if package != name and canonicalize_name(package) != name:
        yield f"{name} on PyPI"


def virtual_packages(items: Iterable[Item]) -> tuple[Item, ...]:
    """Return what keeps a noarch package with selectors on the platforms that it was built for.

    conda-forge builds such a package once for each platform; `__win` and its kin are virtual
    packages that conda itself provides there.
    """
    used = "".join(item.when for item in items)
    if not used:
        return ()
    systems = ("linux", "osx", "win") if "linux" in used or "osx" in used else ("unix", "win")
    because = "a requirement has a selector, so the package differs among platforms"
    return tuple(Item(f"__{one}", when=one, because=because) for one in systems)
