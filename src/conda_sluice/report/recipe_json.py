"""Recipes as JSON: every line with the evidence for it, what changed, what is in conflict."""

from collections.abc import Iterator, Sequence
from difflib import unified_diff

from conda_sluice.model.facts import PythonFacts, RFacts
from conda_sluice.model.merge import Conflict, Passage
from conda_sluice.model.outcome import RecipeOutcome, RecipeState
from conda_sluice.model.project import Project
from conda_sluice.model.recipe import Entry, Item, Recipe, Section
from conda_sluice.model.told import NoRecipe, ToldRecipe
from conda_sluice.report.json_value import Json


def recipes_json(told: Sequence[ToldRecipe | NoRecipe]) -> Json:
    """Return `sluice.recipe/1`: what became of each recipe, and why each line stands in it."""
    outcomes = [recipe_json(one) if isinstance(one, ToldRecipe) else _failure(one) for one in told]
    return {"schema": "sluice.recipe/1", "outcomes": outcomes}


def recipe_json(told: ToldRecipe) -> Json:
    """Return one recipe with its evidence."""
    outcome, project = told.outcome, told.project
    lines = list(lines_of(told.recipe))
    return {
        "name": outcome.name,
        "version": told.version,
        "source": str(project.root),
        "folder": str(outcome.folder),
        "outcome": outcome.state.value,
        "language": project.language.value,
        "compiled": project.is_compiled,
        "evidence": [{"claim": one.claim, "because": one.because} for one in project.evidence],
        "lines": [_line(where, line) for where, line in lines],
        "uncertain": [
            {"where": where, "text": _text(line), "doubt": line.doubt}
            for where, line in lines
            if line.doubt
        ],
        "notes": [{"where": where, "note": note} for where, note in notes_of(told.recipe)],
        "left_out": _left_out(project),
        "license": {
            "spdx": project.about.license,
            "written": project.about.license_text,
            "files": list(project.about.license_files),
        },
        "diff": {file: "\n".join(lines) for file, lines in diffs_of(outcome)},
        "conflicts": [_conflict(one) for one in outcome.conflicts],
    }


def lines_of(recipe: Recipe) -> Iterator[tuple[str, Entry | Item]]:
    """Yield the lines of a recipe, each with the keys under which it stands."""
    for section in recipe.sections:
        yield from _lines_of(section, section.name)


def notes_of(recipe: Recipe) -> Iterator[tuple[str, str]]:
    """Yield what is said above sections, to the reviewer: what is unclear or was left out."""
    for section in recipe.sections:
        yield from _notes_of(section, section.name)


def diffs_of(outcome: RecipeOutcome) -> Iterator[tuple[str, list[str]]]:
    """Yield the files that change, or would, each with its unified diff.

    For a recipe that is left alone this is how it differs from the generated one.
    """
    after = outcome.generated if outcome.state is RecipeState.DIFFERS else outcome.merged
    for file in sorted({*outcome.on_disk, *after}):
        old, new = outcome.on_disk.get(file), after.get(file)
        if old != new:
            place = f"{outcome.folder / file}"
            names = (place if old is not None else "nothing", place if new is not None else "-")
            lines = unified_diff(
                (old or "").splitlines(), (new or "").splitlines(), *names, lineterm=""
            )
            yield file, list(lines)


def _lines_of(section: Section, where: str) -> Iterator[tuple[str, Entry | Item]]:
    for entry in section.entries:
        place = f"{where}/{entry.name if isinstance(entry, Section) else entry.key}"
        match entry:
            case Section():
                yield from _lines_of(entry, place)
            case Entry(value=tuple() as items):
                yield from ((place, item) for item in items)
            case Entry():
                yield place, entry


def _notes_of(section: Section, where: str) -> Iterator[tuple[str, str]]:
    yield from ((where, note) for note in section.notes)
    for entry in section.entries:
        if isinstance(entry, Section):
            yield from _notes_of(entry, f"{where}/{entry.name}")


def _text(line: Entry | Item) -> str:
    return line.text if isinstance(line, Item) else str(line.value)


def _line(where: str, line: Entry | Item) -> Json:
    return {
        "where": where,
        "text": _text(line),
        "selector": line.when,
        "because": line.because,
        "note": line.note,
        "doubt": line.doubt,
    }


def _left_out(project: Project) -> list[Json]:
    """Return what the project names and the recipe does not ask for: conda has no extras."""
    match project.facts:
        case PythonFacts(extras=extras):
            found = [(f"extra {name}", list(needs)) for name, needs in extras]
        case RFacts(suggests=suggests) if suggests:
            found = [("Suggests", [f"{one.name} {one.bound}".strip() for one in suggests])]
        case _:
            found = []
    return [{"what": what, "requirements": needs} for what, needs in found]


def _conflict(conflict: Conflict) -> Json:
    return {
        "file": conflict.file,
        "where": conflict.where,
        "base": _passage(conflict.base),
        "yours": _passage(conflict.yours),
        "generated": _passage(conflict.generated),
    }


def _passage(passage: Passage) -> Json:
    return {"line": passage.line, "text": "\n".join(passage.lines)}


def _failure(failed: NoRecipe) -> Json:
    return {
        "source": str(failed.source),
        "outcome": "failed",
        "reason": failed.what,
        "where": failed.where,
        "remedy": failed.remedy,
    }
