"""rattler-build's own reader and evaluator: a recipe as data in, one mapping per variant out."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from conda_sluice.model.names import Subdir
from conda_sluice.model.variant import VariantConfig
from conda_sluice.recipe.document import Table
from conda_sluice.recipe.v1.complaints import complaint
from conda_sluice.recipe.v1.late import ASKED, asked_for, late_expressions, with_answers
from conda_sluice.recipe.v1.text import written

if TYPE_CHECKING:
    from rattler_build import Stage0Recipe


@dataclass(frozen=True, slots=True)
class Rendered:
    """One rendering: every key of it, and the variant that it uses."""

    recipe: dict[str, object]
    variant: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Engine:
    """The engine for one recipe and platform.

    `text` is what a person wrote, to find lines in; `scratch` is an empty folder, written to.
    """

    root: Table
    text: str
    where: str
    platform: Subdir
    variants: VariantConfig
    scratch: Path

    def render(self, questions: Mapping[str, object]) -> list[Rendered]:
        """Return the recipe for each of its variants, the expressions in its scripts evaluated.

        Those are asked for in a second look; `questions` are further keys of `extra`. Raise
        RecipeError for what the engine refuses.
        """
        rendered = self._rendered(questions)
        late = sorted({text for one in rendered for text in late_expressions(one.recipe)})
        if not late:
            return rendered
        again = self._rendered({**questions, ASKED: asked_for(late)})
        return [_answered(one, late) for one in again]

    def _rendered(self, questions: Mapping[str, object]) -> list[Rendered]:
        import rattler_build as engine

        config = {key: list(values) for key, values in self.variants.values}
        groups = [list(group) for group in self.variants.zip_keys]
        asked = json.dumps({**config, **({"zip_keys": groups} if groups else {})})
        platforms = engine.PlatformConfig(
            target_platform=self.platform, build_platform=self.platform
        )
        recipe = written(self.root, questions)
        try:
            stage0: Stage0Recipe = engine.Stage0Recipe.from_yaml(
                recipe.text, recipe_dir=self.scratch
            )
            found = stage0.render(
                engine.VariantConfig.from_yaml(asked), engine.RenderConfig(platform=platforms)
            )
        except engine.RattlerBuildError as error:
            raise complaint(str(error), self.text, self.where, recipe.lines) from error
        return [Rendered(one.recipe.to_dict(), one.variant) for one in found]


def _answered(rendered: Rendered, late: Sequence[str]) -> Rendered:
    extra = rendered.recipe.get("extra")
    answers = extra.pop(ASKED) if isinstance(extra, dict) else []
    return Rendered(with_answers(rendered.recipe, late, answers), rendered.variant)
