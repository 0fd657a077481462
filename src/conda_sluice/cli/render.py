"""How outcomes look in the terminal, and which exit code they make."""

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from conda_sluice.cli import console
from conda_sluice.cli.options import Format
from conda_sluice.cli.render_recipe import show_outcome
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.event import Event
from conda_sluice.model.outcome import (
    Blocked,
    BuildOutcome,
    Built,
    Changed,
    Current,
    Failed,
    Kept,
    Progress,
    PromotionOutcome,
    PromotionResult,
    RecipeOutcome,
    Recovered,
    RecoveredState,
    RunOutcome,
    TestReport,
    Uploaded,
    UploadResult,
    Verdict,
)
from conda_sluice.model.package import PackageRecord
from conda_sluice.model.said import Said
from conda_sluice.model.statement import StatementKind
from conda_sluice.model.transaction import Deed
from conda_sluice.model.verified import Found
from conda_sluice.pipeline.ladder import Ladder
from conda_sluice.pipeline.planned import lacks_only_approval, would_climb
from conda_sluice.plan.builds import BuildPlan
from conda_sluice.report.as_json import plan_json
from conda_sluice.report.told import history_lines
from conda_sluice.report.visible import visible
from conda_sluice.seed.outcome import AlreadySeeded, Seeded, SeedFailed, SeedOutcome, Unavailable

OK, FAILED = 0, 1
NO_PROJECTS = "there is nothing to build: channels.yaml names no projects"


_STYLES = {
    PromotionResult.PROMOTED: "green",
    PromotionResult.WOULD_PROMOTE: "green",
    PromotionResult.ALREADY_THERE: "dim",
    PromotionResult.WAITING: "yellow",
    PromotionResult.NOT_ELIGIBLE: "dim",
    PromotionResult.REFUSED: "red",
}


_UPLOADS = {
    UploadResult.UPLOADED: ("uploaded", "green"),
    UploadResult.WOULD_UPLOAD: ("would be uploaded", "green"),
    UploadResult.ALREADY_THERE: ("is there already", "dim"),
}

_DEEDS = {
    Deed.PUT: ("put into", "would be put into"),
    Deed.COPY: ("copied to", "would be copied to"),
    Deed.REMOVE: ("taken out of", "would be taken out of"),
    Deed.HIDE: ("hidden in", "would be hidden in"),
    Deed.SHOW: ("shown again in", "would be shown again in"),
    Deed.CLOSE: ("closed", "would be closed"),
    Deed.OPEN: ("opened", "would be opened"),
}

_RECOVERIES = {
    RecoveredState.COMPLETED: ("was interrupted; it is complete now", "green"),
    RecoveredState.DROPPED: ("was interrupted before anything changed", "dim"),
    RecoveredState.TAKEN_BACK: ("was interrupted; what had changed was taken back", "yellow"),
}


def follow(
    stream: Iterable[RunOutcome | Progress], output: Format, *, counts_settled: bool = False
) -> list[RunOutcome]:
    """Print outcomes as they come, progress on a terminal only; return the outcomes.

    With `counts_settled`, packages that are there already are only counted.
    """
    outcomes: list[RunOutcome] = []
    with console.working("reading the projects", output) as tell:
        for one in stream:
            if isinstance(one, Progress):
                tell(str(one))
                continue
            outcomes.append(one)
            if output is Format.TEXT and not (counts_settled and _is_settled(one)):
                show(one)
    if output is Format.TEXT and counts_settled:
        _count_settled(outcomes)
    return outcomes


def show(outcome: RunOutcome) -> None:
    """Print one outcome as it comes."""
    match outcome:
        case RecipeOutcome():
            show_outcome(outcome)
        case Built() | Current() | Failed() | Blocked():
            show_build(outcome)
        case TestReport():
            show_test(outcome)
        case PromotionOutcome():
            show_promotion(outcome)
        case _:
            show_change(outcome)


def show_change(outcome: Recovered | Uploaded | Changed | Kept) -> None:
    """Print what became of packages of a channel."""
    match outcome:
        case Recovered():
            show_recovered(outcome)
        case Uploaded():
            text, style = _UPLOADS[outcome.result]
            console.line("upload", outcome.record.path, text, style)
        case Changed():
            show_changed(outcome)
        case Kept():
            text = f"stays in {outcome.channel}: {outcome.because}"
            console.line("prune", outcome.record.path, text, "dim")


