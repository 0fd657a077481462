"""Package files on their way into a folder: verified before and after, under their name at once."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from conda_sluice.effects.files import (
    Checksums,
    checksums_of,
    sha256_of,
    stage_copy,
    stage_link,
    sync_folder,
)
from conda_sluice.index.patches import Instructions
from conda_sluice.index.repodata import Entry
from conda_sluice.model.package import PackageRecord
from conda_sluice.model.refusals import missing_file, wrong_file


@dataclass(frozen=True, slots=True)
class Known:
    """A file as it was found, and its sha256 if this process has read it, else ""."""

    sha256: str
    identity: tuple[int, ...]

    def names(self, path: Path, sha256: str) -> bool:
        """Tell whether `path` is a new name of this very file, and that of this sha256."""
        # A new name changes the time of the inode, and nothing else.
        return self.sha256 == sha256 != "" and _identity(path)[:-1] == self.identity[:-1]


class Digests:
    """Remembers the sha256 of files by all that identifies a file and its state.

    Among it is the time at which the inode was last changed, which nobody can set back.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[int, ...], str] = {}

    def known(self, path: Path) -> Known:
        """Return what is known of a file; raise FileNotFoundError."""
        identity = _identity(path)
        return Known(self._known.get(identity, ""), identity)

    def remember(self, path: Path, sha256: str) -> None:
        """Remember the sha256 of a file as it is now."""
        self._known[_identity(path)] = sha256

    def identified(self, record: PackageRecord, place: Path) -> PackageRecord:
        """Return the record with the sha256 of the file in the folder `place`, if it has none."""
        if record.sha256:
            return record
        path = place / record.file
        try:
            known = self.known(path)
        except FileNotFoundError:
            return record
        if not known.sha256:
            self._known[known.identity] = sha256_of(path)
        return replace(record, sha256=self._known[known.identity])


def _identity(path: Path) -> tuple[int, ...]:
    status = path.stat()
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A package on its way into a channel: its bytes, what they must be, what the index says.

    `entry` is the plain one; `patches` is what the channel that it comes from lays over it.
    `check_md5` where the record is not one that sluice wrote: sha256 identifies the file, and
    reading it for md5 too takes more than twice the time.
    """

    source: Path
    record: PackageRecord
    entry: Entry
    may_link: bool
    patches: Instructions = field(default_factory=Instructions)
    check_md5: bool = True


def place_files(folder: Path, items: Sequence[Incoming], digests: Digests) -> None:
    """Bring the files of some packages into the folder of their subdir, several at a time."""

    def place(item: Incoming) -> None:
        with staged_file(item, folder, digests) as temporary:
            os.replace(temporary, folder / item.record.file)  # noqa: PTH105 - tests make it fail
        digests.remember(folder / item.record.file, item.record.sha256)

    if not items:
        return
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for _ in pool.map(place, items):
            pass
    sync_folder(folder)


def remove_files(channel: Path, records: Sequence[PackageRecord]) -> None:
    """Remove the files of packages from the folder of their channel."""
    for record in records:
        (channel / record.path).unlink(missing_ok=True)
    for folder in dict.fromkeys((channel / record.path).parent for record in records):
        if folder.is_dir():
            sync_folder(folder)


@contextmanager
def staged_file(item: Incoming, folder: Path, digests: Digests) -> Iterator[Path]:
    """Bring a file into `folder` under a temporary name, and verify what came."""
    try:
        known = digests.known(item.source)
        temporary = stage_link(item.source, folder) if item.may_link else None
        is_known = temporary is not None and known.names(temporary, item.record.sha256)
        if temporary is None:
            temporary = stage_copy(item.source, folder)
    except FileNotFoundError as error:
        raise missing_file(str(item.source)) from error
    try:
        # What was verified in this process and has not changed since need not be read again.
        if not is_known or item.check_md5:
            _verify(temporary, item)
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def check_file(item: Incoming) -> None:
    """Raise DamagedError where a file is not there, or not what its record says."""
    try:
        _verify(item.source, item)
    except FileNotFoundError as error:
        raise missing_file(str(item.source)) from error


def read_checksums(path: Path) -> Checksums:
    """Return the checksums of a file."""
    with path.open("rb") as file:
        return checksums_of(file)


def _verify(path: Path, item: Incoming) -> None:
    """Compare a file with everything that its record says; its source is named in the error."""
    record = item.record
    found = read_checksums(path) if item.check_md5 else _without_md5(path)
    if (
        found.sha256 != record.sha256
        or (record.size and found.size != record.size)
        or (record.md5 and item.check_md5 and found.md5 != record.md5)
    ):
        raise wrong_file(found.sha256, record.sha256, str(item.source))


def _without_md5(path: Path) -> Checksums:
    return Checksums(sha256_of(path), "", path.stat().st_size)
