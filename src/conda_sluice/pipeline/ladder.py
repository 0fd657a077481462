"""The ladder as it stands: what every rung holds, read once for a step."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.config import Config, Rung
from conda_sluice.model.environment import ChannelSource, RecordSource, SolveSource
from conda_sluice.model.names import NOARCH, PackageName, Subdir
from conda_sluice.model.package import PackageRecord
from conda_sluice.plan.promotion.target import Held, Target
from conda_sluice.ports import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """All rungs with their records, lowest first; `hidden` are those that were yanked."""

    rungs: tuple[Rung, ...]
    records: tuple[tuple[PackageRecord, ...], ...]
    upstream: tuple[ChannelRef, ...]
    hidden: tuple[tuple[PackageRecord, ...], ...]

    @property
    def everything(self) -> tuple[PackageRecord, ...]:
        """Return the records of all rungs; a file that stands on several comes several times."""
        return tuple(record for rung in self.records for record in rung)

    def index(self, name: str) -> int:
        """Return the place of the rung called `name`; raise KeyError where there is none."""
        for index, rung in enumerate(self.rungs):
            if rung.channel.name == name:
                return index
        raise KeyError(name)

    def target(self, index: int, config: Config) -> Target:
        """Return the rung at `index` as the target of a promotion."""
        return Target(
            rung=self.rungs[index],
            records=self.records[index],
            uppers=tuple(
                Held(name=upper.channel.name, records=records)
                for upper, records in zip(
                    self.rungs[index + 1 :], self.records[index + 1 :], strict=True
                )
            ),
            ladder=self.everything,
            hidden=frozenset(one.path for one in self.hidden[index]),
            platforms=config.required_platforms,
            strategies=config.solve,
            upstream=tuple(channel.url for channel in self.upstream),
            source=self.rungs[index - 1].channel.name if index else "",
            below=self.records[index - 1] if index else (),
            sets=config.sets,
        )

    def context(
        self, index: int, climbing: Sequence[PackageRecord], platform: Subdir
    ) -> tuple[SolveSource, ...]:
        """Return what a client of the rung at `index` would see once `climbing` is there.

        `climbing` comes from the rung below; nothing else of the rungs below is in it. With a
        name that a rung above holds, its files there come into the rung too, but for those that
        were yanked from it.
        """
        rung, below = self.rungs[index].channel, self.rungs[max(index - 1, 0)].channel
        names = {record.name for record in climbing}
        hidden = {record.path for record in self.hidden[index]}
        will_be = {record.path: (record, rung) for record in self.records[index]}
        for record in climbing:
            will_be.setdefault(record.path, (record, below))
        for upper, records in zip(self.rungs[index + 1 :], self.records[index + 1 :], strict=True):
            for record in records:
                if record.name in names and record.path not in hidden:
                    will_be.setdefault(record.path, (record, upper.channel))
        target = RecordSource(
            rung.url,
            tuple(
                (record, f"{channel.url}/{path}")
                for path, (record, channel) in will_be.items()
                if record.subdir in {platform, NOARCH}
            ),
        )
        above = [
            ChannelSource(upper.channel.url)
            for upper, records in zip(
                self.rungs[index + 1 :], self.records[index + 1 :], strict=True
            )
            if records
        ]
        return (target, *above, *(ChannelSource(channel.url) for channel in self.upstream))

    def digest(self, index: int, climbing: Sequence[PackageRecord]) -> str:
        """Return the sha256 over the records of that context, upstream left out."""
        shas = {record.sha256 for record in climbing}
        shas.update(record.sha256 for rung in self.records[index:] for record in rung)
        return hashlib.sha256("\n".join(sorted(shas)).encode()).hexdigest()


def read_ladder(
    config: Config, store: Store, names: Collection[PackageName] | None = None
) -> Ladder:
    """Read the records of every rung, all or those of `names`."""
    subdirs = {rung.channel: store.subdirs(rung.channel) for rung in config.ladder}
    # a rung that hides the last of a subdir shows none there; another rung may, or none at all
    shown = (subdir for some in subdirs.values() for subdir in some)
    everywhere = sorted({NOARCH, *config.required_platforms, *shown})
    return Ladder(
        rungs=config.ladder,
        records=tuple(
            tuple(
                record
                for subdir in subdirs[one.channel]
                for record in store.records(one.channel, subdir, names=names)
            )
            for one in config.ladder
        ),
        upstream=config.upstream,
        hidden=tuple(
            tuple(record for subdir in everywhere for record in store.hidden(one.channel, subdir))
            for one in config.ladder
        ),
    )
