"""Channels in folders of this machine (`file://`), indexed one record at a time.

A package file is in its place and verified before the index names it, and an index is replaced
as a whole: whatever fails, a subdir is its old or its new self. A file that lies in the folder
and not in the index is no package of the channel.
"""

import os
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from conda_sluice.effects.artifact import read_about, read_index
from conda_sluice.effects.os_errors import as_store_errors
from conda_sluice.errors import DamagedError, SluiceError
from conda_sluice.index.forms import SHARDS_FROM, Rules
from conda_sluice.index.patches import Instructions
from conda_sluice.index.repodata import entry_of, parse_record
from conda_sluice.index.settle import Change
from conda_sluice.model.channel import ChannelRef, ChannelState
from conda_sluice.model.flaw import Flaw
from conda_sluice.model.names import PackageName, Subdir
from conda_sluice.model.package import Artifact, PackageRecord
from conda_sluice.model.refusals import changed
from conda_sluice.ports import StoreTraits
from conda_sluice.stores.directory.channel_folder import ChannelFolder
from conda_sluice.stores.directory.holdings import FilesInFolder, outgoing
from conda_sluice.stores.directory.inspection import inspect_channel
from conda_sluice.stores.directory.package_files import (
    Digests,
    Incoming,
    check_file,
    place_files,
    remove_files,
    staged_file,
)
from conda_sluice.stores.directory.publishing import mend, prepare, publish
from conda_sluice.stores.directory.recovery import leave_mark, recover, remove_mark
from conda_sluice.stores.directory.reindexing import reindex_channel
from conda_sluice.stores.static.changes import Changes, growth, hiding, removal, showing
from conda_sluice.stores.static.holdings import Holdings, subdirs_of
from conda_sluice.stores.static.index_cache import IndexCache
from conda_sluice.stores.static.relating import reference_above, related, subdirs_to_relate

_TRAITS = StoreTraits(
    indexes_itself=False, has_labels=False, copies_natively=True, transactional=True
)


