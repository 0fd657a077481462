"""What stops being installable when packages go out of a channel, or others come in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from conda_sluice.model.environment import ChannelSource
from conda_sluice.model.judge import Judge, RecordPool, RecordTier, Tiers
from conda_sluice.model.names import Subdir
from conda_sluice.model.package import PackageRecord
from conda_sluice.plan.promotion.questions import ask_everywhere
from conda_sluice.plan.promotion.reach import dependents
from conda_sluice.plan.promotion.target import Held

Ask = Callable[[Sequence[PackageRecord]], Mapping[tuple[str, Subdir], str]]
"""Answers by path and platform why packages cannot be installed."""


@dataclass(frozen=True, slots=True)
class Fallen:
    """A package of a channel's context that could be installed before, and why it cannot after."""

    record: PackageRecord
    platform: Subdir
    reason: str


def find_fallen(records: Sequence[PackageRecord], before: Ask, after: Ask) -> tuple[Fallen, ...]:
    """Return those that can be installed before and not after; only who cannot is asked twice."""
    refused = after(records)
    paths = {path for path, _ in refused}
    already = before([record for record in records if record.path in paths])
    known = {record.path: record for record in records}
    return tuple(
        Fallen(known[path], platform, reason)
        for (path, platform), reason in refused.items()
        if (path, platform) not in already
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """The ladder, lowest channel first, what comes after it, and where packages have to install."""

    channels: tuple[Held, ...]
    upstream: tuple[str, ...]
    platforms: tuple[Subdir, ...]


def plan_removal(
    gone: Sequence[PackageRecord], index: int, ladder: Surroundings, judge: Judge
) -> Mapping[str, tuple[Fallen, ...]]:
    """Return by channel what falls when `gone` leaves the channel at `index`.

    The channels below are asked too, since their clients see this one. Only what may need a name
    that goes is solved again.
    """
    leaving = {record.path for record in gone}
    channel = ladder.channels[index]
    rest = Held(
        name=channel.name,
        records=tuple(one for one in channel.records if one.path not in leaving),
    )
    after = (*ladder.channels[:index], rest, *ladder.channels[index + 1 :])
    found = {}
    for place in range(index + 1):
        concerned = dependents(
            [record for one in after[place:] for record in one.records],
            {record.name for record in gone},
            is_open=bool(ladder.upstream),
        )
        own = {record.path for record in after[place].records}
        found[after[place].name] = find_fallen(
            [record for record in concerned if record.path in own],
            _asking(ladder.channels[place:], ladder, judge),
            _asking(after[place:], ladder, judge),
        )
    return {name: fallen for name, fallen in found.items() if fallen}


def _asking(channels: Sequence[Held], ladder: Surroundings, judge: Judge) -> Ask:
    tiers: Tiers = (
        *(RecordTier(one.name, (RecordPool(one.records),)) for one in channels),
        *(ChannelSource(url) for url in ladder.upstream),
    )
    return lambda records: ask_everywhere(records, tiers, ladder.platforms, judge)
