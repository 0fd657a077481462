"""Outcomes as JSON with a `schema` key (docs/reference/json.md)."""

from collections.abc import Sequence

from conda_sluice.model.config import Rung
from conda_sluice.model.event import Event
from conda_sluice.model.outcome import (
    Blocked,
    BuildOutcome,
    Built,
    Changed,
    Current,
    Excuse,
    Failed,
    Kept,
    PromotionOutcome,
    Recovered,
    RunOutcome,
    TestReport,
    Uploaded,
)
from conda_sluice.model.package import PackageRecord
from conda_sluice.model.said import Said
from conda_sluice.model.verified import Found
from conda_sluice.plan.builds import BuildPlan
from conda_sluice.report.json_value import Json


def plan_json(plan: BuildPlan) -> Json:
    """Return `sluice.plan/1`: the builds in their order, with the reason for each."""
    return {
        "schema": "sluice.plan/1",
        "builds": [
            {
                "name": one.job.name,
                "version": one.job.version,
                "build": one.job.build,
                "subdir": one.job.subdir,
                "file": one.job.file,
                "variant": dict(one.job.rendered.variant),
                "action": "none" if one.is_current else "build",
                "reason": one.reason,
                "follows": [str(need) for need in one.follows],
                "key": one.job.key,
            }
            for one in plan.builds
        ],
    }


def build_json(outcome: BuildOutcome) -> Json:
    """Return one build's outcome."""
    data: dict[str, object] = {"subdir": outcome.job.subdir, "file": outcome.job.file}
    match outcome:
        case Built():
            return data | {
                "outcome": "built",
                "sha256": outcome.sha256,
                "seconds": round(outcome.seconds, 2),
                "log": str(outcome.log),
            }
        case Current():
            return data | {"outcome": "current"}
        case Failed():
            return data | {
                "outcome": "failed",
                "reason": outcome.reason,
                "log": str(outcome.log),
                "tail": list(outcome.tail),
            }
        case Blocked():
            return data | {"outcome": "blocked", "by": outcome.by, "reason": outcome.reason}


def builds_json(outcomes: Sequence[RunOutcome]) -> Json:
    """Return `sluice.build/1`: what became of each build."""
    builds = [
        build_json(one) for one in outcomes if isinstance(one, Built | Current | Failed | Blocked)
    ]
    return {"schema": "sluice.build/1", "outcomes": builds}


def _test_outcome(report: TestReport) -> str:
    if report.is_waiting:
        return "waiting"
    return "passed" if report.has_passed else "not-passed"


def test_json(report: TestReport) -> Json:
    """Return one test report."""
    return {
        "subdir": report.record.subdir,
        "file": report.record.file,
        "sha256": report.record.sha256,
        "target": report.target,
        "platform": report.platform,
        "strategy": report.strategy,
        "outcome": _test_outcome(report),
        "reason": report.reason,
        "tests": report.tests,
        "log": str(report.log),
        "junit": str(report.junit) if report.junit else None,
        "environment": list(report.environment),
        "digest": report.digest,
        "seconds": round(report.seconds, 2),
    }


test_json.__test__ = False  # type: ignore[attr-defined]  # pytest must not collect it


def tests_json(outcomes: Sequence[RunOutcome]) -> Json:
    """Return `sluice.test/1`: what became of each test."""
    reports = [test_json(one) for one in outcomes if isinstance(one, TestReport)]
    return {"schema": "sluice.test/1", "outcomes": reports}


tests_json.__test__ = False  # type: ignore[attr-defined]  # pytest must not collect it


def promotion_json(outcomes: Sequence[RunOutcome]) -> Json:
    """Return `sluice.promotion/1`."""
    promotions = [one for one in outcomes if isinstance(one, PromotionOutcome)]
    return {
        "schema": "sluice.promotion/1",
        "outcomes": [outcome_json(outcome) for outcome in promotions],
        "recovered": recovered_json(outcomes),
    }


def outcome_json(outcome: PromotionOutcome) -> Json:
    """Return whether a package climbs, with every gate's word."""
    return {
        "subdir": outcome.record.subdir,
        "file": outcome.record.file,
        "sha256": outcome.record.sha256,
        "target": outcome.target,
        "outcome": outcome.result.value,
        "excuses": [excuse_json(excuse) for excuse in outcome.excuses],
    }


def uploads_json(outcomes: Sequence[RunOutcome]) -> Json:
    """Return `sluice.upload/1`: each package, and whether it is new in the channel."""
    return {
        "schema": "sluice.upload/1",
        "outcomes": [
            {
                "subdir": one.record.subdir,
                "file": one.record.file,
                "sha256": one.record.sha256,
                "outcome": one.result.value,
            }
            for one in outcomes
            if isinstance(one, Uploaded)
        ],
        "recovered": recovered_json(outcomes),
    }


