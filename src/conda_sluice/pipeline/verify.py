"""Hold the channels of the ladder against their files, their ledger, and one another."""

from collections.abc import Iterator, Sequence

from conda_sluice.errors import DamagedError
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.event import Event, EventKind
from conda_sluice.model.flaw import FlawKind
from conda_sluice.model.package import PackageRecord
from conda_sluice.model.verified import FindingKind, Found
from conda_sluice.pipeline.bench import Bench
from conda_sluice.pipeline.exclusive import exclusively
from conda_sluice.pipeline.ladder import Ladder, read_ladder
from conda_sluice.pipeline.open_ladder import open_ladder
from conda_sluice.plan.backfill import plan_backfill
from conda_sluice.plan.presence import present_by
from conda_sluice.plan.transactions import event_of

_OF_FILES = {FlawKind.MISSING_FILE, FlawKind.WRONG_HASH, FlawKind.WRONG_SIZE}
_FILE = "bring this very file back, from a copy or from another channel that has it whole"
_INDEX = "sluice verify --repair indexes the channel anew"


def verify(bench: Bench) -> Iterator[Found]:
    """Look at every file, every record, every chain; change nothing."""
    unread = set()
    for channel in bench.config.channels:
        for flaw in bench.store.inspect(channel):
            if flaw.kind is FlawKind.BROKEN_INDEX:
                unread.add((channel.name, flaw.subdir))
            yield Found(
                kind=flaw.kind.value,
                channel=channel.name,
                path=f"{flaw.subdir}/{flaw.file}",
                text=flaw.text,
                remedy=_FILE if flaw.kind in _OF_FILES else _INDEX,
            )
    yield from _notes(bench)
    try:
        ladder = read_ladder(bench.config, bench.store)
    except DamagedError:
        if unread:  # told above, and nothing can be said of what stands where
            return
        raise
    yield from _hidden_below(bench, ladder)
    try:
        events = bench.ledger.events()
    except DamagedError as error:
        yield _broken(error)
        return
    for found in _history(bench, ladder, events):
        subdir = found.path.partition("/")[0]
        # whoever cannot read an index cannot say that a file is lost
        if found.kind != FindingKind.LOST or (found.channel, subdir) not in unread:
            yield found


def _notes(bench: Bench) -> Iterator[Found]:
    """Look at the journal: what is under way and was left, and every note of what was done."""
    try:
        with bench.journal.exclusive():
            left = bench.journal.abandoned()
        for one in left:
            yield Found(
                kind=FindingKind.UNFINISHED,
                channel=one.steps[0].channel.name,
                path=one.id,
                text=f"the {one.act.value} by {one.who} at {one.when} was interrupted",
                remedy="sluice verify --repair brings it to its end, as does any command that"
                " changes something",
            )
        tuple(bench.journal.carried_out())
    except DamagedError as error:
        yield _broken(error)


def _broken(error: DamagedError) -> Found:
    return Found(
        kind=FindingKind.BROKEN_LEDGER,
        channel="ledger",
        path=error.where,
        text=error.what,
        remedy=error.remedy,
    )


def repair(bench: Bench) -> DamagedError | None:
    """Finish what a crash has left, index every channel from its files, back-fill from above.

    Where files are damaged their channel stays as it is and the others are mended; the first
    damage is returned, and `verify` tells of all.
    """
    damage = None
    with exclusively(bench):
        for channel in bench.config.channels:
            try:
                bench.store.reindex(channel)
            except DamagedError as error:
                damage = damage or error
        if damage is None:
            open_ladder(bench)
    return damage


def adopt(bench: Bench) -> None:
    """Tell the ledger of every file that it does not know, as it stands; back-fill from above."""
    with exclusively(bench):
        ladder = open_ladder(bench)
        known = present_by(bench.ledger.events())
        stamp = bench.stamp()
        bench.ledger.append(
            [
                event_of(EventKind.ADOPTED, record, channel, stamp)
                for channel in bench.config.channels
                for record in _standing(bench, ladder, channel)
                if known.get((channel.name, record.path)) != record.sha256
            ]
        )


def _hidden_below(bench: Bench, ladder: Ladder) -> Iterator[Found]:
    channels = bench.config.channels
    for one in plan_backfill(ladder.records, hidden=ladder.hidden):
        for record in one.records:
            yield Found(
                kind=FindingKind.HIDDEN_BELOW,
                channel=channels[one.upper].name,
                path=record.path,
                text=f"is hidden by {channels[one.lower]}, which has {record.name} but not this",
                remedy="sluice verify --repair copies it there",
            )


def _history(bench: Bench, ladder: Ladder, events: Sequence[Event]) -> Iterator[Found]:
    told = present_by(events)
    there = {
        (channel.name, record.path): record.sha256
        for channel in bench.config.channels
        for record in _standing(bench, ladder, channel)
    }
    names = {channel.name for channel in bench.config.channels}
    for (channel, path), sha256 in there.items():
        if told.get((channel, path)) != sha256:
            yield Found(
                kind=FindingKind.NO_HISTORY,
                channel=channel,
                path=path,
                text="stands there, and the ledger does not say how it came",
                remedy="sluice verify --adopt writes down that it is there",
            )
    for (channel, path), sha256 in told.items():
        if channel in names and there.get((channel, path)) != sha256:
            yield Found(
                kind=FindingKind.LOST,
                channel=channel,
                path=path,
                text="came there, as the ledger tells, and is not there any more",
                remedy="upload or copy it again; sluice history tells where it came from",
            )


def _standing(bench: Bench, ladder: Ladder, channel: ChannelRef) -> Sequence[PackageRecord]:
    hidden = [
        record
        for subdir in bench.store.state(channel).digests
        for record in bench.store.hidden(channel, subdir)
    ]
    return [*ladder.records[ladder.index(channel.name)], *hidden]
