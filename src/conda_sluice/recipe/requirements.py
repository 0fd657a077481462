"""Requirements of Python projects as lines of a recipe."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from conda_sluice.model.pypi import conda_name, conda_spec, parse_requirement
from conda_sluice.model.recipe import Item
from conda_sluice.recipe.markers import Condition, condition_of
from conda_sluice.recipe.plain import plain

_BOUND_TO_A_PLATFORM = ("pywin", "win32", "winshell", "windows-", "pyobjc", "appnope", "pyreadline")
"""How the names of packages begin that exist on one platform only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What requirements are read for: a compiled package or a noarch one, for which Pythons."""

    is_compiled: bool
    requires_python: SpecifierSet
    names: Mapping[str, str]
    where: str


def items_of(requirements: Iterable[str], reading: Reading) -> tuple[Item, ...]:
    """Return the lines for PEP 508 requirements; what never holds in conda is left out."""
    found: dict[str, Item] = {}
    for text in requirements:
        requirement = parse_requirement(text, reading.where)
        condition = condition_of(requirement.marker, reading.requires_python)
        if not condition.is_never:
            item = _item(requirement, condition, reading)
            found.setdefault(f"{item.text}#{item.when}", item)
    return tuple(found.values())


def _item(requirement: Requirement, condition: Condition, reading: Reading) -> Item:
    spec = conda_spec(requirement, reading.names)
    when, why = _selector(requirement, condition, reading)
    notes = [why, *_notes(requirement, reading)]
    return Item(spec, when=when, note="; ".join(plain(note) for note in notes if note))


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
        return condition.selector, f"{marker}; the noarch package is built on one platform for all"
    return "", f"{marker}; one noarch package serves every platform"


def _notes(requirement: Requirement, reading: Reading) -> list[str]:
    notes = []
    plain_name = canonicalize_name(requirement.name)
    name = conda_name(requirement.name, reading.names)
    if str(name) != plain_name:
        notes.append(f"{plain_name} on PyPI")
    if requirement.extras:
        extras = ", ".join(sorted(requirement.extras))
        notes.append(f"asked for with the extra {extras}: see whether that needs more packages")
    if requirement.url:
        notes.append(f"the project wants it from {requirement.url}")
    return notes
