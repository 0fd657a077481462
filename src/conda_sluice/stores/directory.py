"""Channels in folders of this machine (`file://`), indexed one record at a time.

A package file is in its place and verified before the index names it, and an index is replaced
as a whole: whatever fails, a subdir is its old or its new self. A file that lies in the folder
and not in the index is no package of the channel.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from conda_sluice.effects.artifact import read_index
from conda_sluice.effects.files import (
    Checksums,
    checksums_of,
    stage_copy,
    stage_link,
    sync_folder,
)
from conda_sluice.effects.os_errors import as_store_errors
from conda_sluice.errors import ConflictError, DamagedError, SluiceError, StoreError, UsageError
from conda_sluice.index.relations import overrides_of, reference_to, with_overrides
from conda_sluice.index.repodata import Entry, Repodata, add_entries, empty_repodata, entry_of
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.names import NOARCH, Subdir
from conda_sluice.model.package import Artifact, PackageRecord
from conda_sluice.ports import StoreTraits
from conda_sluice.stores.channel_folder import ChannelFolder, IndexCache


@dataclass(frozen=True, slots=True)
class _Incoming:
    """A package on its way into a channel: its bytes, what they must be, what the index says."""

    source: Path
    record: PackageRecord
    entry: Entry
    may_link: bool


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
        self._digests: dict[tuple[Path, int, int, int], str] = {}

    def __reduce__(self) -> tuple[object, ...]:
        return _unpickle, (self._lock_timeout,)

    def subdirs(self, channel: ChannelRef) -> Sequence[Subdir]:
        """Return the subdirs that hold packages, sorted."""
        folder = self._folder(channel)
        with as_store_errors(folder.path):
            return tuple(subdir for subdir in folder.subdirs() if folder.read(subdir)[1])

    def records(self, channel: ChannelRef, subdir: Subdir) -> Sequence[PackageRecord]:
        """Return the records of one subdir, sorted by file name."""
        folder = self._folder(channel)
        with as_store_errors(folder.path):
            repodata, records = folder.read(subdir)
            if all(record.sha256 for record in records):
                return records
            place = _package_folder(channel, repodata)
            return tuple(self._identified(record, place) for record in records)

    def get(self, record: PackageRecord, channel: ChannelRef, into: Path) -> Path:
        """Bring the package file into the folder `into`; raise DamagedError if its hash differs."""
        folder = self._folder(channel)
        with as_store_errors(folder.path):
            source = _package_folder(channel, folder.read(record.subdir)[0]) / record.file
            into.mkdir(parents=True, exist_ok=True)
            target = into / record.file
            with _staged(source, record, into, may_link=False) as temporary:
                os.replace(temporary, target)  # noqa: PTH105 - tests make it fail
            return target

    def put(self, artifacts: Sequence[Artifact], channel: ChannelRef) -> None:
        """Add package files and their records; see the port."""
        incoming = [
            _Incoming(
                artifact.path,
                artifact.record,
                entry_of(artifact.index or read_index(artifact.path), artifact.record),
                may_link=False,
            )
            for artifact in artifacts
        ]
        self._add(incoming, channel)

    def copy(
        self, records: Sequence[PackageRecord], source: ChannelRef, target: ChannelRef
    ) -> None:
        """Copy packages between two channels, by hard link where possible; see the port."""
        with as_store_errors(self._folder(source).path):
            incoming = [self._outgoing(record, source) for record in records]
        self._add(incoming, target)

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
                folder.commit(_to_relate(folder, reference))

    def _folder(self, channel: ChannelRef) -> ChannelFolder:
        return ChannelFolder(_path_of(channel.url), self._cache)

    def _outgoing(self, record: PackageRecord, channel: ChannelRef) -> _Incoming:
        repodata, _ = self._folder(channel).read(record.subdir)
        place = _package_folder(channel, repodata)
        there = {one.file: one for one in self.records(channel, record.subdir)}.get(record.file)
        if there is None or there.sha256 != record.sha256:
            raise DamagedError(
                f"does not hold {record.path} with sha256 {record.sha256}",
                channel.url,
                "someone changed the channel meanwhile: run the command again",
            )
        entry = {**repodata.entries[record.file], "sha256": there.sha256}
        return _Incoming(place / record.file, there, entry, may_link=True)

    def _identified(self, record: PackageRecord, place: Path) -> PackageRecord:
        """Fill in the sha256 that an index by another tool does not tell."""
        if record.sha256:
            return record
        path = place / record.file
        try:
            status = path.stat()
        except FileNotFoundError:
            return record
        key = (path, status.st_mtime_ns, status.st_size, status.st_ino)
        if key not in self._digests:
            self._digests[key] = _checksums(path).sha256
        return replace(record, sha256=self._digests[key])

    def _add(self, incoming: Sequence[_Incoming], channel: ChannelRef) -> None:
        folder = self._folder(channel)
        with as_store_errors(folder.path), folder.writing(self._lock_timeout):
            missing = self._missing(incoming, channel)
            # Each subdir at its first place in the list, so that dependencies are published first.
            subdirs = dict.fromkeys(item.record.subdir for item in incoming)
            for subdir in subdirs:
                folder.mend(subdir)
            with _taking_back(folder, missing):
                for subdir in subdirs:
                    _place(folder, subdir, missing)
                folder.commit(_grown(folder, subdirs, missing))

    def _missing(self, incoming: Sequence[_Incoming], channel: ChannelRef) -> list[_Incoming]:
        """Return what is not there yet; raise ConflictError for another file of the same name."""
        folder = self._folder(channel)
        there: dict[str, str] = {}
        for subdir in {item.record.subdir for item in incoming}:
            _refuse_far_files(channel, folder, subdir)
            there |= {one.path: one.sha256 for one in self.records(channel, subdir)}
        known = frozenset(there)
        missing: dict[str, _Incoming] = {}
        for item in incoming:
            path, sha256 = item.record.path, item.record.sha256
            if there.setdefault(path, sha256) != sha256:
                raise ConflictError(
                    f"holds another file named {path} (sha256 {there[path]}, not {sha256})",
                    str(channel),
                    "a published file is never replaced: give the new one another build number",
                )
            # A file that is in the index and was deleted by hand is put back.
            if path not in known or not (folder.path / path).exists():
                missing[path] = item
        return list(missing.values())


def _unpickle(lock_timeout: float) -> DirectoryStore:
    return DirectoryStore(lock_timeout=lock_timeout)


def _path_of(url: str) -> Path:
    parts = urlsplit(url)
    if parts.scheme != "file" or parts.netloc not in {"", "localhost"}:
        raise UsageError(
            "is no folder of this machine", url, "the URL of a folder starts with file:///"
        )
    return Path(unquote(parts.path))


def _package_folder(channel: ChannelRef, repodata: Repodata) -> Path:
    """Return where the package files of a subdir lie: beside the index, or at its `base_url`."""
    url = urljoin(f"{channel.url}/{repodata.subdir}/", repodata.base_url)
    if urlsplit(url).scheme != "file":
        raise StoreError(f"says that the files of {repodata.subdir} lie at {url}", channel.url)
    return _path_of(url)


def _refuse_far_files(channel: ChannelRef, folder: ChannelFolder, subdir: Subdir) -> None:
    repodata, _ = folder.read(subdir)
    if _package_folder(channel, repodata) != folder.path / subdir:
        raise StoreError(
            f"says that the files of {subdir} lie elsewhere ({repodata.base_url})",
            channel.url,
            "sluice writes only to channels whose files lie beside their index",
        )


def _checksums(path: Path) -> Checksums:
    with path.open("rb") as file:
        return checksums_of(file)


def _verify(path: Path, record: PackageRecord, source: Path) -> None:
    """Compare a file with everything that its record says; `source` is named in the error."""
    found = _checksums(path)
    if (
        found.sha256 != record.sha256
        or (record.size and found.size != record.size)
        or (record.md5 and found.md5 != record.md5)
    ):
        raise DamagedError(
            f"is not the file that its record describes: sha256 is {found.sha256}, "
            f"expected {record.sha256 or 'nothing that could be compared'}",
            str(source),
            "do not use it; bring the file back from a copy, or build it again",
        )


@contextmanager
def _staged(source: Path, record: PackageRecord, folder: Path, *, may_link: bool) -> Iterator[Path]:
    """Bring a file into `folder` under a temporary name, verified before and after."""
    try:
        temporary = stage_link(source, folder) if may_link else None
        if temporary is None:
            _verify(source, record, source)
            temporary = stage_copy(source, folder)
    except FileNotFoundError as error:
        raise DamagedError(
            "is in the index of its channel, but not there",
            str(source),
            "bring the file back from a copy, or build it again",
        ) from error
    try:
        # After a link these are the very bytes of the source: once is enough.
        _verify(temporary, record, source)
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def _place(folder: ChannelFolder, subdir: Subdir, items: Sequence[_Incoming]) -> None:
    here = [item for item in items if item.record.subdir == subdir]
    if not here:
        return
    place = folder.prepare(subdir)
    for item in here:
        with _staged(item.source, item.record, place, may_link=item.may_link) as temporary:
            os.replace(temporary, place / item.record.file)  # noqa: PTH105 - tests make it fail
    sync_folder(place)


def _paths(folder: ChannelFolder, subdir: Subdir) -> set[str]:
    return {record.path for record in folder.read(subdir)[1]}


def _grown(
    folder: ChannelFolder, subdirs: Iterable[Subdir], items: Sequence[_Incoming]
) -> dict[Subdir, Repodata]:
    """Return the new index of each subdir to which something is added."""
    grown = {}
    for subdir in subdirs:
        known = _paths(folder, subdir)
        entries = {
            item.record.file: item.entry
            for item in items
            if item.record.subdir == subdir and item.record.path not in known
        }
        if entries:
            grown[subdir] = add_entries(_index(folder, subdir), entries)
    return grown


def _index(folder: ChannelFolder, subdir: Subdir) -> Repodata:
    """Return the index of a subdir; a new one says of other channels what `noarch` says."""
    if folder.has_index(subdir):
        return folder.read(subdir)[0]
    return with_overrides(empty_repodata(subdir), overrides_of(folder.read(NOARCH)[0]))


def _to_relate(folder: ChannelFolder, reference: str | None) -> dict[Subdir, Repodata]:
    """Return the indexes that do not refer to that channel yet, with the reference in them."""
    related = {}
    for subdir in dict.fromkeys((NOARCH, *folder.subdirs())):
        repodata, _ = folder.read(subdir)
        changed = with_overrides(repodata, reference)
        if changed is not repodata or not folder.has_index(subdir):
            related[subdir] = changed
    return related


@contextmanager
def _taking_back(folder: ChannelFolder, items: Sequence[_Incoming]) -> Iterator[None]:
    """On failure remove the files that were brought in, but for those that an index names."""
    try:
        yield
    except BaseException:
        for item in items:
            with suppress(OSError, SluiceError):
                if item.record.path not in _paths(folder, item.record.subdir):
                    (folder.path / item.record.path).unlink(missing_ok=True)
        raise
