"""How a name and a version bound of the Python world are said in conda.

Names are mostly equal once normalised. Those that differ stand in a table of conda-forge's bot, of
which conda-pypi brings a long state and whl2conda a newer, short one; what both get wrong is kept
in `pypi_names`. Converted wheels and recipes use the same names.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import Specifier, SpecifierSet
from packaging.utils import canonicalize_name

from conda_sluice.errors import ProjectError, UsageError
from conda_sluice.model.names import PackageName, parse_package_name
from conda_sluice.model.pypi_names import EXTRAS, KEPT, SAME

# Lower bounds are read first, exceptions last.
_AFTER_NAME = re.compile(r"[\s\[<>=!~;(@]")
_ORDER = (">=", ">", "~=", "==", "===", "<=", "<", "!=")


def parse_requirement(text: str, where: str) -> Requirement:
    """Return a PEP 508 requirement; raise ProjectError that names `where` it is written."""
    try:
        return Requirement(text)
    except InvalidRequirement as error:
        raise ProjectError(
            f"{text!r} is no requirement: {str(error).splitlines()[0]}",
            where=where,
            remedy="write it as PEP 508 says, for instance: numpy>=1.26; python_version<'3.13'",
        ) from error


def requirement_name(text: str) -> str:
    """Return the normalised name at the start of a requirement, which may be none in full."""
    return canonicalize_name(_AFTER_NAME.split(text, maxsplit=1)[0])


@dataclass(frozen=True, slots=True)
class FoundName:
    """A conda name for a PyPI name, why it is believed, and what is uncertain, "" for nothing."""

    name: PackageName
    because: str
    doubt: str = ""


def find_name(name: str, names: Mapping[str, str] | None = None) -> FoundName:
    """Return the conda package of a PyPI name, with its reason.

    `names` (normalised names) come first, then names kept by hand, then the tables, then the name
    itself. Raise ProjectError where that cannot be a conda name.
    """
    normalised = canonicalize_name(name)
    if chosen := (names or {}).get(normalised):
        return FoundName(_package_name(chosen), "channels.yaml or the workspace names it")
    if kept := KEPT.get(normalised):
        return FoundName(_package_name(kept), f"conda-forge has PyPI's {normalised} as {kept}")
    if (listed := _table().get(normalised)) and _is_row(normalised, listed):
        because = f"the table of conda-forge's bot has {listed} for PyPI's {normalised}"
        doubt = "" if _is_alike(normalised, listed) else f"PyPI's {normalised} has another name"
        return FoundName(_package_name(listed), because, doubt)
    own = _package_name(normalised)
    if normalised in SAME:
        return FoundName(own, f"conda-forge has PyPI's {normalised} under the same name")
    return FoundName(own, "no table knows another name", "no table of names knows this package")


def conda_name(name: str, names: Mapping[str, str] | None = None) -> PackageName:
    """Return the conda package of a PyPI name; see `find_name`."""
    return find_name(name, names).name


def packages_of_extra(name: str, extra: str) -> tuple[PackageName, ...]:
    """Return the conda packages that stand for `name[extra]`, none where that is not known."""
    key = f"{canonicalize_name(name)}[{canonicalize_name(extra)}]"
    return tuple(PackageName(one) for one in EXTRAS.get(key, ()))


def pypi_name(name: str) -> str:
    """Return the normalised PyPI name of a conda package: the way back of `conda_name`."""
    return _names_on_pypi().get(name, canonicalize_name(name))


def conda_bound(specifiers: SpecifierSet, spelled: Callable[[str], str] = str) -> str:
    """Return a version bound in conda's words: `>=1.4.2,1.4.*` for `~=1.4.2`, "" for any.

    `spelled` gives a version as the package itself has it.
    """
    ordered = sorted(specifiers, key=lambda one: (_ORDER.index(one.operator), one.version))
    return ",".join(_said_in_conda(one, spelled) for one in ordered)


def conda_spec(requirement: Requirement, names: Mapping[str, str] | None = None) -> str:
    """Return a requirement as a conda match spec, without its marker and extras."""
    return f"{conda_name(requirement.name, names)} {conda_bound(requirement.specifier)}".strip()


def _said_in_conda(specifier: Specifier, spelled: Callable[[str], str]) -> str:
    version = specifier.version.partition("+")[0]  # conda has no PEP 440 local versions
    match specifier.operator:
        case "~=":
            return f">={spelled(version)},{version.rsplit('.', 1)[0]}.*"
        case "==" if version.endswith(".*"):
            return version
        case "===":
            return f"=={spelled(version)}"
        case operator:
            return f"{operator}{version if version.endswith('*') else spelled(version)}"


def _package_name(text: str) -> PackageName:
    try:
        return parse_package_name(text)
    except UsageError as error:
        raise ProjectError(error.what, remedy=error.remedy) from error


@cache
def _table() -> Mapping[str, str]:
    """Return PyPI names, normalised, with their conda names: the longer table before the newer."""
    long = {key: row["conda_name"] for key, row in _read("conda_pypi", _LONG).items()}
    return _read("whl2conda", _NEWER) | long


_LONG = "grayskull_pypi_mapping.json"
_NEWER = "api/stdrename.json"


def _read(package: str, file: str) -> dict[str, Any]:
    """Return a table that a library brings, without importing it; nothing where it is absent."""
    found = find_spec(package)
    if found is None or found.origin is None:
        return {}
    path = Path(found.origin).parent / file
    table = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    return table if isinstance(table, dict) else {}


@cache
def _names_on_pypi() -> Mapping[str, str]:
    """Return conda names with their PyPI names, where these differ.

    A conda package may stand for several: the one of its own name is meant, else the shortest
    (`opencv-python`, none of its variants) and of those the last (`pyqt6`).
    """
    known = {**_table(), **KEPT}
    rows = [(key, name) for key, name in known.items() if _is_row(key, name)]
    own = {*SAME, *(key for key, name in rows if key == name)}
    ordered = sorted(rows, key=lambda row: (-len(row[0]), row[0]))
    return {name: key for key, name in ordered if name not in own}


_DIGEST = re.compile(r"[0-9a-f]{40,}")
_AFFIXES = re.compile(r"^(python|py)-?|-?(python|py|base|core|minimal)$")


def _is_row(key: str, name: str) -> bool:
    """Tell whether a row is usable.

    Wrong are keys that are a digest (cut from a file's address), names that conda does not allow,
    and the newer table's own `$` keys.
    """
    try:
        is_name = bool(parse_package_name(name))
    except UsageError:
        return False
    return is_name and not key.startswith("$") and not _DIGEST.fullmatch(key)


def _is_alike(key: str, name: str) -> bool:
    """Tell whether two names differ by spelling, or by what conda-forge adds to a taken name."""
    stems = [_AFFIXES.sub("", canonicalize_name(one)) for one in (key, name)]
    return stems[0] == stems[1]
