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

from conda_sluice.environments.access import Access
from conda_sluice.environments.joint import JointSolver
from conda_sluice.environments.pools import Pools
from conda_sluice.environments.proofs import Proof, View
from conda_sluice.environments.solve import translated
from conda_sluice.environments.variants import apart
from conda_sluice.model.environment import ChannelSource
from conda_sluice.model.judge import RecordTier, Tier, Tiers
from conda_sluice.model.names import Subdir
from conda_sluice.model.package import PackageRecord
from conda_sluice.plan.promotion.matching import Matcher, is_readable
from conda_sluice.plan.promotion.offers import Offers, lacking

UNREADABLE = "no solver can make sense of its name, version or build string"


class RattlerJudge:
    """Implements `Judge`; `folder` is scratch that lives as long as the judge."""

    def __init__(self, folder: Path, access: Access) -> None:
        self._pools = Pools(folder)
        self._solver = JointSolver(self._pools, access)
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
            twins = [one for one in group if answer.members[one.name].path != one.path]
            self._proofs |= {(question.platform, one.path): answer for one in group}
            return await self._settle_twins(twins, question) if twins else {}
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
                del self._proofs[question.platform, record.path]
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


def _place(tier: Tier) -> str:
    return tier.name if isinstance(tier, RecordTier) else tier.url
