"""What can be seen of pools under strict priority, and what is plainly missing there."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from conda_sluice.model.environment import ChannelSource
from conda_sluice.model.judge import Tiers
from conda_sluice.model.names import Subdir
from conda_sluice.model.package import PackageRecord
from conda_sluice.plan.promotion.matching import Matcher, named


@dataclass(frozen=True, slots=True)
class Lack:
    """A requirement that nothing meets: its spec and the record that has it."""

    spec: str
    by: PackageRecord


class Offers:
    """The records that a platform sees, by name.

    Of a channel that was not read it is only known whether it `has` a name, or may have it.

    A package lacks something where one of its requirements is met by no record, or only by
    records that lack something themselves. That is reason enough that it cannot be installed,
    and nearly always the reason; what is left are conflicts, which only a solver finds.
    """

    def __init__(
        self,
        tiers: Tiers,
        platform: Subdir,
        matcher: Matcher,
        has: Callable[[ChannelSource, str], bool] = lambda _channel, _name: True,
    ) -> None:
        self._tiers = [
            tier
            if isinstance(tier, ChannelSource)
            else [matcher.by_name(pool, platform) for pool in tier.pools]
            for tier in tiers
        ]
        self._has = has
        self._matcher = matcher
        self._met: dict[str, Mapping[str, Sequence[PackageRecord]]] = {}
        self._lacks: dict[str, Lack] = {}

    def seen(self, name: str) -> Sequence[PackageRecord] | None:
        """Return the records of a name, None where a channel has it that was not read."""
        for tier in self._tiers:
            if isinstance(tier, ChannelSource):
                if self._has(tier, name):
                    return None
                continue
            here = [record for pool in tier for record in pool.get(name, ())]
            if here:
                return here
        return ()

    def lack(self, record: PackageRecord) -> Lack | None:
        """Return what is missing for a record, at the end of the chain that leads there."""
        self._look(record)
        found = self._lacks.get(record.path)
        passed = {record.path}
        while found is not None:
            options = self._met[found.by.path][found.spec]
            following = next((one for one in options if one.path not in passed), None)
            if following is None:
                break
            passed.add(following.path)
            found = self._lacks[following.path]
        return found

    def _look(self, record: PackageRecord) -> None:
        """Learn of a record, of all that it may need, and which of them lack something."""
        new = self._reach(record)
        users: dict[str, list[Lack]] = defaultdict(list)
        open_: dict[tuple[str, str], int] = {}
        stack: list[Lack] = []
        for one in new:
            for spec, options in self._met[one.path].items():
                live = [option for option in options if option.path not in self._lacks]
                open_[one.path, spec] = len(live)
                if not live:
                    stack.append(Lack(spec, one))
                for option in live:
                    users[option.path].append(Lack(spec, one))
        while stack:
            lack = stack.pop()
            if lack.by.path in self._lacks:
                continue
            self._lacks[lack.by.path] = lack
            for user in users[lack.by.path]:
                open_[user.by.path, user.spec] -= 1
                if not open_[user.by.path, user.spec]:
                    stack.append(user)

    def _reach(self, record: PackageRecord) -> Sequence[PackageRecord]:
        """Return the records that were not known yet among a record and all that it may need."""
        new, stack = [], [record]
        while stack:
            one = stack.pop()
            if one.path in self._met:
                continue
            self._met[one.path] = self._options(one)
            new.append(one)
            stack += [need for options in self._met[one.path].values() for need in options]
        return new

    def _options(self, record: PackageRecord) -> Mapping[str, Sequence[PackageRecord]]:
        found = {}
        for spec in record.depends:
            seen = None if spec.startswith("__") else self.seen(named(spec))
            if seen is not None:  # what a machine has by itself is the solver's to know
                found[spec] = [one for one in seen if self._matcher.matches(spec, one)]
        return found


def lacking(offers: Offers, records: Iterable[PackageRecord]) -> set[str]:
    """Return the paths of records that plainly cannot be installed."""
    return {record.path for record in records if offers.lack(record) is not None}
