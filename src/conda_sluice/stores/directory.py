"""Channels in folders of this machine (`file://`), indexed one record at a time.

A package file is in its place and verified before the index names it, and an index is replaced
as a whole: whatever fails, a subdir is its old or its new self. A file that lies in the folder
and not in the index is no package of the channel.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from conda_sluice.effects.artifact import read_index
from conda_sluice.effects.files import sync_folder
from conda_sluice.effects.os_errors import as_store_errors
from conda_sluice.errors import ChangedError, ConflictError, DamagedError, SluiceError, UsageError
from conda_sluice.index.patches import Instructions
from conda_sluice.index.relations import overrides_of, reference_to, with_overrides
from conda_sluice.index.repodata import Entry, entry_of
from conda_sluice.index.settle import Change, Contents, Settled, settle
from conda_sluice.model.channel import ChannelRef, ChannelState
from conda_sluice.model.entry import parse_entry
from conda_sluice.model.flaw import Flaw
from conda_sluice.model.names import NOARCH, PackageName, Subdir
from conda_sluice.model.package import Artifact, PackageRecord
from conda_sluice.ports import StoreTraits
from conda_sluice.stores.channel_folder import ChannelFolder, IndexCache
from conda_sluice.stores.inspection import inspect_channel
from conda_sluice.stores.package_files import (
    Incoming,
    place_files,
    read_checksums,
    staged_file,
)
from conda_sluice.stores.publishing import mend, prepare, publish
from conda_sluice.stores.reindexing import reindex_channel


class DirectoryStore:
    """Implements the port `Store` for `file://` channels; `lock_timeout` is in seconds.

    The subdirs of one call are published in the order in which they first come: give
    dependencies first.
    """

    traits = StoreTraits(
        indexes_itself=False, has_labels=False, copies_natively=True, transactional=True
    )

    def __init__(self, *, lock_timeout: float = 60.0) -> None:
        self._lock_timeout = lock_timeout
        self._cache = IndexCache()
        self._digests: dict[tuple[Path, int, int, int, int], str] = {}

    def __reduce__(self) -> tuple[object, ...]:
        return _unpickle, (self._lock_timeout,)

    def subdirs(self, channel: ChannelRef) -> Sequence[Subdir]:
        """Return the subdirs that hold packages, sorted."""
        folder = self._folder(channel)
        with as_store_errors(folder.path):
            return tuple(subdir for subdir in folder.subdirs() if folder.read(subdir)[1])

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
            repodata, records = folder.read(subdir)
            if names is not None:
                records = tuple(record for record in records if record.name in names)
            if all(record.sha256 for record in records):
                return records
            place = folder.packages_at(subdir, repodata.info)
            return tuple(self._identified(record, place) for record in records)

    def hidden(self, channel: ChannelRef, subdir: Subdir) -> Sequence[PackageRecord]:
        """Return the records of the packages that are hidden, sorted by file name."""
        folder = self._folder(channel)
        with as_store_errors(folder.path):
            hidden = folder.contents(subdir).hidden
            place = folder.path / subdir
            return tuple(
                self._identified(_record(file, entry, subdir, channel), place)
                for file, entry in hidden.items()
            )

    def get(self, record: PackageRecord, channel: ChannelRef, into: Path) -> Path:
        """Bring the package file into the folder `into`; raise DamagedError if its hash differs."""
        folder = self._folder(channel)
        with as_store_errors(folder.path):
            info = folder.read(record.subdir)[0].info
            source = folder.packages_at(record.subdir, info) / record.file
            into.mkdir(parents=True, exist_ok=True)
            target = into / record.file
            with staged_file(source, record, into, may_link=False) as temporary:
                temporary.replace(target)
            return target

    def put(self, artifacts: Sequence[Artifact], channel: ChannelRef) -> None:
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
        self._add(incoming, channel, None)

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
            contents = {one: folder.contents(one) for one in _subdirs_of(records)}
            incoming = [self._outgoing(one, contents[one.subdir], folder) for one in records]
        self._add(incoming, target, expected)

    def remove(
        self,
        records: Sequence[PackageRecord],
        channel: ChannelRef,
        *,
        expected: ChannelState | None = None,
    ) -> None:
        """Take packages out of the channel: first the records, then the files; see the port."""
        with self._changing(channel, expected) as folder:
            contents = self._contents(folder, _subdirs_of(records))
            held = [one for one in records if self._is_held(one, contents[one.subdir], folder)]
            changes = {
                subdir: Change(drop=frozenset(one.file for one in held if one.subdir == subdir))
                for subdir in contents
            }
            publish(folder, _settled(contents, changes))
            for subdir in contents:
                for record in records:
                    if record.subdir == subdir:
                        (folder.path / record.path).unlink(missing_ok=True)
                if (folder.path / subdir).is_dir():
                    sync_folder(folder.path / subdir)

    def hide(self, records: Sequence[PackageRecord], channel: ChannelRef) -> None:
        """Hide packages from solving and keep their files; see the port."""
        with self._changing(channel) as folder:
            contents = self._contents(folder, _subdirs_of(records))
            self._refuse_absent(records, contents, folder)
            files = {
                subdir: frozenset(
                    one.file
                    for one in records
                    if one.subdir == subdir and not contents[subdir].is_hidden(one.file)
                )
                for subdir in contents
            }
            publish(folder, _settled(contents, {one: Change(hide=files[one]) for one in contents}))

    def show(self, records: Sequence[PackageRecord], channel: ChannelRef) -> None:
        """Undo `hide`; raise ConflictError where patches of the channel hide the package."""
        with self._changing(channel) as folder:
            contents = self._contents(folder, _subdirs_of(records))
            self._refuse_absent(records, contents, folder)
            for record in records:
                if contents[record.subdir].patches.removes(record.file):
                    raise ConflictError(
                        f"says that {record.file} is to be removed",
                        str(folder.patch_path(record.subdir)),
                        "take the file name out of its list 'remove'",
                    )
            changes = {
                subdir: Change(show=frozenset(one.file for one in records if one.subdir == subdir))
                for subdir in contents
            }
            publish(folder, _settled(contents, changes))

    def patch(self, channel: ChannelRef, subdir: Subdir, instructions: Instructions) -> None:
        """Replace the patches (hotfixes) of a subdir and apply them to its index."""
        with self._changing(channel) as folder:
            contents = self._contents(folder, [subdir])[subdir]
            settled = settle(replace(contents, patches=instructions), Change())
            prepare(folder, subdir)
            publish(folder, {subdir: settled}, {subdir: instructions})

    def relate(self, channel: ChannelRef, overrides: ChannelRef | None) -> None:
        """Write into the channel, made if need be, which channel stands above it (CEP 42).

        The CEP knows relative paths only: a channel on another server cannot be named and is
        left out.
        """
        if overrides is not None and overrides.url == channel.url:
            raise UsageError(f"the channel {channel} cannot stand above itself", channel.url)
        reference = None if overrides is None else reference_to(overrides.url, channel.url)
        folder = self._folder(channel)
        with as_store_errors(folder.path):
            if not _to_relate(folder, reference):
                return
            with folder.writing(self._lock_timeout):
                publish(folder, _related(folder, reference))

    def inspect(self, channel: ChannelRef) -> Iterator[Flaw]:
        """Read every index and package file and yield what is wrong; change nothing."""
        folder = self._folder(channel)
        with as_store_errors(folder.path):
            yield from inspect_channel(folder)

    def reindex(self, channel: ChannelRef) -> None:
        """Make the index anew from the package files; see the port."""
        with self._changing(channel) as folder:
            reindex_channel(folder)

    def _folder(self, channel: ChannelRef) -> ChannelFolder:
        return ChannelFolder(channel, self._cache)

    @contextmanager
    def _changing(
        self, channel: ChannelRef, expected: ChannelState | None = None
    ) -> Iterator[ChannelFolder]:
        """Be the one writer of a channel that is in the expected state."""
        folder = self._folder(channel)
        with as_store_errors(folder.path), folder.writing(self._lock_timeout):
            if expected is not None and folder.state() != expected:
                raise ChangedError(
                    "changed since this was planned",
                    str(channel),
                    "nothing was done: plan again",
                )
            yield folder

    def _contents(self, folder: ChannelFolder, subdirs: Iterable[Subdir]) -> dict[Subdir, Contents]:
        """Return contents of subdirs that are about to be changed, tidied up before."""
        contents = {}
        for subdir in subdirs:
            contents[subdir] = folder.contents(subdir)
            folder.refuse_far_files(contents[subdir])
        for subdir in contents:
            mend(folder, subdir)
        return contents

    def _outgoing(
        self, record: PackageRecord, contents: Contents, folder: ChannelFolder
    ) -> Incoming:
        place = folder.packages_at(record.subdir, contents.text.info)
        plain = contents.plain(record.file)
        there = None
        if plain is not None and not contents.is_hidden(record.file):
            there = self._identified(
                _record(record.file, plain, record.subdir, folder.channel), place
            )
        if plain is None or there is None or there.sha256 != record.sha256:
            raise DamagedError(
                f"does not hold {record.path} with sha256 {record.sha256}",
                folder.channel.url,
                "someone changed the channel meanwhile: run the command again",
            )
        entry = {**plain, "sha256": there.sha256}
        patches = contents.patches.about(record.file)
        return Incoming(place / record.file, there, entry, may_link=True, patches=patches)

    def _sha256_held(self, file: str, contents: Contents, folder: ChannelFolder) -> str | None:
        """Return the sha256 of a package, hidden or not; None where the channel has none."""
        entry = contents.plain(file)
        if entry is None:
            return None
        record = _record(file, entry, contents.subdir, folder.channel)
        return self._identified(record, folder.path / contents.subdir).sha256

    def _is_held(self, record: PackageRecord, contents: Contents, folder: ChannelFolder) -> bool:
        """Tell whether the index names a package; raise DamagedError for another of its name."""
        sha256 = self._sha256_held(record.file, contents, folder)
        path = folder.path / record.path
        if sha256 is None and path.exists():
            sha256 = read_checksums(path).sha256
        if sha256 is not None and sha256 != record.sha256:
            raise DamagedError(
                f"holds {record.path} with sha256 {sha256}, not {record.sha256}",
                folder.channel.url,
                "look what it is: nothing was changed",
            )
        return contents.plain(record.file) is not None

    def _refuse_absent(
        self,
        records: Sequence[PackageRecord],
        contents: Mapping[Subdir, Contents],
        folder: ChannelFolder,
    ) -> None:
        for record in records:
            if self._sha256_held(record.file, contents[record.subdir], folder) != record.sha256:
                raise DamagedError(
                    f"does not hold {record.path} with sha256 {record.sha256}",
                    folder.channel.url,
                    "nothing was changed",
                )

    def _identified(self, record: PackageRecord, place: Path) -> PackageRecord:
        """Fill in the sha256 that an index by another tool does not tell."""
        if record.sha256:
            return record
        path = place / record.file
        try:
            status = path.stat()
        except FileNotFoundError:
            return record
        key = (path, status.st_ctime_ns, status.st_mtime_ns, status.st_size, status.st_ino)
        if key not in self._digests:
            self._digests[key] = read_checksums(path).sha256
        return replace(record, sha256=self._digests[key])

    def _add(
        self, incoming: Sequence[Incoming], channel: ChannelRef, expected: ChannelState | None
    ) -> None:
        with self._changing(channel, expected) as folder:
            # Each subdir at its first place in the list, so that dependencies are published first.
            contents = self._contents(folder, _subdirs_of([item.record for item in incoming]))
            missing = self._missing(incoming, contents, folder)
            with _taking_back(folder, contents, missing):
                for subdir in contents:
                    here = [item for item in missing if item.record.subdir == subdir]
                    if here:
                        place_files(prepare(folder, subdir), here)
                _publish_grown(folder, contents, missing)

    def _missing(
        self,
        incoming: Sequence[Incoming],
        contents: Mapping[Subdir, Contents],
        folder: ChannelFolder,
    ) -> list[Incoming]:
        """Return what is not there yet; raise ConflictError for another file of the same name."""
        there: dict[str, str] = {}
        missing: dict[str, Incoming] = {}
        for item in incoming:
            path, sha256 = item.record.path, item.record.sha256
            held = self._sha256_held(item.record.file, contents[item.record.subdir], folder)
            if there.setdefault(path, held or sha256) != sha256:
                raise ConflictError(
                    f"holds another file named {path} (sha256 {there[path]}, not {sha256})",
                    str(folder.channel),
                    "a published file is never replaced: give the new one another build number",
                )
            # A file that is in the index and was deleted by hand is put back.
            if held is None or not (folder.path / path).exists():
                missing[path] = item
        return list(missing.values())


def _unpickle(lock_timeout: float) -> DirectoryStore:
    return DirectoryStore(lock_timeout=lock_timeout)


def _subdirs_of(records: Iterable[PackageRecord]) -> list[Subdir]:
    return list(dict.fromkeys(record.subdir for record in records))


def _record(file: str, entry: Entry, subdir: Subdir, channel: ChannelRef) -> PackageRecord:
    try:
        return parse_entry(entry, file=file, subdir=subdir)
    except SluiceError as error:
        raise DamagedError(f"its entry {file!r}: {error.what}", channel.url) from error


def _settled(
    contents: Mapping[Subdir, Contents], changes: Mapping[Subdir, Change]
) -> dict[Subdir, Settled]:
    """Return the subdirs of which something is published anew."""
    settled = {subdir: settle(contents[subdir], change) for subdir, change in changes.items()}
    return {
        subdir: one
        for subdir, one in settled.items()
        if one.contents.text is not contents[subdir].text
        or one.contents.kept != contents[subdir].kept
    }


def _publish_grown(
    folder: ChannelFolder, contents: Mapping[Subdir, Contents], items: Sequence[Incoming]
) -> None:
    """Publish the indexes to which something is added, with the patches that come along."""
    patches: dict[Subdir, Instructions] = {}
    changes: dict[Subdir, Change] = {}
    grown = dict(contents)
    for subdir, one in contents.items():
        here = [
            item
            for item in items
            if item.record.subdir == subdir and one.plain(item.record.file) is None
        ]
        together = one.patches.with_more(item.patches for item in here)
        if together is not one.patches:
            patches[subdir] = together
            grown[subdir] = replace(one, patches=together)
        changes[subdir] = Change(add={item.record.file: item.entry for item in here})
    publish(folder, _settled(grown, changes), patches)


def _to_relate(folder: ChannelFolder, reference: str | None) -> list[Subdir]:
    """Return the subdirs whose index does not refer to that channel yet."""
    return [
        subdir
        for subdir in dict.fromkeys((NOARCH, *folder.subdirs()))
        if not folder.has_index(subdir) or overrides_of(folder.read(subdir)[0].info) != reference
    ]


def _related(folder: ChannelFolder, reference: str | None) -> dict[Subdir, Settled]:
    """Return the indexes that do not refer to that channel yet, with the reference in them."""
    related = {}
    for subdir in _to_relate(folder, reference):
        contents = folder.contents(subdir)
        text = contents.text
        outer = {**text.outer, "info": with_overrides(text.info, reference)}
        related[subdir] = settle(replace(contents, text=text.changed({}, outer)), Change())
    return related


@contextmanager
def _taking_back(
    folder: ChannelFolder, contents: Mapping[Subdir, Contents], items: Sequence[Incoming]
) -> Iterator[None]:
    """On failure remove the files that were brought in, but for those that an index names."""
    try:
        yield
    except BaseException:
        for subdir in contents:
            with suppress(OSError, SluiceError):
                now = folder.contents(subdir)
                for item in items:
                    if item.record.subdir == subdir and now.plain(item.record.file) is None:
                        (folder.path / item.record.path).unlink(missing_ok=True)
        raise
