"""One solve for many packages: names asked for together, each demanded as it is."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from conda_sluice.environments.access import Access
from conda_sluice.environments.pools import Pools
from conda_sluice.environments.proofs import Member, Proof
from conda_sluice.environments.solve import clean, open_gateway, virtual_packages
from conda_sluice.model.environment import ChannelSource
from conda_sluice.model.judge import RecordTier, Tiers
from conda_sluice.model.names import NOARCH, Subdir
from conda_sluice.model.package import PackageRecord

if TYPE_CHECKING:
    import rattler


class JointSolver:
    """Asks py-rattler; what it has read it does not read again."""

    def __init__(self, pools: Pools, access: Access) -> None:
        self._pools = pools
        self._access = access
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
            self._gateway = open_gateway(self._access)
        return self._gateway


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
