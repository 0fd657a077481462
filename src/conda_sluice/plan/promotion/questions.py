"""Questions to the judge about packages of one scene, each on the platforms where they belong."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from conda_sluice.model.environment import ChannelSource
from conda_sluice.model.judge import Judge, Tiers
from conda_sluice.model.names import Subdir
from conda_sluice.model.package import PackageRecord
from conda_sluice.plan.promotion.matching import Matcher
from conda_sluice.plan.promotion.offers import Offers
from conda_sluice.plan.promotion.target import Scene, Target

ELSEWHERE = (Subdir("linux-64"), Subdir("osx-arm64"), Subdir("win-64"))
"""Where a noarch package is tried that asks of a machine what no required platform has."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a package cannot be installed on a platform, in the solver's words."""

    platform: Subdir
    reason: str


class Questions:
    """Asks the judge which packages can be installed from the target as it will be."""

    def __init__(self, target: Target, judge: Judge) -> None:
        self.scene = Scene(target)
        self.matcher = Matcher()
        self._platforms = tuple(Subdir(one) for one in target.platforms)
        self._judge = judge

    def refusals(
        self,
        records: Sequence[PackageRecord],
        climbing: Sequence[PackageRecord],
        more: Sequence[PackageRecord] = (),
    ) -> Mapping[str, Refusal]:
        """Return by path what cannot be installed once `climbing` and `more` are there.

        A noarch package can be installed when it can on one of the required platforms. One that
        asks of the machine what none of them has (`__win`) is tried on others.
        """
        tiers = self.scene.tiers(climbing, more)
        answers = ask_everywhere(records, tiers, self._platforms, self._judge)
        refused: dict[str, dict[Subdir, str]] = defaultdict(dict)
        for (path, platform), reason in answers.items():
            refused[path][platform] = reason
        lost = {
            one.path: one for one in records if len(refused[one.path]) == len(self.platforms(one))
        }
        choosy = [one for one in lost.values() if one.is_noarch and is_choosy(one)]
        for platform in ELSEWHERE:
            held = self._judge.refusals(choosy, tiers, platform)
            for one in choosy:
                if one.path not in held:
                    del lost[one.path]
            choosy = [one for one in choosy if one.path in held]
        return {path: Refusal(*next(iter(refused[path].items()))) for path in lost}

    def everywhere(
        self, records: Sequence[PackageRecord], climbing: Sequence[PackageRecord]
    ) -> Mapping[tuple[str, Subdir], str]:
        """Return by path and platform why packages cannot be installed there."""
        return ask_everywhere(records, self.scene.tiers(climbing), self._platforms, self._judge)

    def offers(
        self,
        platform: Subdir,
        climbing: Sequence[PackageRecord],
        more: Sequence[PackageRecord] = (),
    ) -> Offers:
        """Return what a platform sees once `climbing` and `more` are there."""

        def has(channel: ChannelSource, name: str) -> bool:
            return bool(self._judge.held([name], channel, platform))

        return Offers(self.scene.tiers(climbing, more), platform, self.matcher, has)

    def platforms(self, record: PackageRecord) -> Sequence[Subdir]:
        """Return the platforms on which a package is asked for."""
        return platforms_of(record, self._platforms)

    def company(
        self,
        record: PackageRecord,
        climbing: Sequence[PackageRecord],
        more: Sequence[PackageRecord],
    ) -> frozenset[str] | None:
        """Return the paths of an environment with the record, None where there is none."""
        tiers = self.scene.tiers(climbing, more)
        answers = (self._judge.company(record, tiers, one) for one in self.platforms(record))
        return next((answer for answer in answers if answer is not None), None)


def ask_everywhere(
    records: Sequence[PackageRecord], tiers: Tiers, platforms: Sequence[Subdir], judge: Judge
) -> Mapping[tuple[str, Subdir], str]:
    """Return by path and platform why packages cannot be installed there."""
    asked: dict[Subdir, list[PackageRecord]] = defaultdict(list)
    for record in records:
        for platform in platforms_of(record, platforms):
            asked[platform].append(record)
    return {
        (path, platform): reason
        for platform, here in asked.items()
        for path, reason in judge.refusals(here, tiers, platform).items()
    }


def platforms_of(record: PackageRecord, required: Sequence[Subdir]) -> Sequence[Subdir]:
    """Return the platforms on which a package is asked for."""
    return required if record.is_noarch else (record.subdir,)


def is_choosy(record: PackageRecord) -> bool:
    """Tell whether a package asks something of the machine itself (`__glibc`, `__win`)."""
    return any(spec.startswith("__") for spec in record.depends)
