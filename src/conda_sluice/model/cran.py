"""How a package and a version bound of the R world are said in conda."""

from collections.abc import Mapping

from conda_sluice.errors import ProjectError, UsageError
from conda_sluice.model.facts import RNeed
from conda_sluice.model.names import PackageName, parse_package_name

WITH_R = frozenset(
    {
        *("R", "base", "compiler", "datasets", "graphics", "grDevices", "grid", "methods"),
        *("parallel", "splines", "stats", "stats4", "tcltk", "tools", "utils"),
    }
)
"""R and the packages that are always part of it; recommended ones are packages of their own."""


def conda_name(name: str, names: Mapping[str, str] | None = None) -> PackageName:
    """Return the conda package of an R package; `names` comes before the rule `r-<lower case>`.

    Raise ProjectError where the name cannot be a conda name.
    """
    try:
        return parse_package_name((names or {}).get(name, f"r-{name.lower()}"))
    except UsageError as error:
        raise ProjectError(error.what, remedy=error.remedy) from error


def conda_spec(need: RNeed, names: Mapping[str, str] | None = None) -> str:
    """Return a dependency as a conda match spec; R's `1.2-3` is `1.2_3` in conda."""
    bound = need.bound.replace(" ", "").replace("-", "_")
    return f"{conda_name(need.name, names)} {bound}".strip()
