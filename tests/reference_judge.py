"""A solver so small that one can see that it is right: it tries everything.

It answers as a real one must, for channels of a dozen packages, and is itself compared with
py-rattler on a sample of them.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from conda_sluice.model.environment import ChannelSource
from conda_sluice.model.judge import Tier, Tiers
from conda_sluice.model.names import NOARCH, Subdir
from conda_sluice.model.package import PackageRecord
from conda_sluice.plan.promotion.matching import Matcher, named

Chosen = Mapping[str, PackageRecord]

MACHINES = {"linux": {"__unix", "__linux", "__glibc"}, "osx": {"__unix", "__osx"}, "win": {"__win"}}
_MATCHER = Matcher()


@dataclass
class ReferenceJudge:
    """Implements `Judge`; `channels` maps URLs to what lies there. `asked` counts the answers."""

    channels: Mapping[str, Sequence[PackageRecord]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def refusals(
        self, records: Sequence[PackageRecord], tiers: Tiers, platform: Subdir
    ) -> Mapping[str, str]:
        refused = {}
        for record in records:
            self.asked.append(record.path)
            if self._solution(record, tiers, platform) is None:
                missing = self._missing(record, tiers, platform)
                refused[record.path] = f"nothing provides {missing or 'a way out'}"
        return refused

    def company(
        self, record: PackageRecord, tiers: Tiers, platform: Subdir
    ) -> frozenset[str] | None:
        chosen = self._solution(record, tiers, platform)
        if chosen is None:
            return None
        read = {id(one) for tier in tiers for one in self._read(tier)}
        return frozenset(one.path for one in chosen.values() if id(one) not in read)

    def held(
        self, names: Collection[str], channel: ChannelSource, platform: Subdir
    ) -> frozenset[str]:
        here = _seen_by(platform, self.channels[channel.url])
        return frozenset(names) & {record.name for record in here}

    def _solution(self, record: PackageRecord, tiers: Tiers, platform: Subdir) -> Chosen | None:
        if record not in self._options(record.name, tiers, platform):
            return None
        return self._extend({record.name: record}, record.depends, tiers, platform)

    def _extend(
        self, chosen: Chosen, wanted: Sequence[str], tiers: Tiers, platform: Subdir
    ) -> Chosen | None:
        if not wanted:
            return chosen
        spec, *rest = wanted
        name = named(spec)
        if name.startswith("__"):
            has = name in MACHINES[platform.partition("-")[0]]
            return self._extend(chosen, rest, tiers, platform) if has else None
        if name in chosen:
            fits = _MATCHER.matches(spec, chosen[name])
            return self._extend(chosen, rest, tiers, platform) if fits else None
        for option in self._options(name, tiers, platform):
            if _MATCHER.matches(spec, option) and _agree(option, chosen):
                more = {**chosen, name: option}
                found = self._extend(more, [*rest, *option.depends], tiers, platform)
                if found is not None:
                    return found
        return None

    def _options(self, name: str, tiers: Tiers, platform: Subdir) -> Sequence[PackageRecord]:
        for tier in tiers:
            here = [one for one in _seen_by(platform, self._all(tier)) if one.name == name]
            if here:
                return here
        return ()

    def _all(self, tier: Tier) -> Sequence[PackageRecord]:
        if isinstance(tier, ChannelSource):
            return self._read(tier)
        return [record for pool in tier.pools for record in pool.records]

    def _read(self, tier: Tier) -> Sequence[PackageRecord]:
        return self.channels[tier.url] if isinstance(tier, ChannelSource) else ()

    def _missing(self, record: PackageRecord, tiers: Tiers, platform: Subdir) -> str:
        for spec in record.depends:
            options = self._options(named(spec), tiers, platform)
            if not any(_MATCHER.matches(spec, one) for one in options):
                return spec
        return ""


def _seen_by(platform: Subdir, records: Sequence[PackageRecord]) -> Sequence[PackageRecord]:
    return [record for record in records if record.subdir in {platform, NOARCH}]


def _agree(option: PackageRecord, chosen: Chosen) -> bool:
    everybody = [option, *chosen.values()]
    return all(
        _MATCHER.matches(spec, other)
        for one in everybody
        for spec in one.constrains
        for other in everybody
        if other.name == named(spec)
    )
