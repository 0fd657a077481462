"""Look at recipes as a reviewer would: those of the workspace on the way, or any by name."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from conda_sluice.effects.files import write_atomically
from conda_sluice.errors import RecipeError, SluiceError, UsageError
from conda_sluice.model.config import LintSettings
from conda_sluice.model.lint import Finding, Level
from conda_sluice.model.names import Subdir
from conda_sluice.model.outcome import LintOutcome
from conda_sluice.model.variant import VariantConfig
from conda_sluice.pipeline.recipe_reading import (
    RECIPE_FILES,
    decoded,
    read_files,
    read_folder,
    recipe_file,
)
from conda_sluice.pipeline.workspace import VARIANTS_FILE, default_variants
from conda_sluice.plan.builds import Candidate
from conda_sluice.recipe.lint.linter import lint, repaired
from conda_sluice.recipe.lint.subject import Subject
from conda_sluice.recipe.variants import layer, parse_variant_config

_PLATFORMS = (Subdir("linux-64"), Subdir("osx-arm64"), Subdir("win-64"))
"""A recipe is looked at for one platform of each kind: selectors hide what is wrong elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Linting:
    """Which remarks are left out, whether to repair what is safe, and the variants of a platform.

    What conda_build_config.yaml beside a recipe says is laid over these variants.
    """

    ignored: tuple[str, ...] = ()
    fixes: bool = False
    variants: Callable[[Subdir], VariantConfig] = default_variants


def find_recipes(paths: Sequence[Path]) -> Iterator[Path]:
    """Yield the folders of the recipes that paths name: a recipe, its folder, or one of many.

    Raise UsageError for a path without any.
    """
    for path in paths:
        found = tuple(_recipes_at(path))
        if not found:
            raise UsageError(
                f"there is no {' or '.join(RECIPE_FILES)} in {path}",
                remedy="name a recipe, its folder, or a folder of such folders",
            )
        yield from found


def _recipes_at(path: Path) -> Iterator[Path]:
    if path.name in RECIPE_FILES and path.is_file():
        yield path.parent
    elif path.is_dir() and any((path / name).is_file() for name in RECIPE_FILES):
        yield path
    elif path.is_dir():
        yield from sorted(
            below
            for below in path.iterdir()
            if below.is_dir() and any((below / name).is_file() for name in RECIPE_FILES)
        )


def lint_recipe(folder: Path, linting: Linting) -> LintOutcome:
    """Return the remarks on the recipe in a folder, after what is safe was repaired if asked.

    A recipe that cannot be read is the remark itself.
    """
    try:
        files = read_files(folder)
        file = folder / recipe_file(files, folder)
    except SluiceError as error:
        return LintOutcome(file=folder, findings=(), repaired=(), error=str(error))
    try:
        text = decoded(files[file.name], file, RecipeError)
        read = partial(_subject, files=files, file=file, variants=linting.variants)
        done: tuple[Finding, ...] = ()
        if linting.fixes:
            text, done = repaired(text, read, linting.ignored)
            if done:
                write_atomically(file, _as_before(text, files[file.name]))
        found = lint(read(text), linting.ignored)
    except SluiceError as error:
        return LintOutcome(file=file, findings=(), repaired=(), error=str(error))
    return LintOutcome(file=file, findings=found, repaired=done)


def _as_before(text: str, before: bytes) -> bytes:
    """Return the text with the line ends that the file had."""
    return (text.replace("\n", "\r\n") if b"\r\n" in before else text).encode()


def _subject(
    text: str,
    *,
    files: Mapping[str, bytes],
    file: Path,
    variants: Callable[[Subdir], VariantConfig],
) -> Subject:
    changed = {**files, file.name: text.encode()}
    recipes = tuple(
        recipe
        for platform in _PLATFORMS
        for recipe in read_folder(
            changed,
            file.parent,
            platform=platform,
            variants=_laid_over(variants(platform), files, file.parent, platform),
            environ={},
        )
    )
    return Subject(text, recipes)


def _laid_over(
    below: VariantConfig, files: Mapping[str, bytes], folder: Path, platform: Subdir
) -> VariantConfig:
    if VARIANTS_FILE not in files:
        return below
    file = folder / VARIANTS_FILE
    text = decoded(files[VARIANTS_FILE], file, RecipeError)
    return layer([below, parse_variant_config(text, where=str(file), platform=platform)])


def refuse_findings(
    candidates: Sequence[Candidate],
    drafts: Mapping[str, Mapping[str, str]],
    settings: LintSettings,
) -> None:
    """Raise RecipeError where a recipe has remarks of the level at which nothing is built.

    `drafts` are the files of recipes that are not on disk.
    """
    if settings.level is None:
        return
    for name in dict.fromkeys(one.project.name for one in candidates):
        own = [one for one in candidates if one.project.name == name]
        folder = own[0].recipe_dir
        files = _files(folder, drafts.get(name))
        file = folder / recipe_file(files, folder)
        subject = Subject(
            decoded(files[file.name], file, RecipeError), tuple(one.rendered for one in own)
        )
        found = _weighty(lint(subject, settings.ignore), settings.level)
        if found:
            more = f", and {len(found) - 1} more" if len(found) > 1 else ""
            raise RecipeError(
                f"{found[0].message} [{found[0].id} {found[0].name}]{more}",
                where=f"{file}:{found[0].line}",
                remedy="sluice lint shows all, sluice lint --fix repairs what is safe;"
                " lint: in channels.yaml says what is let through",
            )


def _files(folder: Path, draft: Mapping[str, str] | None) -> Mapping[str, bytes]:
    if draft is None:
        return read_files(folder)
    return {name: text.encode() for name, text in draft.items()}


def _weighty(found: Collection[Finding], level: Level) -> list[Finding]:
    return [one for one in found if one.level >= level]
