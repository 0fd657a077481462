"""The files of one recipe: what is there, what was generated last, and the merge of both.

What was generated last is kept in a hidden folder beside the recipe, which is committed with it
and is no part of what packages are made of.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from conda_sluice.effects.files import write_together
from conda_sluice.effects.os_errors import as_store_errors
from conda_sluice.errors import RecipeError
from conda_sluice.model.merge import Take
from conda_sluice.model.names import PackageName
from conda_sluice.model.outcome import RecipeOutcome, RecipeState
from conda_sluice.model.recipe import Dialect
from conda_sluice.pipeline.recipe_reading import decoded, recipe_file

BASE_FOLDER = ".sluice"

_DEFAULT = re.compile(r'env(?:iron)?\.get\("SLUICE_VERSION", (?:default=)?"([^"]+)"\)')
_LEFT_BY_GIT = re.compile(r"^(<{7}|>{7}) ", re.MULTILINE)
_IF_DRY = {
    RecipeState.WRITTEN: RecipeState.WOULD_WRITE,
    RecipeState.MERGED: RecipeState.WOULD_MERGE,
    RecipeState.ADOPTED: RecipeState.WOULD_ADOPT,
}

Files = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How to bring a recipe up to date.

    It is written in `dialect`; None is the one that it is in, else meta.yaml. `overwrite` replaces
    it, edits included; `adopt` takes one that was written by hand as it is; `take` decides
    conflicts; `dry_run` writes nothing.
    """

    dialect: Dialect | None = None
    overwrite: bool = False
    adopt: bool = False
    take: Take | None = None
    dry_run: bool = False


def dialect_for(folder: Path, manner: Manner) -> Dialect:
    """Return the dialect in which the recipe in `folder` is to be written.

    Raise RecipeError where it is there in the other one, and is not to be overwritten.
    """
    names = [one for one in Dialect if _is_there(folder, one)]
    there = recipe_file(names, folder) if names else None
    asked = manner.dialect or there or Dialect.META
    if there and asked is not there and not manner.overwrite:
        raise RecipeError(
            f"this recipe is a {there}, and its edits cannot be carried over to a {asked}",
            where=str(folder),
            remedy="--overwrite writes it anew",
        )
    return asked


def _is_there(folder: Path, dialect: Dialect) -> bool:
    return (folder / dialect).is_file() or (folder / BASE_FOLDER / dialect).is_file()


def settle(name: PackageName, folder: Path, generated: Files, manner: Manner) -> RecipeOutcome:
    """Bring the recipe in `folder` up to date with what was generated, edits kept.

    Where there are conflicts nothing is written. Raise RecipeError for a file that is not UTF-8
    or that git left in the middle of a merge, StoreError for what the system refuses.
    """
    with as_store_errors(folder):
        return _settle(name, folder, generated, manner)


def _settle(name: PackageName, folder: Path, generated: Files, manner: Manner) -> RecipeOutcome:
    base = _read_all(folder / BASE_FOLDER)
    names = dict.fromkeys((*generated, *base, *Dialect))
    on_disk = {one: _read(folder / one) for one in names if (folder / one).is_file()}
    outcome = _judge(
        RecipeOutcome(
            name=name,
            folder=folder,
            state=RecipeState.CURRENT,
            on_disk=on_disk,
            generated=generated,
            merged=on_disk,
        ),
        base,
        manner,
    )
    if manner.dry_run:
        return replace(outcome, state=_IF_DRY.get(outcome.state, outcome.state))
    if outcome.state not in {RecipeState.CONFLICT, RecipeState.DIFFERS}:
        _write(outcome, base)
    return outcome


def _judge(found: RecipeOutcome, base: Files, manner: Manner) -> RecipeOutcome:
    """Decide what the files become: pure."""
    on_disk, generated = found.on_disk, found.generated
    is_known = any(one in base for one in Dialect)
    if manner.overwrite or not on_disk:
        is_same = on_disk == generated and base in ({}, generated)
        state = RecipeState.CURRENT if is_same else RecipeState.WRITTEN
        gone = {one: None for one in (*base, *on_disk) if one not in generated}
        return replace(found, state=state, merged=gone | dict(generated))
    if not is_known:
        if on_disk == generated:
            return found
        state = RecipeState.ADOPTED if manner.adopt else RecipeState.DIFFERS
        return replace(found, state=state)
    return _merged(found, base, manner.take)


def _merged(found: RecipeOutcome, base: Files, take: Take | None) -> RecipeOutcome:
    from conda_sluice.recipe.merge.files import merge_file

    # a recipe that was removed is asked for anew
    recipe = recipe_file(found.generated, found.folder)
    yours = {recipe: base[recipe], **found.on_disk}
    files = {
        one: merge_file(
            one,
            base=base.get(one),
            yours=yours.get(one),
            generated=found.generated.get(one),
            take=take,
        )
        for one in {**found.generated, **base}
    }
    conflicts = tuple(conflict for one in files.values() for conflict in one.conflicts)
    merged = {one: file.text for one, file in files.items()}
    if conflicts:
        return replace(found, state=RecipeState.CONFLICT, merged=merged, conflicts=conflicts)
    if recipe not in found.on_disk:
        return replace(found, state=RecipeState.WRITTEN, merged=merged)
    state = RecipeState.CURRENT if base == found.generated else RecipeState.MERGED
    return replace(found, state=state, merged=merged)


def _write(outcome: RecipeOutcome, base: Files) -> None:
    """Write what changed: the recipe first, then what was generated, as the next merge's base.

    A crash in between is harmless: merged again, what was merged stays as it is.
    """
    folder, kept = outcome.folder, outcome.folder / BASE_FOLDER
    files = {
        folder / one: None if text is None else _as_on_disk(folder / one, text)
        for one, text in outcome.merged.items()
        if text != outcome.on_disk.get(one)
    }
    files |= {
        kept / one: None if text is None else text.encode()
        for one in {**base, **outcome.generated}
        if (text := outcome.generated.get(one)) != base.get(one)
    }
    if files:
        kept.mkdir(parents=True, exist_ok=True)
        write_together(files, kept)


def _as_on_disk(file: Path, text: str) -> bytes:
    """Return the text with the line ends that the file has."""
    is_dos = file.is_file() and b"\r\n" in file.read_bytes()
    return (text.replace("\n", "\r\n") if is_dos else text).encode()


def written_default(folder: Path) -> str:
    """Return the version that holds when nobody asks git, as the recipe has it; "" for none.

    It must not drift with every commit, so what was written once stays.
    """
    for file in (above / one for above in (folder / BASE_FOLDER, folder) for one in Dialect):
        found = _DEFAULT.search(_read(file)) if file.is_file() else None
        if found:
            return found[1]
    return ""


def _read_all(folder: Path) -> Files:
    if not folder.is_dir():
        return {}
    files = sorted(one for one in folder.iterdir() if one.is_file())
    return {one.name: _read(one) for one in files if not one.name.startswith(".")}


def _read(file: Path) -> str:
    text = decoded(file.read_bytes(), file, RecipeError)
    found = _LEFT_BY_GIT.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        raise RecipeError(
            "git left a merge conflict here",
            where=f"{file}:{line}",
            remedy="resolve it first; for a file in .sluice either side will do",
        )
    return text