def show_changed(outcome: Changed) -> None:
    """Print each package of a transaction, and the id by which it can be undone."""
    transaction = outcome.transaction
    for step in transaction.steps:
        done, would = _DEEDS[step.deed]
        text = f"{done if outcome.is_done else would} {step.channel}"
        for item in step.items:
            console.line(transaction.act.value, item.path, text, "green")
    if outcome.freed:
        megabytes = outcome.freed / 1e6
        console.detail(f"{megabytes:.1f} MB {'freed' if outcome.is_done else 'would be freed'}")
    if outcome.is_done and transaction.steps:
        console.detail(f"transaction {transaction.id}")


def show_build(outcome: BuildOutcome) -> None:
    """Print what became of a build, with the end of its log where it failed."""
    match outcome:
        case Built():
            console.line("build", _job(outcome), f"built in {outcome.seconds:.1f} s", "green")
        case Current():
            console.line("build", _job(outcome), "is there already", "dim")
        case Failed():
            console.line("build", _job(outcome), "failed", "red")
            for line in (*outcome.reason.splitlines(), *outcome.tail):
                console.detail(line)
            console.detail(f"log: {outcome.log}")
        case Blocked():
            console.line("build", _job(outcome), f"blocked: {outcome.reason}", "red")


def show_recovered(outcome: Recovered) -> None:
    """Print what an earlier command had left half-done, and what became of it."""
    transaction = outcome.transaction
    names = sorted({f"{event.name}" for event in transaction.events})
    what = f"{transaction.act.value} of {', '.join(names[:3])}{', …' if len(names) > 3 else ''}"  # noqa: PLR2004 - enough to recognise it
    text, style = _RECOVERIES[outcome.state]
    console.line("recover", what, text, style)


def show_said(said: Said) -> None:
    """Print what somebody said of packages, once the ledger has it."""
    statement = said.statement
    verb = "approve" if statement.kind is StatementKind.APPROVAL else "override"
    by = f"by {said.signer or statement.who}"
    text = by if not statement.gate else f"{statement.gate} {by} until {statement.until}"
    for record in said.records:
        console.line(verb, f"{record.name} {record.version} to {statement.target}", text, "green")


def show_test(report: TestReport) -> None:
    """Print what became of a package's tests."""
    what = f"{report.record.name} {report.record.version} for {report.target}"
    if report.has_passed:
        count = f"{report.tests} test{'' if report.tests == 1 else 's'}"
        console.line("test", what, f"passed {count} in {report.seconds:.1f} s", "green")
        return
    text, style = ("waiting", "yellow") if report.is_waiting else ("not passed", "red")
    console.line("test", what, text, style)
    console.detail(report.reason)
    console.detail(f"log: {report.log}")


def _is_settled(outcome: RunOutcome) -> bool:
    return isinstance(outcome, PromotionOutcome) and outcome.result is PromotionResult.ALREADY_THERE


def _count_settled(outcomes: Sequence[RunOutcome]) -> None:
    """Print how many packages nobody asked for by name are there already."""
    settled = [one for one in outcomes if isinstance(one, PromotionOutcome) and _is_settled(one)]
    if settled:
        count = f"{len(settled)} package{'' if len(settled) == 1 else 's'}"
        console.line("promote", f"{count} to {settled[0].target}", "already-there", "dim")


def show_promotion(outcome: PromotionOutcome) -> None:
    """Print whether a package climbed, and what every gate that held it says."""
    record = outcome.record
    console.line(
        "promote",
        f"{record.name} {record.version} to {outcome.target}",
        outcome.result.value,
        _STYLES[outcome.result],
    )
    for excuse in outcome.excuses:
        if excuse.verdict is not Verdict.PASS:
            console.detail(f"{excuse.gate}: {excuse.text}")


def show_saved(file: Path, outcomes: Iterable[RunOutcome]) -> None:
    """Say beside the result what the plan in a file names, and what to do with it."""
    asked = [one for one in outcomes if isinstance(one, PromotionOutcome)]
    lacking = sum(map(lacks_only_approval, asked))
    named = lacking + sum(map(would_climb, asked))
    text = f"{file} is written; it names {named} package{'' if named == 1 else 's'}"
    if lacking:
        text += f", {lacking} without approval; next: sluice approve --plan {file}"
    elif named:
        text += f"; next: sluice promote --apply {file}"
    console.note(text)


def exit_code(outcomes: Iterable[RunOutcome]) -> int:
    """Return 0 when all that was asked holds, 1 when something failed or was blocked (D15)."""
    return FAILED if any(_is_bad(outcome) for outcome in outcomes) else OK


def exit_code_by_name(outcomes: Sequence[RunOutcome]) -> int:
    """Return 1 unless everything that was asked for by name is in the target."""
    there = {
        PromotionResult.PROMOTED,
        PromotionResult.WOULD_PROMOTE,
        PromotionResult.ALREADY_THERE,
    }
    asked = [one for one in outcomes if isinstance(one, PromotionOutcome)]
    return OK if all(outcome.result in there for outcome in asked) else FAILED


