"""A recipe with everything that led to it, for those who want to know why."""

from dataclasses import dataclass
from pathlib import Path

from conda_sluice.model.outcome import RecipeOutcome
from conda_sluice.model.project import Project
from conda_sluice.model.recipe import Recipe


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldRecipe:
    """What became of a recipe, and the project and lines with their evidence behind it."""

    outcome: RecipeOutcome
    project: Project
    recipe: Recipe
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoRecipe:
    """A source for which there is no recipe: the words of the error, and its exit code."""

    source: Path
    what: str
    where: str
    remedy: str
    exit_code: int


Told = ToldRecipe | NoRecipe
