"""All stores as one: each channel is looked after by the store of its place's scheme."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from conda_sluice.effects.artifact import read_artifact
from conda_sluice.model.channel import ChannelRef, ChannelState
from conda_sluice.model.flaw import Flaw
from conda_sluice.model.names import PackageName, Subdir
from conda_sluice.model.package import Artifact, PackageRecord
from conda_sluice.model.refusals import absent
from conda_sluice.ports import Store, StoreTraits
from conda_sluice.stores.spool import held_spool, own_spool


@dataclass(frozen=True, slots=True)
class Stores:
    """Implements the port `Store` for channels of every scheme that `open_store` knows.

    A store is opened when the first of its channels is asked for. Between stores packages are
    copied through this machine: `jobs` at a time, by way of the folder `spool`, in which those
    that have arrived wait for the others, also when the copy is cut off and done again.
    """

    open_store: Callable[[str], Store]
    spool: Path | None = None
    jobs: int = 8
    _opened: dict[str, Store] = field(default_factory=dict, compare=False, repr=False)

    def __reduce__(self) -> tuple[object, ...]:
        return Stores, (self.open_store, self.spool, self.jobs)

    def traits(self, channel: ChannelRef) -> StoreTraits:
        """Return what the channel's store can do with it."""
        return self._of(channel).traits(channel)

    def subdirs(self, channel: ChannelRef) -> Sequence[Subdir]:
        """Return the subdirs that hold packages, sorted."""
        return self._of(channel).subdirs(channel)

    def state(self, channel: ChannelRef) -> ChannelState:
        """Return what tells this state of the channel's indexes from every other one."""
        return self._of(channel).state(channel)

    def records(
        self,
        channel: ChannelRef,
        subdir: Subdir,
        *,
        names: Collection[PackageName] | None = None,
    ) -> Sequence[PackageRecord]:
        """Return the records that can be solved with, all or those of `names`, sorted by file."""
        return self._of(channel).records(channel, subdir, names=names)

    def hidden(self, channel: ChannelRef, subdir: Subdir) -> Sequence[PackageRecord]:
        """Return the records of the packages that are hidden, sorted by file name."""
        return self._of(channel).hidden(channel, subdir)

    def get(self, record: PackageRecord, channel: ChannelRef, into: Path) -> Path:
        """Bring the package file into the folder `into`; raise DamagedError if its hash differs."""
        return self._of(channel).get(record, channel, into)

    def about(self, record: PackageRecord, channel: ChannelRef) -> Mapping[str, object]:
        """Return the package's info/about.json; see the port."""
        return self._of(channel).about(record, channel)

    def put(
        self,
        artifacts: Sequence[Artifact],
        channel: ChannelRef,
        *,
        expected: ChannelState | None = None,
    ) -> None:
        """Add package files and their records; see the port."""
        self._of(channel).put(artifacts, channel, expected=expected)

    def copy(
        self,
        records: Sequence[PackageRecord],
        source: ChannelRef,
        target: ChannelRef,
        *,
        expected: ChannelState | None = None,
    ) -> None:
        """Copy packages between two channels, wherever they lie; see the port."""
        if self._of(source) is self._of(target):
            self._of(target).copy(records, source, target, expected=expected)
            return
        self._refuse_absent(records, source)
        with own_spool(self.spool, self.jobs) as spool:
            came = dict(spool.fetch(records, partial(self._get, source)))
            artifacts = [read_artifact(came[one]) for one in records]
            self._of(target).put(artifacts, target, expected=expected)
            spool.forget(records)

    def bring(
        self, records: Sequence[PackageRecord], source: ChannelRef, target: ChannelRef
    ) -> Iterator[PackageRecord]:
        """Fetch what a copy will need, and yield each as it arrives: so it can be told how far.

        Nothing is fetched where the copy passes no bytes through this machine.
        """
        if self._of(source) is self._of(target):
            return
        with held_spool(self.spool, self.jobs) as spool:
            if spool is not None:
                for record, _path in spool.fetch(records, partial(self._get, source)):
                    yield record

    def remove(
        self,
        records: Sequence[PackageRecord],
        channel: ChannelRef,
        *,
        expected: ChannelState | None = None,
    ) -> None:
        """Take packages, hidden ones too, out of the channel; see the port."""
        self._of(channel).remove(records, channel, expected=expected)

    def hide(self, records: Sequence[PackageRecord], channel: ChannelRef) -> None:
        """Hide packages from solving and keep their files; see the port."""
        self._of(channel).hide(records, channel)

    def show(self, records: Sequence[PackageRecord], channel: ChannelRef) -> None:
        """Undo `hide`; see the port."""
        self._of(channel).show(records, channel)

    def inspect(self, channel: ChannelRef) -> Iterator[Flaw]:
        """Read every index and package file and yield what is wrong; change nothing."""
        return self._of(channel).inspect(channel)

    def reindex(self, channel: ChannelRef) -> None:
        """Make the index anew from the package files; see the port."""
        self._of(channel).reindex(channel)

    def relate(self, channel: ChannelRef, overrides: ChannelRef | None) -> None:
        """Write into the channel which channel stands above it; see the port."""
        self._of(channel).relate(channel, overrides)

    def _of(self, channel: ChannelRef) -> Store:
        scheme = urlsplit(channel.place).scheme
        if scheme not in self._opened:
            self._opened[scheme] = self.open_store(scheme)
        return self._opened[scheme]

    def _refuse_absent(self, records: Sequence[PackageRecord], source: ChannelRef) -> None:
        """Raise DamagedError for a package that the source does not show."""
        names = {record.name for record in records}
        shown = {
            one.path: one.sha256
            for subdir in {record.subdir for record in records}
            for one in self.records(source, subdir, names=names)
        }
        for record in records:
            if shown.get(record.path) != record.sha256:
                raise absent(record, source.url)

    def _get(self, source: ChannelRef, record: PackageRecord, folder: Path) -> Path:
        return self.get(record, source, folder)
