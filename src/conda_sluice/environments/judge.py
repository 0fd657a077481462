"""Many questions to py-rattler's solver with few solves.

A solution with many packages in it proves for each of them that it can be installed, so packages
are asked for together; a group that finds no solution is halved until single packages are left,
and only of these the solver's no is believed. What may not stand together at all, two builds of
one name or builds for two Pythons, is not put into one group to begin with.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from conda_sluice.environments.pools import Pools
from conda_sluice.environments.proofs import Member, Proof, View
from conda_sluice.environments.solve import clean, open_gateway, translated, virtual_packages
from conda_sluice.environments.variants import apart
from conda_sluice.model.environment import ChannelSource
from conda_sluice.model.judge import RecordTier, Tier, Tiers
from conda_sluice.model.names import NOARCH, Subdir
from conda_sluice.model.package import PackageRecord
from conda_sluice.plan.promotion.matching import Matcher, is_readable
from conda_sluice.plan.promotion.offers import Offers, lacking

if TYPE_CHECKING:
    import rattler


UNREADABLE = "no solver can make sense of its name, version or build string"


class RattlerJudge:
    """Implements `Judge`; `folder` is scratch that lives as long as the judge."""

    def __init__(self, folder: Path, cache_dir: Path) -> None:
        self._pools = Pools(folder)
        self._solver = _Solver(self._pools, cache_dir)
        self._matcher = Matcher()
        self._proofs: dict[tuple[Subdir, str], Proof] = {}
        self._refused: dict[tuple[Tiers, Subdir], dict[str, str]] = {}

    def refusals(
        self, records: Sequence[PackageRecord], tiers: Tiers, platform: Subdir
    ) -> Mapping[str, str]:
        """Return by path why records cannot be installed; see the port."""
        view = View(tiers, self._pools.paths)
        known = self._refused.setdefault((tiers, platform), {})
        known |= {one.path: UNREADABLE for one in records if not is_readable(one)}
        open_ = [
            one
            for one in records
            if one.path not in known and not self._is_proved(one, view, platform)
        ]
        if open_:
            question = _Question(tiers, platform, Offers(tiers, platform, self._matcher))
            with translated([_place(tier) for tier in tiers]):
                known |= asyncio.run(self._settle_all(apart(open_), question))
        return {one.path: known[one.path] for one in records if one.path in known}

    def company(
        self, record: PackageRecord, tiers: Tiers, platform: Subdir
    ) -> frozenset[str] | None:
        """Return an environment with the record; see the port."""
        if self.refusals([record], tiers, platform):
            return None
        proof = self._proofs[platform, record.path]
        members = (proof.members[name] for name in proof.part(record.name))
        return frozenset(member.path for member in members if not member.channel)

    def held(
        self, names: Collection[str], channel: ChannelSource, platform: Subdir
    ) -> frozenset[str]:
        """Return those of `names` that a channel has; see the port."""
        with translated([channel.url]):
            return frozenset(names) & self._solver.names(channel, platform)

    def _is_proved(self, record: PackageRecord, view: View, platform: Subdir) -> bool:
        proof = self._proofs.get((platform, record.path))
        return proof is not None and view.shows_all(proof, proof.part(record.name))

    async def _settle_all(
        self, groups: Sequence[Sequence[PackageRecord]], question: "_Question"
    ) -> Mapping[str, str]:
        answers = await asyncio.gather(*(self._settle(one, question) for one in groups))
        return {path: reason for answer in answers for path, reason in answer.items()}

    async def _settle(
        self, group: Sequence[PackageRecord], question: "_Question"
    ) -> Mapping[str, str]:
        answer = await self._solver.solve(group, question.tiers, question.platform)
        if isinstance(answer, Proof):
            meant = [one for one in group if answer.members[one.name].path == one.path]
            self._proofs |= {(question.platform, record.path): answer for record in meant}
            return await self._settle_twins([one for one in group if one not in meant], question)
        if len(group) == 1:
            return {group[0].path: answer}
        return await self._settle_all(_split(group, question.offers), question)

    async def _settle_twins(
        self, records: Sequence[PackageRecord], question: "_Question"
    ) -> Mapping[str, str]:
        """Ask by sha256 for those instead of which another of the same name and build was taken."""
        refused = {}
        for record in records:
            answer = await self._solver.solve(
                [record], question.tiers, question.platform, by_sha256=True
            )
            if isinstance(answer, Proof):
                self._proofs[question.platform, record.path] = answer
            else:
                refused[record.path] = answer
        return refused


@dataclass(frozen=True, slots=True)
class _Question:
    tiers: Tiers
    platform: Subdir
    offers: Offers


def _split(group: Sequence[PackageRecord], offers: Offers) -> Sequence[Sequence[PackageRecord]]:
    """Set those aside that plainly lack something; where nobody does, halve the group."""
    lost = lacking(offers, group)
    if not lost or len(lost) == len(group):
        return [[record] for record in group] if lost else _halves(group)
    rest = [record for record in group if record.path not in lost]
    return [rest, *([record] for record in group if record.path in lost)]


def _halves(group: Sequence[PackageRecord]) -> Sequence[Sequence[PackageRecord]]:
    middle = len(group) // 2
    return [group[:middle], group[middle:]]


class _Solver:
    """Asks py-rattler; what it has read it does not read again."""

    def __init__(self, pools: Pools, cache_dir: Path) -> None:
        self._pools = pools
        self._cache_dir = cache_dir
        self._gateway: rattler.Gateway | None = None
        self._names: dict[tuple[str, Subdir], frozenset[str]] = {}

    async def solve(
        self,
        group: Sequence[PackageRecord],
        tiers: Tiers,
        platform: Subdir,
        *,
        by_sha256: bool = False,
    ) -> Proof | str:
        """Return a solution with all records of the group in it, or the reason why not."""
        from rattler.exceptions import SolverError

        # Names are asked for and versions demanded, as in `solve`.
        demands = [_demand(record, by_sha256=by_sha256) for record in group]
        try:
            found = await self._ask([one.name for one in group], demands, tiers, platform)
        except SolverError as error:
            return clean(str(error))
        urls = [tier.url for tier in tiers if isinstance(tier, ChannelSource)]
        return Proof({record.name.normalized: _member(record, urls) for record in found})

    def names(self, channel: ChannelSource, platform: Subdir) -> frozenset[str]:
        """Return all names that a channel has for a platform."""
        key = channel.url, platform
        if key not in self._names:
            self._names[key] = frozenset(asyncio.run(self._fetch_names(channel, platform)))
        return self._names[key]

    async def _fetch_names(self, channel: ChannelSource, platform: Subdir) -> Sequence[str]:
        import rattler

        answer = await self._opened_gateway().names(
            [rattler.Channel(channel.url)],
            [rattler.Subdir(platform), rattler.Subdir(NOARCH)],
            channel_relations="disabled",
        )
        return [name.normalized for name in answer]

    async def _ask(
        self, names: Sequence[str], demands: Sequence[str], tiers: Tiers, platform: Subdir
    ) -> "list[rattler.RepoDataRecord]":
        import rattler

        offered = [self._offer(tier, platform) for tier in tiers if isinstance(tier, RecordTier)]
        if len(offered) == len(tiers):  # quicker, because nothing has to be fetched
            return await rattler.solve_with_sparse_repodata(
                names, offered, constraints=demands, virtual_packages=virtual_packages(platform)
            )
        return await rattler.solve(
            [
                self._offer(tier, platform)
                if isinstance(tier, RecordTier)
                else rattler.Channel(tier.url)
                for tier in tiers
            ],
            names,
            constraints=demands,
            gateway=self._opened_gateway(),
            platforms=[rattler.Subdir(platform), rattler.Subdir(NOARCH)],
            virtual_packages=virtual_packages(platform),
            channel_relations="disabled",
        )

    def _offer(self, tier: RecordTier, platform: Subdir) -> "rattler.MultiSource":
        import rattler

        opened = [one for pool in tier.pools for one in self._pools.opened(pool, platform)]
        return rattler.MultiSource(tier.name, opened)

    def _opened_gateway(self) -> "rattler.Gateway":
        if self._gateway is None:
            self._gateway = open_gateway(self._cache_dir)
        return self._gateway


def _place(tier: Tier) -> str:
    return tier.name if isinstance(tier, RecordTier) else tier.url


def _demand(record: PackageRecord, *, by_sha256: bool) -> str:
    exact = f"{record.name} =={record.version} {record.build}"
    return f"{exact}[sha256={record.sha256}]" if by_sha256 and record.sha256 else exact


def _member(record: "rattler.RepoDataRecord", urls: Sequence[str]) -> Member:
    url = record.url
    return Member(
        path="/".join(url.rsplit("/", 2)[1:]),
        channel=next((one for one in urls if url.startswith(f"{one}/")), ""),
        needs=tuple(spec.partition(" ")[0] for spec in record.depends),
    )