class DirectoryStore:
    """Implements the port `Store` for `file://` channels.

    `lock_timeout` is in seconds; an index of `shards_from` packages is written in shards too;
    `clock` tells the seconds since 1970.

    The subdirs of one call are published in the order in which they first come: give
    dependencies first.
    """

    def __init__(
        self,
        *,
        lock_timeout: float = 60.0,
        shards_from: int = SHARDS_FROM,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._lock_timeout = lock_timeout
        self._shards_from = shards_from
        self._clock = clock
        self._cache = IndexCache()
        self._digests = Digests()

    def __reduce__(self) -> tuple[object, ...]:
        return _unpickle, (self._lock_timeout, self._shards_from, self._clock)

    def traits(self, channel: ChannelRef) -> StoreTraits:  # noqa: ARG002 - the same for all
        """Return what this store can do with a channel."""
        return _TRAITS

    def subdirs(self, channel: ChannelRef) -> Sequence[Subdir]:
        """Return the subdirs that hold packages, sorted."""
        folder = self._folder(channel)
        with as_store_errors(folder.path):
            return tuple(subdir for subdir in folder.subdirs() if _has_packages(folder, subdir))

    def state(self, channel: ChannelRef) -> ChannelState:
        """Return what tells this state of the channel's indexes from every other one."""
        folder = self._folder(channel)
        with as_store_errors(folder.path):
            return folder.state()

    def records(
        self,
        channel: ChannelRef,
        subdir: Subdir,
        *,
        names: Collection[PackageName] | None = None,
    ) -> Sequence[PackageRecord]:
        """Return the records that can be solved with, all or those of `names`, sorted by file."""
        folder = self._folder(channel)
        with as_store_errors(folder.path):
            if names is None:
                repodata, records = folder.read(subdir)
                info = repodata.info
            else:
                info, records = folder.named(subdir, names)
            if all(record.sha256 for record in records):
                return records
            place = folder.packages_at(subdir, info)
            return tuple(self._digests.identified(record, place) for record in records)

    def hidden(self, channel: ChannelRef, subdir: Subdir) -> Sequence[PackageRecord]:
        """Return the records of the packages that are hidden, sorted by file name."""
        folder = self._folder(channel)
        with as_store_errors(folder.path):
            if not folder.may_hide(subdir):
                return ()  # and the index, which may be big, need not be read
            contents = folder.contents(subdir)
            place = folder.packages_at(subdir, contents.text.info)
            where = str(folder.kept_path(subdir))
            return tuple(
                self._digests.identified(parse_record(file, entry, subdir, where), place)
                for file, entry in contents.hidden.items()
            )

    def get(self, record: PackageRecord, channel: ChannelRef, into: Path) -> Path:
        """Bring the package file into the folder `into`; raise DamagedError if its hash differs."""
        folder = self._folder(channel)
        with as_store_errors(folder.path):
            (subdir,) = subdirs_of([record])
            info = folder.info(subdir)
            source = folder.packages_at(subdir, info) / record.file
            into.mkdir(parents=True, exist_ok=True)
            target = into / record.file
            item = Incoming(source, record, {}, may_link=False)
            with staged_file(item, into, self._digests) as temporary:
                os.replace(temporary, target)  # noqa: PTH105 - tests make it fail
            return target

    def about(self, record: PackageRecord, channel: ChannelRef) -> Mapping[str, object]:
        """Return the package's info/about.json, read where it lies; see the port."""
        folder = self._folder(channel)
        with as_store_errors(folder.path):
            (subdir,) = subdirs_of([record])
            source = folder.packages_at(subdir, folder.info(subdir)) / record.file
            check_file(Incoming(source, record, {}, may_link=False, check_md5=False))
            return read_about(source)

    def put(
        self,
        artifacts: Sequence[Artifact],
        channel: ChannelRef,
        *,
        expected: ChannelState | None = None,
    ) -> None:
        """Add package files and their records; see the port."""
        incoming = [
            Incoming(
                artifact.path,
                artifact.record,
                entry_of(artifact.index or read_index(artifact.path), artifact.record),
                may_link=False,
            )
            for artifact in artifacts
        ]
        self._add(incoming, channel, expected)

    def copy(
        self,
        records: Sequence[PackageRecord],
        source: ChannelRef,
        target: ChannelRef,
        *,
        expected: ChannelState | None = None,
    ) -> None:
        """Copy packages between two channels, by hard link where possible; see the port."""
        folder = self._folder(source)
        with as_store_errors(folder.path):
            contents = {subdir: folder.contents(subdir) for subdir in subdirs_of(records)}
            there = Holdings(FilesInFolder(folder, self._digests), contents)
            incoming = [outgoing(folder, there, record) for record in records]
        self._add(incoming, target, expected)

    def remove(
        self,
        records: Sequence[PackageRecord],
        channel: ChannelRef,
        *,
        expected: ChannelState | None = None,
    ) -> None:
        """Take packages out of the channel: first the records, then the files; see the port."""
        with self._changing(channel, subdirs_of(records), expected) as here:
            leaving = here.leaving(records)
            folder = self._folder(channel)
            leave_mark(folder, [record.path for record in leaving])
            self._publish(folder, here, removal(here, leaving))
            remove_files(folder.path, records)

    def hide(self, records: Sequence[PackageRecord], channel: ChannelRef) -> None:
        """Hide packages from solving and keep their files; see the port."""
        with self._changing(channel, subdirs_of(records)) as here:
            self._publish(self._folder(channel), here, hiding(here, records))

    def show(self, records: Sequence[PackageRecord], channel: ChannelRef) -> None:
        """Undo `hide`; raise ConflictError where patches of the channel hide the package."""
        with self._changing(channel, subdirs_of(records)) as here:
            self._publish(self._folder(channel), here, showing(here, records))

    def patch(self, channel: ChannelRef, subdir: Subdir, patches: Instructions) -> None:
        """Replace the patches (hotfixes) of a subdir and apply them to its index."""
        with self._changing(channel, [subdir]) as here:
            folder = self._folder(channel)
            prepare(folder, subdir)
            self._publish(folder, here, Changes({subdir: Change()}, {subdir: patches}))

    def relate(self, channel: ChannelRef, overrides: ChannelRef | None) -> None:
        """Write into the channel, made if need be, which channel stands above it (CEP 42).

        The CEP knows relative paths only: a channel on another server cannot be named and is
        left out.
        """
        reference = reference_above(overrides, channel)
        folder = self._folder(channel)
        with as_store_errors(folder.path):
            to_relate = subdirs_to_relate(folder, reference)
        if to_relate:
            with self._changing(channel, to_relate) as here:
                publish(folder, related(folder, here, reference), self._rules())

    def inspect(self, channel: ChannelRef) -> Iterator[Flaw]:
        """Read every index and package file and yield what is wrong; change nothing."""
        folder = self._folder(channel)
        with as_store_errors(folder.path):
            yield from inspect_channel(folder)

    def reindex(self, channel: ChannelRef) -> None:
        """Make the index anew from the package files; see the port."""
        with self._changing(channel, []):
            reindex_channel(self._folder(channel), self._rules())

    def _folder(self, channel: ChannelRef) -> ChannelFolder:
        return ChannelFolder(channel, self._cache)

    def _rules(self) -> Rules:
        return Rules(self._shards_from, int(self._clock()))

    @contextmanager
    def _changing(
        self,
        channel: ChannelRef,
        subdirs: Iterable[Subdir],
        expected: ChannelState | None = None,
    ) -> Iterator[Holdings]:
        """Be the one writer of a channel that is in the expected state, tidied up before."""
        folder = self._folder(channel)
        with as_store_errors(folder.path), folder.writing(self._lock_timeout):
            if expected is not None and folder.state() != expected:
                raise changed(channel)
            self._recover(folder)
            contents = {subdir: folder.contents(subdir) for subdir in subdirs}
            for one in contents.values():
                folder.refuse_far_files(one)
            mended = {subdir: mend(folder, one, self._rules()) for subdir, one in contents.items()}
            try:
                yield Holdings(FilesInFolder(folder, self._digests), mended)
            except BaseException:
                with suppress(OSError, SluiceError):  # the first trouble is the one to tell
                    self._recover(folder)
                raise
            remove_mark(folder)

    def _recover(self, folder: ChannelFolder) -> None:
        """Tidy up after a writer that died or failed, in all subdirs; see `recovery`."""
        if not recover(folder):
            return
        for subdir in folder.subdirs():
            with suppress(DamagedError):  # is told when that subdir is asked for
                mend(folder, folder.contents(subdir), self._rules(), is_ours=True)
        remove_mark(folder)

    def _publish(self, folder: ChannelFolder, here: Holdings, changes: Changes) -> None:
        publish(folder, changes.settled(here), self._rules(), changes.patches)

    def _add(
        self, incoming: Sequence[Incoming], channel: ChannelRef, expected: ChannelState | None
    ) -> None:
        # Each subdir at its first place in the list, so that dependencies are published first.
        subdirs = subdirs_of(item.record for item in incoming)
        with self._changing(channel, subdirs, expected) as here:
            folder, missing = self._folder(channel), here.missing(incoming)
            if missing:
                leave_mark(folder, [item.record.path for item in missing])
            for subdir in subdirs:
                items = [item for item in missing if item.record.subdir == subdir]
                if items:
                    place_files(prepare(folder, subdir), items, self._digests)
            self._publish(folder, here, growth(here, missing))


def _unpickle(lock_timeout: float, shards_from: int, clock: Callable[[], float]) -> DirectoryStore:
    return DirectoryStore(lock_timeout=lock_timeout, shards_from=shards_from, clock=clock)


def _has_packages(folder: ChannelFolder, subdir: Subdir) -> bool:
    text = folder.remembered(subdir)
    return bool(folder.read(subdir)[1] if text is None else text.count)
