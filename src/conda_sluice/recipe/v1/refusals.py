"""What a v0 recipe may say and rattler-build cannot do: refused, never left out."""

from collections.abc import Iterator

from conda_sluice.errors import RecipeError
from conda_sluice.model.recipe import RenderedRecipe

# What says nothing where a builder has no such thing, and what only speaks to conda-build itself.
_OF_NO_EFFECT = frozenset(("disable_pip", "ignore_verify_codes", "preferred_env_executable_paths"))
_FALSE = frozenset(("", "false", "no", "off", "n", "0", "[]", "{}"))
_DEFAULTS = {"activate_in_script": "true", "include_recipe": "true"}


def refuse_for_v1(recipe: RenderedRecipe) -> None:
    """Raise RecipeError for what rattler-build has no counterpart of, all of it named at once."""
    found = sorted(_beyond(recipe))
    if found:
        raise RecipeError(
            f"rattler-build has no {', '.join(found)}, which the recipe of {recipe.name} asks for",
            remedy="take it out, or build this recipe with conda-build",
        )


def _beyond(recipe: RenderedRecipe) -> Iterator[str]:
    for key, text in recipe.build.beyond:
        if key in _OF_NO_EFFECT or text.lower() == _DEFAULTS.get(key):
            continue
        if key in _DEFAULTS or text.lower() not in _FALSE:
            yield f"build/{key}"
    for source in recipe.source:
        for key, _ in source.beyond:
            yield f"source/{key}"
    for key, _ in recipe.app:
        yield f"app/{key}"
    if recipe.requirements.conflicts:
        yield "requirements/conflicts"
