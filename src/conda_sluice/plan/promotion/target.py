"""The channel that is asked, and what a client of it sees once a set has climbed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from conda_sluice.model.config import Rung
from conda_sluice.model.environment import ChannelSource
from conda_sluice.model.judge import RecordPool, RecordTier, Tiers
from conda_sluice.model.names import PackageName
from conda_sluice.model.package import PackageRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A channel by its name, with what it holds."""

    name: str
    records: tuple[PackageRecord, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The channel that is asked: its rung, its records, and what its context takes for granted.

    `uppers` are the channels above, the next one first, `upstream` the URLs of those that
    dependencies come from; `below` are the records of the channel below, called `source`, and
    `ladder` those of every rung: what is in `ladder` and neither inherited nor in the target
    does not belong to its context. `hidden` are the paths of what was yanked from the target.
    `sets` are names that move together, by the set's name.
    """

    rung: Rung
    records: tuple[PackageRecord, ...]
    uppers: tuple[Held, ...]
    ladder: tuple[PackageRecord, ...]
    platforms: tuple[str, ...]
    strategies: tuple[str, ...]
    hidden: frozenset[str] = frozenset()
    upstream: tuple[str, ...] = ()
    source: str = "the channel below"
    below: tuple[PackageRecord, ...] = ()
    sets: tuple[tuple[str, tuple[PackageName, ...]], ...] = ()

    @property
    def name(self) -> str:
        """Return the channel's name."""
        return self.rung.channel.name

    @property
    def inherited(self) -> tuple[PackageRecord, ...]:
        """Return the records of the channels above."""
        return tuple(record for upper in self.uppers for record in upper.records)

    def absent(self, climbing: Iterable[PackageRecord]) -> frozenset[str]:
        """Return the sha256 of the ladder's packages that will not be in the context."""
        there = {record.sha256 for record in (*self.records, *self.inherited, *climbing)}
        return frozenset(record.sha256 for record in self.ladder) - there


class Scene:
    """The target as it will be, for one set after another; what does not change is told once.

    With a name that a channel above holds, its files there come into the target too (CEP 42 and
    strict priority want it), so of that name nothing is hidden but what was yanked from the target.
    """

    def __init__(self, target: Target) -> None:
        self._base = RecordPool(target.records)
        self._present = {record.path for record in target.records}
        self._above = _by_name(one for one in target.inherited if one.path not in target.hidden)
        self._names = {record.name for record in (*target.records, *target.inherited)}
        self._behind: Tiers = (
            *(RecordTier(upper.name, (RecordPool(upper.records),)) for upper in target.uppers),
            *(ChannelSource(url) for url in target.upstream),
        )
        self._title = target.name
        self._pools: dict[frozenset[str], RecordPool] = {}

    def tiers(self, climbing: Sequence[PackageRecord], more: Sequence[PackageRecord] = ()) -> Tiers:
        """Return what a client of the target sees once `climbing`, and `more`, are there."""
        first = self._arriving(climbing)
        second = {path: one for path, one in self._arriving(more).items() if path not in first}
        pools = (self._base, *(self._pool(new) for new in (first, second) if new))
        return (RecordTier(self._title, pools), *self._behind)

    def _arriving(self, climbing: Sequence[PackageRecord]) -> Mapping[str, PackageRecord]:
        """Return by path what comes into the target with these, themselves among it."""
        new = {record.path: record for record in climbing}
        for name in {record.name for record in climbing}:
            for record in self._above.get(name, ()):
                new.setdefault(record.path, record)
        return {path: one for path, one in new.items() if path not in self._present}

    def _pool(self, new: Mapping[str, PackageRecord]) -> RecordPool:
        key = frozenset(new)
        if key not in self._pools:
            self._pools[key] = RecordPool(tuple(new.values()))
        return self._pools[key]

    def foreign(self, records: Iterable[PackageRecord]) -> frozenset[str]:
        """Return the names among `records` that are new to the target and the channels above."""
        return frozenset(record.name for record in records) - self._names


def _by_name(records: Iterable[PackageRecord]) -> Mapping[str, Sequence[PackageRecord]]:
    found: dict[str, list[PackageRecord]] = defaultdict(list)
    for record in records:
        found[record.name].append(record)
    return found
