"""Words that the page on a package has in the terminal and in HTML alike."""

from collections.abc import Iterator, Mapping, Sequence

from conda_sluice.model.config import Mode
from conda_sluice.model.event import Event
from conda_sluice.model.explanation import Explanation, StageState, TestResult, ToldTest
from conda_sluice.model.outcome import PromotionOutcome, PromotionResult, Verdict

MARKS = {
    StageState.DONE: "✓",
    StageState.OVERRIDDEN: "!",
    StageState.WAITING: "…",
    StageState.HELD: "✗",
    StageState.STAYS: "-",
    StageState.ABSENT: "○",
}
"""One sign for each state, so that colour is not needed."""

VERDICTS = {
    Verdict.PASS: (StageState.DONE, "passes"),
    Verdict.OVERRIDDEN: (StageState.OVERRIDDEN, "is overridden"),
    Verdict.HELD_BACK: (StageState.DONE, "holds an older one back"),
    Verdict.WAITING: (StageState.WAITING, "waits"),
    Verdict.NEEDS_APPROVAL: (StageState.WAITING, "needs approval"),
    Verdict.NOT_ELIGIBLE: (StageState.STAYS, "does not let it try"),
    Verdict.BLOCKED: (StageState.HELD, "blocks"),
}

RESULTS = {
    PromotionResult.WOULD_PROMOTE: (StageState.DONE, "may climb: sluice promote"),
    PromotionResult.PROMOTED: (StageState.DONE, "is there"),
    PromotionResult.ALREADY_THERE: (StageState.DONE, "is there"),
    PromotionResult.WAITING: (StageState.WAITING, "waits"),
    PromotionResult.NOT_ELIGIBLE: (StageState.STAYS, "stays where it is"),
    PromotionResult.REFUSED: (StageState.HELD, "is held"),
}

TESTS = {
    TestResult.PASSED: StageState.DONE,
    TestResult.NOT_PASSED: StageState.HELD,
    TestResult.WAITING: StageState.WAITING,
}

MODES = {
    Mode.RE_VERSION: "re-version: the final tag is a new build",
    Mode.RELABEL: "relabel: the tested file itself becomes final",
}


def headline(step: PromotionOutcome) -> str:
    """Say in a line whether a package climbs."""
    return f"{step.record.version} on its way to {step.target} {RESULTS[step.result][1]}"


def ended(test: ToldTest) -> str:
    """Say in a line how a test ended."""
    if test.result is not TestResult.PASSED:
        return "waiting" if test.result is TestResult.WAITING else "not passed"
    beside = f"in an environment of {_counted(test.packages, 'package')}"
    return f"passed {_counted(test.tests, 'test')} {beside}"


def facts_of(told: Explanation) -> Iterator[tuple[str, str]]:
    """Yield what is known of the project, each with its name."""
    if told.project is not None:
        kind = "compiled" if told.project.is_compiled else "not compiled"
        yield "project", f"{told.project.root} ({told.project.language.value}, {kind})"
    if told.version is not None:
        origin = f"tag {told.version.tag}" if told.version.tag else told.version.origin.value
        written = told.version.upstream
        as_written = "" if written == told.version.conda else f", written {written}"
        yield "version", f"{told.version.conda} (from {origin}{as_written})"
    if told.mode is not None:
        yield "final", MODES[told.mode]
    if told.recipe is not None:
        yield "recipe", str(told.recipe)


def history_lines(events: Sequence[Event]) -> Iterator[str]:
    """Return a line for each event, with what is of one kind below one another."""
    rows = [(one.when, one.kind.value, one.path, one.channel) for one in events]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for event, row in zip(events, rows, strict=True):
        cells = [f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)]
        yield "  ".join((*cells, about_event(event)))


def about_event(event: Event) -> str:
    """Say more of an event: where from, in which transaction, why, until when."""
    data: Mapping[str, object] = event.data
    said = [f"by {event.who}"]
    if event.kind.value == "tested":
        said.append("passed" if data.get("passed") is True else "not passed")
    texts = (
        ("from", "from {}"),
        ("gate", "gate {}"),
        ("until", "until {}"),
        ("undoes", "undoes {}"),
        ("transaction", "in transaction {}"),
        ("why", "because: {}"),
    )
    said += [text.format(data[key]) for key, text in texts if data.get(key)]
    return ", ".join(said)


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
