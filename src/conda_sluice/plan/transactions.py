"""What people want of channels as transactions: steps in their order, and the events that tell."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.event import Event, EventKind
from conda_sluice.model.outcome import Built, Excuse, TestReport
from conda_sluice.model.package import PackageRecord
from conda_sluice.model.transaction import Act, Deed, Item, Step, Transaction, items_of
from conda_sluice.model.transaction_text import named
from conda_sluice.plan.builds import PlannedBuild
from conda_sluice.plan.origin import origin_extra
from conda_sluice.plan.publishing import publishing_order


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """Who acts, when (ISO 8601 in UTC), and why, in that person's own words."""

    who: str
    when: str
    why: str = ""


def upload(records: Sequence[PackageRecord], channel: ChannelRef, stamp: Stamp) -> Transaction:
    """Put packages into a channel from files."""
    steps = [
        Step(deed=Deed.PUT, channel=channel, items=items_of(group))
        for group in publishing_order(records)
    ]
    events = [event_of(EventKind.UPLOADED, one, channel, stamp) for one in records]
    return _transaction(Act.UPLOAD, steps, events, stamp)


def builds(planned: Sequence[PlannedBuild], lowest: ChannelRef, stamp: Stamp) -> Transaction:
    """Build packages into the lowest channel; what their files will be nobody knows yet."""
    items = tuple(Item(one.job.subdir, one.job.file, "") for one in planned)
    events = [event for one in planned for event in _built_events(one, lowest, stamp)]
    step = Step(deed=Deed.PUT, channel=lowest, items=items)
    return _transaction(Act.BUILD, [step], events, stamp)


def _built_events(one: PlannedBuild, lowest: ChannelRef, stamp: Stamp) -> tuple[Event, Event]:
    job = one.job
    built = Event(
        kind=EventKind.BUILT,
        name=job.name,
        subdir=job.subdir,
        file=job.file,
        sha256="",
        channel=lowest.name,
        when=stamp.when,
        who=stamp.who,
        data={"key": job.key, "origin": origin_extra(job, one.version)},
    )
    return built, replace(built, kind=EventKind.UPLOADED, data={})


def built_events(building: Transaction, outcome: Built, when: str) -> tuple[Event, ...]:
    """Return what the ledger says of a package once it was built, in a transaction of builds."""
    path = f"{outcome.job.subdir}/{outcome.job.file}"
    seconds = {"seconds": round(outcome.seconds, 2)}
    return tuple(
        replace(
            one,
            sha256=outcome.sha256,
            when=when,
            data={**one.data, **(seconds if one.kind is EventKind.BUILT else {})},
        )
        for one in building.events
        if one.path == path
    )


def tested_event(report: TestReport, stamp: Stamp) -> Event:
    """Return what the ledger says of a test, its environment included."""
    return Event(
        kind=EventKind.TESTED,
        name=report.record.name,
        subdir=report.record.subdir,
        file=report.record.file,
        sha256=report.record.sha256,
        channel=report.target,
        when=stamp.when,
        who=stamp.who,
        data={
            "platform": report.platform,
            "strategy": report.strategy,
            "passed": report.has_passed,
            "waiting": report.is_waiting,
            "reason": report.reason,
            "tests": report.tests,
            "digest": report.digest,
            "environment": list(report.environment),
        },
    )


def promotion(
    climbing: Sequence[tuple[PackageRecord, Sequence[Excuse]]],
    source: ChannelRef,
    target: ChannelRef,
    stamp: Stamp,
) -> Transaction:
    """Copy packages whose gates passed to the next channel, each with the gates' words."""
    records = [record for record, _ in climbing]
    events = [
        event_of(
            EventKind.PROMOTED,
            record,
            target,
            stamp,
            {
                "from": source.name,
                "gates": [
                    {"gate": one.gate, "verdict": one.verdict.value, "text": one.text}
                    for one in excuses
                ],
            },
        )
        for record, excuses in climbing
    ]
    return _transaction(Act.PROMOTE, copies(records, source, target), events, stamp)


def backfill(
    copied: Iterable[tuple[Sequence[PackageRecord], ChannelRef, ChannelRef]], stamp: Stamp
) -> Transaction:
    """Copy files from upper channels into lower ones that would hide them (D6)."""
    steps: list[Step] = []
    events: list[Event] = []
    for records, upper, lower in copied:
        steps.extend(copies(records, upper, lower))
        events.extend(
            event_of(EventKind.BACKFILLED, one, lower, stamp, {"from": upper.name})
            for one in records
        )
    return _transaction(Act.BACKFILL, steps, events, stamp)


