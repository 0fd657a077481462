"""The outputs of a recipe.yaml: what they are called, and what they share."""

from collections.abc import Callable, Mapping, Sequence

from conda_sluice.model.recipe import BuildSection, Requirements, SharedBuild
from conda_sluice.recipe.namespace import Assignment
from conda_sluice.recipe.v1.keys import Keys
from conda_sluice.recipe.v1.sections import read_source

_Data = Mapping[str, object]


def outputs_of(recipe: _Data) -> tuple[_Data, ...]:
    """Return the outputs that become packages; none for a recipe without any."""
    outputs = recipe.get("outputs")
    found = outputs if isinstance(outputs, list) else []
    return tuple(one for one in found if isinstance(one, dict) and "staging" not in one)


def recipe_name(recipe: _Data) -> str:
    """Return the name that outputs have in common, as it is written; else that of the first."""
    whole = recipe.get("recipe")
    named = [{"package": whole}, *outputs_of(recipe)]
    return next(filter(None, map(name_of, named)), "")


def name_of(output: _Data) -> str:
    """Return the name of a package as it stands there, "" where none does."""
    package = output.get("package")
    return str(package.get("name") or "") if isinstance(package, dict) else ""


def read_shared(
    keys: Keys,
    variant: Assignment,
    read: Callable[[Keys, Keys], tuple[BuildSection, Requirements]],
) -> SharedBuild | None:
    """Return the staging output that a package inherits from, None where it does not.

    `read` returns what stands in build and in requirements.
    """
    stagings, inherits = keys.sections("staging_caches"), keys.section("inherits_from")
    name, exports_run = inherits.text("cache_name"), inherits.flag("inherit_run_exports")
    inherits.end()
    staging = _named(stagings, name) if name else None
    if staging is None:
        return None
    build, requirements = read(staging.section("build"), staging.section("requirements"))
    found = SharedBuild(
        build=build,
        requirements=requirements,
        variant=variant,
        source=tuple(read_source(one) for one in staging.sections("source")),
        exports_run=exports_run,
    )
    staging.end()
    return found


def _named(stagings: Sequence[Keys], name: str) -> Keys | None:
    return next((one for one in stagings if one.text("name") == name), None)