def _is_bad(outcome: RunOutcome) -> bool:
    match outcome:
        case Failed() | Blocked():
            return True
        case TestReport():
            return not outcome.has_passed and not outcome.is_waiting
        case PromotionOutcome():
            return outcome.result is PromotionResult.REFUSED
        case _:
            return False


def _job(outcome: BuildOutcome) -> str:
    job = outcome.job
    return f"{job.name} {job.version} {job.build}"


def show_found(found: Found) -> None:
    """Print one thing that is not as it should be, and what mends it."""
    console.line("verify", f"{found.channel} {found.path}", f"{found.kind}: {found.text}", "red")
    if found.remedy:
        console.detail(found.remedy)


def history(events: Sequence[Event]) -> None:
    """Print what happened to packages, oldest first, with the reasons people gave."""
    if not events:
        console.say("nothing has happened yet")
    for line in history_lines(events):
        console.say(visible(line), "dim")


def plan(plan: BuildPlan, output: Format) -> int:
    """Print what would be built, in order."""
    if output is Format.JSON:
        console.print_json(plan_json(plan))
        return OK
    rows = [
        (
            one.job.name,
            one.job.version,
            one.job.build,
            one.job.subdir,
            "-" if one.is_current else "build",
            one.reason,
        )
        for one in plan.builds
    ]
    if rows:
        console.table(("package", "version", "build", "subdir", "action", "why"), rows)
    else:
        console.say(NO_PROJECTS)
    return OK


def status(ladder: Ladder, unmade: Collection[ChannelRef] = ()) -> None:
    """Print a row for each version of each package, a column for each channel.

    Of a version only the highest build number is shown, with the builds of all its variants.
    `unmade` are channels that are not there before something is in them: clients fail on such.
    """
    columns = [rung.channel.name for rung in ladder.rungs]
    places: dict[tuple[str, str], dict[str, list[PackageRecord]]] = {}
    ages: dict[tuple[str, str], int] = {}
    for name, records in zip(columns, ladder.records, strict=True):
        for record in sorted(records, key=lambda one: one.build):
            row = record.name, record.version
            places.setdefault(row, {}).setdefault(name, []).append(record)
            ages[row] = max(ages.get(row, 0), record.timestamp)
    rows = [
        (name, version, *(_builds(places[name, version].get(one, ())) for one in columns))
        for name, version in sorted(places, key=lambda row: (row[0], ages[row], row[1]))
    ]
    if rows:
        console.table(("package", "version", *columns), rows)
    else:
        console.say("the ladder is empty")
    for name, hidden in zip(columns, ladder.hidden, strict=True):
        for record in hidden:
            console.say(
                f"yanked from {name}: {record.name} {record.version} {record.build}", "yellow"
            )
    console.say()
    upstream = [f"-c {channel.url}" for channel in ladder.upstream]
    for index, rung in enumerate(ladder.rungs):
        if rung.channel in unmade:
            console.say(f"from {rung.channel.name}:  nothing is there yet")
            continue
        channels = [upper.channel for upper in ladder.rungs[index:]]
        above = [f"-c {one.url}" for one in channels if one not in unmade]
        words = " ".join(("conda install", *above, *upstream, "NAME"))
        console.say(f"from {rung.channel.name}:  {words}")


def _builds(records: Sequence[PackageRecord]) -> str:
    newest = max((one.build_number for one in records), default=0)
    builds = dict.fromkeys(one.build for one in records if one.build_number == newest)
    return ", ".join(builds) or "-"


def show_seeded(outcome: SeedOutcome) -> None:
    """Print what became of a package that was to be seeded."""
    match outcome:
        case Seeded():
            what = f"{outcome.name} {outcome.version} {outcome.build}"
            console.line("seed", what, f"made in {outcome.seconds:.1f} s", "green")
        case AlreadySeeded():
            what = f"{outcome.name} {outcome.version} {outcome.build}"
            console.line("seed", what, "is there already", "dim")
        case Unavailable():
            console.line("seed", outcome.name, f"not to be had: {outcome.reason}", "yellow")
            console.detail(outcome.remedy)
        case SeedFailed():
            console.line("seed", f"{outcome.name} {outcome.version}", "failed", "red")
            for line in outcome.reason.splitlines():
                console.detail(line)


def seeded_code(outcome: SeedOutcome) -> int:
    """Return 1 for what failed, or is needed and not to be had."""
    match outcome:
        case SeedFailed():
            return FAILED
        case Unavailable():
            return FAILED if outcome.is_needed else OK
        case Seeded() | AlreadySeeded():
            return OK