def closing(channel: ChannelRef, stamp: Stamp) -> Transaction:
    """Close a channel to whatever wants to climb into it."""
    return _transaction(Act.FREEZE, [Step(deed=Deed.CLOSE, channel=channel, items=())], (), stamp)


def opening(channel: ChannelRef, stamp: Stamp) -> Transaction:
    """Open a channel again."""
    return _transaction(Act.THAW, [Step(deed=Deed.OPEN, channel=channel, items=())], (), stamp)


def copying(
    records: Sequence[PackageRecord], source: ChannelRef, target: ChannelRef, stamp: Stamp
) -> Transaction:
    """Copy packages between two channels because somebody wants it so."""
    data = {"from": source.name}
    events = [event_of(EventKind.COPIED, one, target, stamp, data) for one in records]
    return _transaction(Act.COPY, copies(records, source, target), events, stamp)


def pruning(records: Sequence[PackageRecord], channel: ChannelRef, stamp: Stamp) -> Transaction:
    """Take packages out of a channel for good."""
    steps = takings(Deed.REMOVE, records, channel)
    events = [event_of(EventKind.PRUNED, one, channel, stamp) for one in records]
    return _transaction(Act.PRUNE, steps, events, stamp)


def yanking(
    chosen: Sequence[tuple[ChannelRef, Sequence[PackageRecord]]], stamp: Stamp, *, is_hidden: bool
) -> Transaction:
    """Hide packages of several channels from solving, or show them again."""
    act, kind = (Act.YANK, EventKind.YANKED) if is_hidden else (Act.UNYANK, EventKind.UNYANKED)
    steps = [
        step
        for channel, records in chosen
        for step in (
            takings(Deed.HIDE, records, channel) if is_hidden else showings(records, channel)
        )
    ]
    events = [
        event_of(kind, record, channel, stamp) for channel, records in chosen for record in records
    ]
    return _transaction(act, steps, events, stamp)


def undoing(done: Transaction, steps: Sequence[Step], stamp: Stamp) -> Transaction:
    """Take a transaction back by the given steps."""
    paths = {(item.path, step.channel.name) for step in steps for item in step.items}
    events = [
        replace(
            one,
            kind=EventKind.UNDONE,
            who=stamp.who,
            when=stamp.when,
            data={"undoes": done.id, **({"why": stamp.why} if stamp.why else {})},
        )
        for one in done.events
        if (one.path, one.channel) in paths
    ]
    return _transaction(Act.UNDO, steps, events, stamp, undoes=done.id)


def takings(deed: Deed, records: Sequence[PackageRecord], channel: ChannelRef) -> tuple[Step, ...]:
    """Return the steps that take packages out, whoever needs another before it."""
    return tuple(
        Step(deed=deed, channel=channel, items=items_of(group))
        for group in reversed(publishing_order(records))
    )


def showings(records: Sequence[PackageRecord], channel: ChannelRef) -> tuple[Step, ...]:
    """Return the steps that show hidden packages again, dependencies first."""
    return tuple(
        Step(deed=Deed.SHOW, channel=channel, items=items_of(group))
        for group in publishing_order(records)
    )


def copies(
    records: Sequence[PackageRecord], source: ChannelRef, target: ChannelRef
) -> tuple[Step, ...]:
    """Return the steps that copy packages, dependencies first."""
    return tuple(
        Step(deed=Deed.COPY, channel=target, source=source, items=items_of(group))
        for group in publishing_order(records)
    )


def event_of(
    kind: EventKind,
    record: PackageRecord,
    channel: ChannelRef,
    stamp: Stamp,
    data: Mapping[str, object] | None = None,
) -> Event:
    """Return an event about a package in a channel."""
    why = {"why": stamp.why} if stamp.why else {}
    return Event(
        kind=kind,
        name=record.name,
        subdir=record.subdir,
        file=record.file,
        sha256=record.sha256,
        channel=channel.name,
        when=stamp.when,
        who=stamp.who,
        data={**(data or {}), **why},
    )


def _transaction(
    act: Act, steps: Iterable[Step], events: Iterable[Event], stamp: Stamp, *, undoes: str = ""
) -> Transaction:
    return named(
        Transaction(
            id="",
            act=act,
            who=stamp.who,
            when=stamp.when,
            why=stamp.why,
            steps=tuple(steps),
            events=tuple(events),
            undoes=undoes,
        )
    )
