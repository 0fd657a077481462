"""What `sluice lint` looks at, and which remarks are left out."""

from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path

from conda_sluice.errors import UsageError
from conda_sluice.model.outcome import LintOutcome
from conda_sluice.pipeline.lint import Linting, find_recipes, lint_recipe
from conda_sluice.pipeline.workspace import default_variants, load_variants
from conda_sluice.recipe.lint.linter import RULES
from conda_sluice.wiring.configuration import load_nearest


def lint_recipes(
    paths: Sequence[Path], ignored: tuple[str, ...], config: Path | None, *, fixes: bool
) -> tuple[LintOutcome, ...]:
    """Look at the recipes that `paths` name, or at all of the workspace.

    Where there is a channels.yaml its `lint: ignore:` and its variants hold. Raise UsageError for a
    path without a recipe, and for an id that no rule has.
    """
    known = {rule.id for rule in RULES}
    for one in ignored:
        if one not in known:
            raise UsageError(f"there is no rule {one}", remedy="see docs/reference/lint.md")
    found = load_nearest(config, is_needed=not paths)
    folders = paths or ((found.recipes,) if found else ())
    let_by = found.lint.ignore if found else ()
    variants = cache(partial(load_variants, found)) if found else default_variants
    linting = Linting(ignored=(*ignored, *let_by), fixes=fixes, variants=variants)
    return tuple(lint_recipe(folder, linting) for folder in find_recipes(folders))
