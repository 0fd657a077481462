"""What the engine keeps to itself, asked for in the recipe's own `extra` section."""

import re
from collections.abc import Mapping

from conda_sluice.recipe.v1.staging import name_of, outputs_of, recipe_name

SKIP = "sluice-skip"
"""The key in `extra` under which we ask for what `build/skip` comes to: the engine tells nobody."""

WHOLE_NAME = "sluice-recipe"
"""The key under which we ask for the name of a recipe with several outputs."""

WITH_STRING = "sluice-strings"
"""The key under which we ask for the names of those outputs whose build string is written."""

_WHOLE = re.compile(r"\$\{\{(.*)\}\}")


def questions(recipe: Mapping[str, object]) -> dict[str, object]:
    """Return what the engine does not tell unless it stands in `extra`, by its key there.

    Those are the skip conditions, and of a recipe with outputs, where the engine itself leaves out
    those that are skipped, its name, and the names of those with a build string of their own.
    """
    if outputs_of(recipe):
        named = [name for one in outputs_of(recipe) if has_string(one) and (name := name_of(one))]
        return {WHOLE_NAME: recipe_name(recipe), **({WITH_STRING: named} if named else {})}
    build = recipe.get("build")
    skip = build.get("skip") if isinstance(build, dict) else None
    return {} if skip is None else {SKIP: _template(skip)}


def _template(condition: object) -> str:
    """Return a condition of `build/skip` as an expression that comes to true or false."""
    return f"${{{{ {_expression(condition)} }}}}"


def _expression(condition: object) -> str:
    match condition:
        case bool():
            return str(condition).lower()
        case str() if whole := _WHOLE.fullmatch(condition.strip()):
            return f"({whole[1]})"
        case list():
            return " or ".join(f"({_expression(one)})" for one in condition) or "false"
        case {"if": asked, **branches}:
            then, other = (_expression(branches.get(key, False)) for key in ("then", "else"))
            return f"(({asked}) and ({then})) or (not ({asked}) and ({other}))"
        case _:
            return f"({condition})"


def has_string(part: Mapping[str, object]) -> bool:
    """Tell whether a build string is written; else the engine's own says nothing."""
    build = part.get("build")
    return isinstance(build, dict) and "string" in build
