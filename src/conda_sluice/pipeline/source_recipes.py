"""`sluice recipe` for source trees and archives from anywhere."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from conda_sluice.errors import SluiceError, UsageError
from conda_sluice.model.names import PackageName
from conda_sluice.model.outcome import Progress
from conda_sluice.model.project import Project
from conda_sluice.model.recipe import Recipe
from conda_sluice.model.told import NoRecipe, Told, ToldRecipe
from conda_sluice.pipeline.recipe_files import Manner, dialect_for, settle, written_default
from conda_sluice.pipeline.recipe_sources import Found, Looking, find_sources
from conda_sluice.pipeline.recipe_text import files_of, relative_path, with_siblings
from conda_sluice.recipe.generate.generate import RecipeSource, generate


def recipes_of_sources(
    sources: Sequence[Path],
    output: Path,
    manner: Manner,
    looking: Looking,
    names: Mapping[str, str],
) -> Iterator[Told | Progress]:
    """Write recipes for folders and archives; each knows the others as its siblings.

    A source that cannot be read is told, and the others have their recipes.
    """
    found: list[Found] = []
    owners: dict[PackageName, Path] = {}
    for done, source in enumerate(sources):
        yield Progress(verb="reading", running=(source.name,), done=done, total=len(sources))
        for one in _look(source, looking):
            if isinstance(one, NoRecipe):
                yield one
            elif one.project.name in owners:
                yield _none(source, _same_name(one, owners[one.project.name]))
            else:
                owners[one.project.name] = source
                found.append(one)
    projects = [one.project for one in found]
    for one in found:
        try:
            yield _write(one, projects, output, manner, names)
        except SluiceError as error:
            yield _none(one.project.root, error)


def _look(source: Path, looking: Looking) -> Iterator[Found | NoRecipe]:
    try:
        for one in find_sources(source, looking):
            if isinstance(one, SluiceError):
                yield _none(source, one)
            else:
                yield one
    except SluiceError as error:
        yield _none(source, error)


def _none(source: Path, error: SluiceError) -> NoRecipe:
    return NoRecipe(
        source=source,
        what=error.what,
        where=error.where,
        remedy=error.remedy,
        exit_code=error.exit_code,
    )


def _same_name(found: Found, other: Path) -> UsageError:
    return UsageError(
        f"its recipe would be called {found.project.name}, as that of {other}",
        where=str(found.project.root),
        remedy="write one of them to another folder with --output",
    )


def _write(
    found: Found,
    projects: Sequence[Project],
    output: Path,
    manner: Manner,
    names: Mapping[str, str],
) -> ToldRecipe:
    project = found.project
    folder = output / project.name
    siblings = [one for one in projects if one is not project]
    version = found.version or written_default(folder) or found.tagged or "0.0.0"
    recipe = generate(
        project,
        siblings,
        source=_source(found, folder),
        names=with_siblings(project, siblings, names),
        default_version=version,
        is_versioned_by_git=not found.version,
    )
    recipe = _with_doubts(recipe, found.doubts)
    files = files_of(recipe, dialect_for(folder, manner))
    outcome = settle(project.name, folder, files, manner)
    return ToldRecipe(outcome=outcome, project=project, recipe=recipe, version=version)


def _source(found: Found, folder: Path) -> RecipeSource:
    if found.url:
        return RecipeSource(url=found.url, sha256=found.sha256)
    return RecipeSource(path=relative_path(found.project.root, folder))


def _with_doubts(recipe: Recipe, doubts: Sequence[str]) -> Recipe:
    return replace(recipe, header=(*recipe.header, *(f"uncertain: {one}" for one in doubts)))
