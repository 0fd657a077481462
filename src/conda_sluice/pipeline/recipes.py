"""Write the recipes of the workspace's projects, and tell which differ from what is there."""

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from conda_sluice.effects.files import write_atomically
from conda_sluice.effects.git import GitRepository
from conda_sluice.errors import RecipeError
from conda_sluice.model.names import PackageName
from conda_sluice.model.outcome import RecipeOutcome, RecipeState
from conda_sluice.pipeline.workspace import META, Member, decoded, last_release, read_files
from conda_sluice.recipe.generate import RecipeSource, generate
from conda_sluice.recipe.render_v0 import render_v0

_DEFAULT = re.compile(r'environ\.get\("SLUICE_VERSION", "([^"]+)"\)')


def generate_files(
    member: Member, members: Sequence[Member], names: Mapping[str, str]
) -> Mapping[str, str]:
    """Return the files of a member's recipe: name to text."""
    path = os.path.relpath(member.project.root, member.recipe_dir)
    recipe = generate(
        member.project,
        [other.project for other in members if other is not member],
        source=RecipeSource(path=path),
        names=names,
        default_version=_default_version(member),
        is_versioned_by_git=member.is_versioned_by_git,
    )
    return {META: render_v0(recipe), **dict(recipe.scripts)}


def _default_version(member: Member) -> str:
    """Return the version that the recipe's text holds.

    Where git says the version it is only what holds when nobody asks git: the one written there
    already, else the last tag's. It must not drift with every commit.
    """
    if not member.is_versioned_by_git:
        return member.version.conda
    file = member.recipe_dir / META
    written = _DEFAULT.search(_read(file)) if file.is_file() else None
    return written[1] if written else last_release(member)


def _read(file: Path) -> str:
    return decoded(file.read_bytes(), file, RecipeError)


def write_missing(
    members: Sequence[Member], names: Mapping[str, str], *, dry_run: bool = False
) -> list[RecipeOutcome]:
    """Write the recipes of members that have none yet; what is there is left alone."""
    return [
        write(member, members, names, dry_run=dry_run)
        for member in members
        if not (member.recipe_dir / META).is_file()
    ]


def write(
    member: Member,
    members: Sequence[Member],
    names: Mapping[str, str],
    *,
    overwrite: bool = False,
    dry_run: bool = False,
) -> RecipeOutcome:
    """Bring one recipe up to date; one that differs is left alone unless told to `overwrite`."""
    generated = generate_files(member, members, names)
    return settle(member.name, member.recipe_dir, generated, overwrite=overwrite, dry_run=dry_run)


def settle(
    name: PackageName,
    folder: Path,
    generated: Mapping[str, str],
    *,
    overwrite: bool,
    dry_run: bool,
) -> RecipeOutcome:
    """Compare generated files with those on disk; write them where there are none, or as told.

    Raise RecipeError for a file on disk that is not UTF-8.
    """
    on_disk = {file: _read(folder / file) for file in generated if (folder / file).is_file()}
    state = RecipeState.CURRENT
    if on_disk != generated:
        state = RecipeState.DIFFERS
        if not dry_run and (overwrite or not on_disk):
            folder.mkdir(parents=True, exist_ok=True)
            for file, text in generated.items():
                write_atomically(folder / file, text.encode())
            state = RecipeState.WRITTEN
    return RecipeOutcome(
        name=name, folder=folder, state=state, on_disk=on_disk, generated=generated
    )


def find_edited(
    members: Sequence[Member],
    recipes: Path,
    repository: GitRepository | None,
    names: Mapping[str, str],
) -> tuple[Member, ...]:
    """Return the members whose recipe is neither committed nor what sluice writes itself.

    Nobody could build their packages again. Where `recipes` is in no repository there is no
    telling, and none is returned.
    """
    if repository is None or not recipes.is_dir():
        return ()
    changed = {path.partition("/")[0] for path in repository.uncommitted(recipes)}
    return tuple(
        member
        for member in members
        if member.recipe_dir.name in changed
        and (member.recipe_dir / META).is_file()
        and not _is_generated(member, members, names)
    )


def _is_generated(member: Member, members: Sequence[Member], names: Mapping[str, str]) -> bool:
    generated = {
        name: text.encode() for name, text in generate_files(member, members, names).items()
    }
    return read_files(member.recipe_dir) == generated
