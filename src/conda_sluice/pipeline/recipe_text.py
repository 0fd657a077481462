"""From a project to the texts of its recipe's files."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from conda_sluice.model.facts import RFacts
from conda_sluice.model.project import Project
from conda_sluice.model.recipe import Dialect, Recipe
from conda_sluice.recipe.v0.write import render_v0


def relative_path(project: Path, recipe: Path) -> str:
    """Return the way from a recipe's folder to its project, with no link in between."""
    return os.path.relpath(project.resolve(), recipe.resolve())


def with_siblings(
    project: Project, siblings: Iterable[Project], names: Mapping[str, str]
) -> Mapping[str, str]:
    """Return the names with those of R siblings: our own project is meant before any table's."""
    if not isinstance(project.facts, RFacts):
        return names
    own = {one.facts.package: str(one.name) for one in siblings if isinstance(one.facts, RFacts)}
    return own | dict(names)


def files_of(recipe: Recipe, dialect: Dialect) -> Mapping[str, str]:
    """Return the files of a recipe: name to text."""
    if dialect is Dialect.RECIPE:
        from conda_sluice.recipe.v1.write import v1_files

        return v1_files(recipe)
    return {Dialect.META: render_v0(recipe), **dict(recipe.scripts)}
