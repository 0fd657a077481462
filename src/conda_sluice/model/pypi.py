"""How a name and a version bound of the Python world are said in conda.

Names are mostly equal once normalised; the few that differ stand in a table of conda-forge's
bot, which whl2conda brings along, so that converted wheels and recipes use the same names.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import Specifier, SpecifierSet
from packaging.utils import canonicalize_name

from conda_sluice.errors import ProjectError, UsageError
from conda_sluice.model.names import PackageName, parse_package_name

# Rows of the table that are wrong today, and names that normalising would change.
_SAME_ON_BOTH = {
    "ruamel-yaml": "ruamel.yaml",
    "ruamel-yaml-clib": "ruamel.yaml.clib",
}
# Lower bounds are read first, exceptions last.
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


def conda_name(name: str, names: Mapping[str, str] | None = None) -> PackageName:
    """Return the conda package of a PyPI name; `names` (normalised names) comes before the table.

    Raise ProjectError where the name cannot be a conda name.
    """
    normalised = canonicalize_name(name)
    chosen = (names or {}).get(normalised) or _renames().get(normalised, normalised)
    try:
        return parse_package_name(chosen)
    except UsageError as error:
        raise ProjectError(error.what, remedy=error.remedy) from error


def pypi_name(name: str) -> str:
    """Return the normalised PyPI name of a conda package: the way back of `conda_name`."""
    return _names_on_pypi().get(name, canonicalize_name(name))


def conda_bound(specifiers: SpecifierSet) -> str:
    """Return a version bound in conda's words: `>=1.4.2,1.4.*` for `~=1.4.2`, "" for any."""
    ordered = sorted(specifiers, key=lambda one: (_ORDER.index(one.operator), one.version))
    return ",".join(_said_in_conda(one) for one in ordered)


def conda_spec(requirement: Requirement, names: Mapping[str, str] | None = None) -> str:
    """Return a requirement as a conda match spec, without its marker and extras."""
    return f"{conda_name(requirement.name, names)} {conda_bound(requirement.specifier)}".strip()


def _said_in_conda(specifier: Specifier) -> str:
    version = specifier.version.partition("+")[0]  # conda has no PEP 440 local versions
    match specifier.operator:
        case "~=":
            return f">={version},{version.rsplit('.', 1)[0]}.*"
        case "==" if version.endswith(".*"):
            return version
        case "===":
            return f"=={version}"
        case operator:
            return f"{operator}{version}"


@cache
def _renames() -> Mapping[str, str]:
    """Return the table; rows that cannot be conda names, and its own `$` keys, are left out."""
    table = resources.files("whl2conda").joinpath("api", "stdrename.json").read_text("utf-8")
    rows = {key: name for key, name in json.loads(table).items() if _is_row(key, name)}
    return rows | _SAME_ON_BOTH


@cache
def _names_on_pypi() -> Mapping[str, str]:
    return {name: key for key, name in sorted(_renames().items(), reverse=True)}


def _is_row(key: str, name: str) -> bool:
    try:
        return not key.startswith("$") and bool(parse_package_name(name))
    except UsageError:
        return False
