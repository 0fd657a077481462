"""How recipes look in the terminal: what became of each, what changed, what is in conflict."""

from collections.abc import Iterable

from conda_sluice.cli import console
from conda_sluice.cli.options import Format
from conda_sluice.errors import SluiceError
from conda_sluice.model.merge import Conflict, Passage
from conda_sluice.model.outcome import Progress, RecipeOutcome, RecipeState
from conda_sluice.model.recipe import Dialect
from conda_sluice.model.told import NoRecipe, Told, ToldRecipe
from conda_sluice.report.recipe_json import diffs_of, lines_of

_TEXTS = {
    RecipeState.WRITTEN: ("written", "green"),
    RecipeState.WOULD_WRITE: ("would be written", "yellow"),
    RecipeState.MERGED: ("merged", "green"),
    RecipeState.WOULD_MERGE: ("would be merged", "yellow"),
    RecipeState.ADOPTED: ("adopted as it is", "green"),
    RecipeState.WOULD_ADOPT: ("would be adopted as it is", "yellow"),
    RecipeState.CURRENT: ("is current", "dim"),
    RecipeState.DIFFERS: ("differs from what the project gives now", "yellow"),
}
_MOST_LINES = 12
_REMEDIES = {
    RecipeState.DIFFERS: "it is left alone: --adopt keeps it and merges later changes into it,"
    " --overwrite replaces it",
    RecipeState.CONFLICT: "say whose text stands there: --take yours, or --take generated",
}


def follow(stream: Iterable[Told | Progress], output: Format, *, shows_diff: bool) -> list[Told]:
    """Print recipes as they come, progress on a terminal only; return them."""
    everything: list[Told] = []
    with console.working("reading the projects", output) as tell:
        for one in stream:
            if isinstance(one, Progress):
                tell(str(one))
                continue
            everything.append(one)
            if isinstance(one, NoRecipe):
                console.print_error(SluiceError(one.what, one.where, one.remedy))
            elif output is Format.TEXT:
                show(one, shows_diff=shows_diff)
    return everything


def show(told: ToldRecipe, *, shows_diff: bool) -> None:
    """Print one recipe: its state, and the difference or the conflicts."""
    outcome = told.outcome
    show_outcome(outcome)
    doubts = sum(bool(line.doubt) for _, line in lines_of(told.recipe))
    if doubts and outcome.state in {RecipeState.WRITTEN, RecipeState.WOULD_WRITE}:
        what = "line is" if doubts == 1 else "lines are"
        console.detail(f"{doubts} {what} uncertain, see the comments in it")
    for conflict in outcome.conflicts:
        _show_conflict(conflict, told)
    if outcome.state is RecipeState.DIFFERS or (shows_diff and not outcome.conflicts):
        for _, difference in diffs_of(outcome):
            for one in difference:
                console.detail(one)
    if remedy := _REMEDIES.get(outcome.state):
        console.detail(remedy)


def show_outcome(outcome: RecipeOutcome) -> None:
    """Print what became of a recipe."""
    file = outcome.folder / next(one for one in Dialect if one in outcome.generated)
    if outcome.state is RecipeState.CONFLICT:
        count = len(outcome.conflicts)
        text = f"{file} not written: {count} conflict{'' if count == 1 else 's'}"
        console.line("recipe", outcome.name, text, "red")
        return
    text, style = _TEXTS[outcome.state]
    console.line("recipe", outcome.name, f"{file} {text}", style)


def exit_code(everything: Iterable[Told], *, is_check: bool) -> int:
    """Return the worst: 2 or 3 of what could not be read, 1 for conflicts, or drift in a check."""
    codes = [0]
    for one in everything:
        match one:
            case NoRecipe():
                codes.append(one.exit_code)
            case ToldRecipe(outcome=RecipeOutcome(state=RecipeState.CONFLICT)):
                codes.append(SluiceError.exit_code)
            case ToldRecipe() if is_check and one.outcome.state is not RecipeState.CURRENT:
                codes.append(SluiceError.exit_code)
    return max(codes)


def _show_conflict(conflict: Conflict, told: ToldRecipe) -> None:
    folder = told.outcome.folder
    where = conflict.where or conflict.file
    console.detail(f"{where}: you and the sources changed the same place")
    _show_passage("last generated", f"{folder / '.sluice' / conflict.file}", conflict.base)
    _show_passage("yours", f"{folder / conflict.file}", conflict.yours)
    _show_passage("generated now", "", conflict.generated)
    for because in _reasons(conflict, told):
        console.detail(f"  because {because}")


def _show_passage(whose: str, file: str, passage: Passage) -> None:
    if not passage.lines:
        console.detail(f"{whose}: nothing")
        return
    console.detail(f"{whose:<15} {file}:{passage.line}" if file else whose)
    for line in passage.lines[:_MOST_LINES]:
        console.detail(f"  {line.strip()}")
    if len(passage.lines) > _MOST_LINES:
        console.detail(f"  … {len(passage.lines) - _MOST_LINES} more lines")


def _reasons(conflict: Conflict, told: ToldRecipe) -> list[str]:
    """Return the evidence for the generated lines."""
    texts = {line.strip().removeprefix("- ") for line in conflict.generated.lines}
    found = (
        line.because
        for _, line in lines_of(told.recipe)
        if line.because and getattr(line, "text", "") in texts
    )
    return list(dict.fromkeys(found))