def recovered_json(outcomes: Sequence[RunOutcome]) -> Sequence[Json]:
    """Return what had been interrupted before, and what became of it."""
    return [
        {
            "transaction": one.transaction.id,
            "act": one.transaction.act.value,
            "outcome": one.state.value,
        }
        for one in outcomes
        if isinstance(one, Recovered)
    ]


def changes_json(outcomes: Sequence[RunOutcome]) -> Json:
    """Return `sluice.change/1`: what was done to which packages of which channel."""
    changed = [one for one in outcomes if isinstance(one, Changed)]
    kept = [one for one in outcomes if isinstance(one, Kept)]
    return {
        "schema": "sluice.change/1",
        "changes": [_change_json(one) for one in changed],
        "kept": [
            {"channel": one.channel.name, "file": one.record.path, "because": one.because}
            for one in kept
        ],
        "recovered": recovered_json(outcomes),
    }


def _change_json(changed: Changed) -> Json:
    transaction = changed.transaction
    return {
        "transaction": transaction.id,
        "act": transaction.act.value,
        "outcome": "done" if changed.is_done else "would-be-done",
        "undoes": transaction.undoes or None,
        "freed": changed.freed,
        "steps": [
            {
                "deed": step.deed.value,
                "channel": step.channel.name,
                "source": step.source.name if step.source else None,
                "packages": [{"file": one.path, "sha256": one.sha256} for one in step.items],
            }
            for step in transaction.steps
        ],
    }


def verified_json(found: Sequence[Found]) -> Json:
    """Return `sluice.verify/1`: everything that is not as it should be."""
    return {
        "schema": "sluice.verify/1",
        "found": [
            {
                "kind": one.kind,
                "channel": one.channel,
                "file": one.path,
                "text": one.text,
                "remedy": one.remedy,
            }
            for one in found
        ],
    }


def history_json(events: Sequence[Event]) -> Json:
    """Return `sluice.history/1`: the events of packages, oldest first."""
    return {"schema": "sluice.history/1", "events": [event_json(one) for one in events]}


def event_json(event: Event) -> Json:
    """Return one event of the ledger."""
    return {
        "kind": event.kind.value,
        "file": event.file,
        "subdir": event.subdir,
        "sha256": event.sha256,
        "channel": event.channel,
        "when": event.when,
        "who": event.who,
        "data": dict(event.data),
    }


def said_json(said: Said) -> Json:
    """Return `sluice.said/1`: an approval or an override, and whose signature it bears."""
    statement = said.statement
    return {
        "schema": "sluice.said/1",
        "kind": statement.kind.value,
        "target": statement.target,
        "gate": statement.gate or None,
        "until": statement.until or None,
        "who": statement.who,
        "when": statement.when,
        "why": statement.why,
        "signer": said.signer or None,
        "packages": [{"file": one.path, "sha256": one.sha256} for one in said.records],
    }


def excuse_json(excuse: Excuse) -> Json:
    """Return one gate's word."""
    return {
        "gate": excuse.gate,
        "verdict": excuse.verdict.value,
        "text": excuse.text,
        "needs": excuse.needs,
        "proposal": list(excuse.proposal),
    }


def status_json(
    rungs: Sequence[Rung],
    records: Sequence[Sequence[PackageRecord]],
    hidden: Sequence[Sequence[PackageRecord]],
) -> Json:
    """Return `sluice.status/1`: every package of the ladder, and on which channels it stands."""
    places: dict[PackageRecord, list[str]] = {}
    yanked: dict[PackageRecord, list[str]] = {}
    for rung, held, withdrawn in zip(rungs, records, hidden, strict=True):
        for record in held:
            places.setdefault(record, []).append(rung.channel.name)
        for record in withdrawn:
            places.setdefault(record, [])
            yanked.setdefault(record, []).append(rung.channel.name)
    return {
        "schema": "sluice.status/1",
        "channels": [
            {"name": rung.channel.name, "url": rung.channel.url, "packages": len(held)}
            for rung, held in zip(rungs, records, strict=True)
        ],
        "packages": [
            {
                "name": record.name,
                "version": record.version,
                "build": record.build,
                "subdir": record.subdir,
                "file": record.file,
                "sha256": record.sha256,
                "channels": channels,
                "yanked": yanked.get(record, []),
            }
            for record, channels in sorted(
                places.items(), key=lambda place: (place[0].name, place[0].timestamp)
            )
        ],
    }


def run_json(outcomes: Sequence[RunOutcome]) -> Json:
    """Return `sluice.run/1`: builds, tests and promotions in their order."""
    return {
        "schema": "sluice.run/1",
        "builds": builds_json(outcomes)["outcomes"],
        "tests": tests_json(outcomes)["outcomes"],
        "promotions": promotion_json(outcomes)["outcomes"],
        "recovered": recovered_json(outcomes),
    }
