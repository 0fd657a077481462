"""Remarks on recipes, one line each, as compilers write them."""

from collections.abc import Sequence

from conda_sluice.cli import console
from conda_sluice.model.lint import Level
from conda_sluice.model.outcome import LintOutcome


def outcomes(found: Sequence[LintOutcome]) -> None:
    """Print what was repaired and what remains, then the counts."""
    for outcome in found:
        if outcome.error:
            console.say(f"error: {outcome.error}")
        for one in outcome.repaired:
            console.say(f"{outcome.file}: repaired {one.id} {one.name}: {one.message}")
        for one in outcome.findings:
            place = f"{outcome.file}:{one.line}"
            console.say(f"{place}: {one.level} {one.id} {one.name}: {one.message}")
    console.say(_summary(found))


def _summary(found: Sequence[LintOutcome]) -> str:
    levels = [one.level for outcome in found for one in outcome.findings]
    errors = levels.count(Level.ERROR) + sum(bool(outcome.error) for outcome in found)
    repairable = sum(one.edit is not None for outcome in found for one in outcome.findings)
    counts = f"{_many(len(found), 'recipe')}: {_many(errors, 'error')},"
    counts = f"{counts} {_many(levels.count(Level.WARNING), 'warning')}"
    return f"{counts}; --fix repairs {repairable} of them" if repairable else counts


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def exit_code(found: Sequence[LintOutcome]) -> int:
    """Return 1 where a recipe has an error or cannot be read."""
    return int(
        any(
            outcome.error or any(one.level is Level.ERROR for one in outcome.findings)
            for outcome in found
        )
    )
