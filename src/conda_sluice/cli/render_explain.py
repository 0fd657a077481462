"""One page on a package in the terminal: where it stands, what holds it, what happened."""

from rich.markup import escape

from conda_sluice.cli import console
from conda_sluice.model.explanation import Explanation, StageState
from conda_sluice.model.outcome import Excuse, PromotionOutcome
from conda_sluice.plan.way import remedy_of, steps_ahead, way_of
from conda_sluice.report.told import (
    MARKS,
    RESULTS,
    TESTS,
    VERDICTS,
    ended,
    facts_of,
    headline,
    history_lines,
)
from conda_sluice.report.visible import visible

_COLOURS = {
    StageState.DONE: "green",
    StageState.OVERRIDDEN: "yellow",
    StageState.WAITING: "yellow",
    StageState.HELD: "red",
    StageState.STAYS: "dim",
    StageState.ABSENT: "dim",
}


def explanation(told: Explanation) -> None:
    """Print the page: what it is, its way, what holds it, its versions, tests and history."""
    newest = told.newest
    console.say(f"{told.name} {newest.version if newest else ''}".strip(), "bold")
    for key, text in facts_of(told):
        _row(key, text)
    _heading("Way")
    for stage in way_of(told):
        _marked(stage.state, stage.name, stage.text)
    for step in steps_ahead(told):
        _step(step)
    _versions(told)
    _tests(told)
    _history(told)


def _step(step: PromotionOutcome) -> None:
    _heading(headline(step))
    for excuse in sorted(step.excuses, key=lambda one: one.verdict.lets_pass):
        _excuse(excuse, step)
    if not step.excuses:
        _marked(RESULTS[step.result][0], "gates", "none asks anything")


def _excuse(excuse: Excuse, step: PromotionOutcome) -> None:
    state, verb = VERDICTS[excuse.verdict]
    _marked(state, excuse.gate, f"{verb}: {excuse.text}")
    for line in excuse.details if not excuse.verdict.lets_pass else ():
        _below(f"· {line}")
    for path in excuse.proposal:
        _below(f"+ {path}")
    if remedy := remedy_of(excuse, step):
        _below(f"→ {remedy}")


def _versions(told: Explanation) -> None:
    if told.newest is None:
        return
    _heading("Versions, newest first")
    rows = [
        (version, *(", ".join(builds) or "-" for builds in held)) for version, held in told.versions
    ]
    console.table(("version", *(channel for channel, _ in told.places)), rows)


def _tests(told: Explanation) -> None:
    if not told.tests:
        return
    _heading("Tests, newest first")
    for test in told.tests:
        what = f"{test.version} for {test.target}"
        on = f"{test.platform}, {test.strategy}, {test.when}"
        _marked(TESTS[test.result], what, f"{ended(test)} ({on})", width=28)
        if test.reason:
            _below(test.reason)
        for name, file in (("log", test.log), ("junit", test.junit)):
            if file is not None:
                _below(f"{name} {file}")


def _history(told: Explanation) -> None:
    if not told.history:
        return
    _heading("History")
    for line in history_lines(told.history):
        console.say(f"  {line}", "dim")


def _heading(text: str) -> None:
    console.say()
    console.say(text, "bold")


def _row(key: str, text: str) -> None:
    console.say(f"  {key:<9} {text}")


def _marked(state: StageState, name: str, text: str, *, width: int = 18) -> None:
    mark = f"[{_COLOURS[state]}]{MARKS[state]}[/]"
    console.out.print(f"  {mark} {escape(f'{visible(name):<{width}} {visible(text)}')}")


def _below(text: str) -> None:
    for line in visible(text).splitlines():
        console.say(f"      {line}", "dim")
