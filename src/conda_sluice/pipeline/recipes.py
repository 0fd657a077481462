"""Write the recipes of the workspace's projects, and tell which differ from what is there."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from conda_sluice.effects.git import GitRepository
from conda_sluice.model.outcome import RecipeOutcome
from conda_sluice.model.recipe import Dialect, Recipe
from conda_sluice.pipeline.recipe_files import Manner, dialect_for, settle, written_default
from conda_sluice.pipeline.recipe_reading import read_files
from conda_sluice.pipeline.recipe_text import files_of, relative_path, with_siblings
from conda_sluice.pipeline.workspace import Member, last_release
from conda_sluice.recipe.generate.generate import RecipeSource, generate


def generate_recipe(member: Member, members: Sequence[Member], names: Mapping[str, str]) -> Recipe:
    """Return the recipe of a member, beside the others of its workspace."""
    siblings = [other.project for other in members if other is not member]
    return generate(
        member.project,
        siblings,
        source=RecipeSource(path=relative_path(member.project.root, member.recipe_dir)),
        names=with_siblings(member.project, siblings, names),
        default_version=_default_version(member),
        is_versioned_by_git=member.is_versioned_by_git,
    )


def generate_files(
    member: Member, members: Sequence[Member], names: Mapping[str, str]
) -> Mapping[str, str]:
    """Return the files of a member's recipe, in the dialect in which it lies there."""
    dialect = dialect_for(member.recipe_dir, Manner())
    return files_of(generate_recipe(member, members, names), dialect)


def _default_version(member: Member) -> str:
    """Return the version that the recipe's text holds: the last tag's where git says it."""
    if not member.is_versioned_by_git:
        return member.version.conda
    return written_default(member.recipe_dir) or last_release(member)


def write_missing(
    members: Sequence[Member], names: Mapping[str, str], *, dry_run: bool = False
) -> list[RecipeOutcome]:
    """Write the recipes of members that have none yet; what is there is left alone."""
    manner = Manner(dry_run=dry_run)
    return [
        settle(member.name, member.recipe_dir, generate_files(member, members, names), manner)
        for member in members
        if not _has_recipe(member)
    ]


def find_edited(
    members: Sequence[Member],
    recipes: Path,
    repository: GitRepository | None,
    names: Mapping[str, str],
) -> tuple[Member, ...]:
    """Return the members whose recipe is neither committed nor what sluice writes itself.

    Nobody could build their packages again. Where `recipes` is in no repository there is no
    telling, and none is returned. Hidden files are no part of a package.
    """
    if repository is None or not recipes.is_dir():
        return ()
    paths = (path.split("/") for path in repository.uncommitted(recipes))
    changed = {folder for folder, *rest in paths if not any(part.startswith(".") for part in rest)}
    return tuple(
        member
        for member in members
        if member.recipe_dir.name in changed
        and _has_recipe(member)
        and not _is_generated(member, members, names)
    )


def _has_recipe(member: Member) -> bool:
    return any((member.recipe_dir / one).is_file() for one in Dialect)


def _is_generated(member: Member, members: Sequence[Member], names: Mapping[str, str]) -> bool:
    generated = {
        name: text.encode() for name, text in generate_files(member, members, names).items()
    }
    return read_files(member.recipe_dir) == generated
