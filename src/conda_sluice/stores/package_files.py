"""Package files on their way into a folder: verified before and after, under their name at once."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from conda_sluice.effects.files import (
    Checksums,
    checksums_of,
    stage_copy,
    stage_link,
    sync_folder,
)
from conda_sluice.errors import DamagedError
from conda_sluice.index.patches import Instructions
from conda_sluice.index.repodata import Entry
from conda_sluice.model.package import PackageRecord


@dataclass(frozen=True, slots=True)
class Incoming:
    """A package on its way into a channel: its bytes, what they must be, what the index says.

    `entry` is the plain one; `patches` is what the channel that it comes from lays over it.
    """

    source: Path
    record: PackageRecord
    entry: Entry
    may_link: bool
    patches: Instructions = field(default_factory=Instructions)


def place_files(folder: Path, items: Sequence[Incoming]) -> None:
    """Bring the files of some packages into the folder of their subdir."""
    for item in items:
        with staged_file(item.source, item.record, folder, may_link=item.may_link) as temporary:
            os.replace(temporary, folder / item.record.file)  # noqa: PTH105 - tests make it fail
    if items:
        sync_folder(folder)


def remove_files(channel: Path, records: Sequence[PackageRecord]) -> None:
    """Remove the files of packages from the folder of their channel."""
    for record in records:
        (channel / record.path).unlink(missing_ok=True)
    for folder in dict.fromkeys((channel / record.path).parent for record in records):
        if folder.is_dir():
            sync_folder(folder)


@contextmanager
def staged_file(
    source: Path, record: PackageRecord, folder: Path, *, may_link: bool
) -> Iterator[Path]:
    """Bring a file into `folder` under a temporary name, verified before and after."""
    try:
        temporary = stage_link(source, folder) if may_link else None
        if temporary is None:
            verify_file(source, record, source)
            temporary = stage_copy(source, folder)
    except FileNotFoundError as error:
        raise DamagedError(
            "is in the index of its channel, but not there",
            str(source),
            "bring the file back from a copy, or build it again",
        ) from error
    try:
        # After a link these are the very bytes of the source: once is enough.
        verify_file(temporary, record, source)
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def read_checksums(path: Path) -> Checksums:
    """Return the checksums of a file."""
    with path.open("rb") as file:
        return checksums_of(file)


def verify_file(path: Path, record: PackageRecord, source: Path) -> None:
    """Compare a file with everything that its record says; `source` is named in the error."""
    found = read_checksums(path)
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
