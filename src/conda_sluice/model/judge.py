"""Questions to a solver about many packages: what is offered, in which order of priority."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from conda_sluice.model.environment import ChannelSource
from conda_sluice.model.names import Subdir
from conda_sluice.model.package import PackageRecord


@dataclass(frozen=True, slots=True)
class RecordPool:
    """Records that are offered together; a judge that has seen a pool knows it again."""

    records: tuple[PackageRecord, ...]

    def __hash__(self) -> int:
        # of the ends alone: pools have thousands of records, and are looked up all the time
        return hash((len(self.records), self.records[:1], self.records[-1:]))


@dataclass(frozen=True, slots=True)
class RecordTier:
    """Records that make one channel as it will be; all its pools have the same priority."""

    name: str
    pools: tuple[RecordPool, ...]


Tier = ChannelSource | RecordTier
"""A channel under strict priority: it hides the names that it has in all that come after it."""

Tiers = tuple[Tier, ...]


class Judge(Protocol):
    """Answers which packages can be installed; channels that it reads do not change for it."""

    def refusals(
        self, records: Sequence[PackageRecord], tiers: Tiers, platform: Subdir
    ) -> Mapping[str, str]:
        """Return by path why records cannot be installed; those that can are not in it.

        Each is asked for by itself: that two of them cannot stand together is no refusal.
        """

    def company(
        self, record: PackageRecord, tiers: Tiers, platform: Subdir
    ) -> frozenset[str] | None:
        """Return the paths of an environment with the record, None where it cannot be installed.

        Only what comes from pools is told.
        """

    def held(
        self, names: Collection[str], channel: ChannelSource, platform: Subdir
    ) -> frozenset[str]:
        """Return those of `names` that a channel has for a platform."""
