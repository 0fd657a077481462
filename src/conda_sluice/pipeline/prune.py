"""Take old packages out of channels, as their retention says."""

from collections.abc import Iterable, Iterator, Mapping

from conda_sluice.errors import ConfigError, UsageError
from conda_sluice.model.config import Retention
from conda_sluice.model.event import Event, EventKind
from conda_sluice.model.names import PackageName
from conda_sluice.model.outcome import Changed, Kept, Recovered
from conda_sluice.model.package import PackageRecord
from conda_sluice.model.statement import last_day
from conda_sluice.pipeline.bench import Bench
from conda_sluice.pipeline.exclusive import exclusively
from conda_sluice.pipeline.ladder import Ladder, read_ladder
from conda_sluice.pipeline.record import environment_of
from conda_sluice.pipeline.removal import fallen_by
from conda_sluice.pipeline.run import last_rung
from conda_sluice.plan.locks import locked_paths
from conda_sluice.plan.presence import ARRIVALS
from conda_sluice.plan.promotion.reach import needs_of, reach
from conda_sluice.plan.retention import Shelf, Verdicts, keep_needed, plan_retention
from conda_sluice.plan.transactions import pruning


def prune(
    bench: Bench, channel: str, why: str, *, dry_run: bool = False
) -> Iterator[Changed | Kept | Recovered]:
    """Prune one channel, or every channel with a retention for "", the highest first.

    What stays below for the sake of a channel above can go once it has gone there.
    """
    places = _places(bench, channel)
    if dry_run:
        ladder = read_ladder(bench.config, bench.store)
        for index in places:
            yield from _prune(bench, ladder, index, why, dry_run=True)
        return
    with exclusively(bench) as recovered:
        yield from recovered
        for index in places:
            ladder = read_ladder(bench.config, bench.store)
            yield from _prune(bench, ladder, index, why, dry_run=False)


def _places(bench: Bench, channel: str) -> list[int]:
    ladder = bench.config.ladder
    if not channel:
        return [index for index in reversed(range(len(ladder))) if ladder[index].retention]
    index = last_rung(bench.config, channel)
    if ladder[index].retention is None:
        raise UsageError(
            f"{channel} keeps everything",
            where=str(bench.config.file),
            remedy="give it a retention: {keep: 5, days: 30}",
        )
    return [index]


def _prune(
    bench: Bench, ladder: Ladder, index: int, why: str, *, dry_run: bool
) -> Iterator[Changed | Kept]:
    channel = ladder.rungs[index].channel
    verdicts = _supported(bench, ladder, index, plan_retention(_shelf(bench, ladder, index)))
    yield from (Kept(record, channel, reason) for record, reason in verdicts.staying)
    if not verdicts.going:
        return
    transaction = pruning(verdicts.going, channel, bench.stamp(why))
    if not dry_run:
        bench.transactor.carry_out(transaction)
    freed = sum(one.size for one in verdicts.going)
    yield Changed(transaction, is_done=not dry_run, freed=freed)


def _supported(bench: Bench, ladder: Ladder, index: int, verdicts: Verdicts) -> Verdicts:
    """Keep what others stand on, until nothing falls."""
    needs = needs_of(ladder.everything)
    while verdicts.going:
        fallen = fallen_by(bench, ladder, {index: verdicts.going})
        if not fallen:
            break
        first = next(iter(fallen.values()))[0].record
        standing = [one.record.name for those in fallen.values() for one in those]
        needed = {PackageName(name) for name in reach(standing, needs)}
        kept = keep_needed(verdicts, needed, f"{first.path} stands on it")
        verdicts = kept if kept.going != verdicts.going else Verdicts((), kept.staying)
    return verdicts


def _shelf(bench: Bench, ladder: Ladder, index: int) -> Shelf:
    rung = ladder.rungs[index]
    names = {one.name for rung in ladder.records[index:] for one in rung}
    every = [event for name in sorted(names) for event in bench.ledger.events(name)]
    return Shelf(
        records=ladder.records[index],
        retention=rung.retention or Retention(),
        arrived={
            event.path: event.when
            for event in every
            if event.kind in ARRIVALS and event.channel == rung.channel.name
        },
        references={
            **_locked(bench),
            **_tested_beside(ladder, index, every),
            **_overridden(every, bench.clock()[:10]),
            **_above(ladder, index),
        },
        now=bench.clock(),
    )


def _above(ladder: Ladder, index: int) -> Mapping[str, str]:
    return {
        record.path: f"{ladder.rungs[upper].channel} holds it"
        for upper in range(index + 1, len(ladder.rungs))
        for record in (*ladder.records[upper], *ladder.hidden[upper])
    }


def _locked(bench: Bench) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for file in bench.config.locks:
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(
                f"cannot read this lock file: {error}",
                where=str(file),
                remedy="see `locks` in channels.yaml; nothing was pruned",
            ) from error
        found |= dict.fromkeys(locked_paths(text), f"{file.name} names it")
    return found


def _overridden(events: Iterable[Event], today: str) -> Mapping[str, str]:
    return {
        event.path: f"{event.who} has overridden a gate for it"
        for event in events
        if event.kind is EventKind.OVERRIDDEN
        and last_day(str(event.data.get("until", ""))) >= today
    }


def _tested_beside(ladder: Ladder, index: int, events: Iterable[Event]) -> Mapping[str, str]:
    """Return what stood beside a package of a channel above when it passed its tests there."""
    above = {record.sha256: record for rung in ladder.records[index + 1 :] for record in rung}
    own: dict[str, PackageRecord] = {one.sha256: one for one in ladder.records[index]}
    found = {}
    for event in events:
        if event.kind is EventKind.TESTED and event.sha256 in above:
            for line in environment_of(event):
                beside = own.get(line.rpartition("#sha256=")[2])
                if beside is not None:
                    found[beside.path] = f"{event.path} was tested beside it"
    return found
