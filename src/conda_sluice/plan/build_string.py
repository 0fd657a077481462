"""Build strings: `py312h<7 hex>_<number>`, known before the package exists."""

from conda_sluice.model.recipe import RenderedRecipe
from conda_sluice.plan.key import KEY_DIGITS


def build_string(recipe: RenderedRecipe, key: str, number: int) -> str:
    """Return the build string for a content key and a build number.

    A string written by hand in the recipe keeps its text; only `PKG_HASH` in it becomes our hex
    and `PKG_BUILDNUM` the number (conda-build docs, `build/string`).
    """
    digits = key[:KEY_DIGITS]
    if recipe.build.string:
        return recipe.build.string.replace("PKG_HASH", f"h{digits}").replace(
            "PKG_BUILDNUM", str(number)
        )
    return f"{_prefix(recipe)}h{digits}_{number}"


def carries_key(recipe: RenderedRecipe) -> bool:
    """Tell whether the build strings of this recipe hold the content key."""
    return not recipe.build.string or "PKG_HASH" in recipe.build.string


def _prefix(recipe: RenderedRecipe) -> str:
    if recipe.build.noarch == "python":
        return "py"
    variant = dict(recipe.variant)
    parts = [
        f"{short}{_short_version(variant[key])}"
        for key, short in (("numpy", "np"), ("python", "py"), ("r_base", "r"))
        if key in variant and not recipe.build.noarch
    ]
    return "".join(parts)


def _short_version(value: str) -> str:
    version = value.split(maxsplit=1)[0].lstrip("=><~!")
    return "".join(version.split(".")[:2])
