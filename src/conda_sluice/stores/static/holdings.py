"""What a channel holds: its packages by sha256, also where the index does not tell it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from conda_sluice.errors import PackageError, UsageError
from conda_sluice.index.forms import INDEX
from conda_sluice.index.patches import Instructions
from conda_sluice.index.repodata import Entry, parse_record
from conda_sluice.index.settle import Contents
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.entry import check_file_name
from conda_sluice.model.names import Subdir, parse_subdir
from conda_sluice.model.package import PackageRecord
from conda_sluice.model.refusals import absent, another_file, conflict


class PackageFiles(Protocol):
    """The package files of a channel, by their paths within it."""

    @property
    def channel(self) -> ChannelRef:
        """Return the channel."""

    def identified(self, record: PackageRecord, info: Mapping[str, object]) -> PackageRecord:
        """Return the record with the sha256 of its file, if it has none; `info` of its index."""

    def present(self, paths: Iterable[str]) -> frozenset[str]:
        """Return those of the files that are there."""

    def sha256(self, path: str) -> str:
        """Return the sha256 of a file, "" where there is none."""


class Incoming(Protocol):
    """A package on its way into a channel: what it must be, what the index says of it.

    `entry` is the plain one; `patches` is what the channel that it comes from lays over it.
    """

    @property
    def record(self) -> PackageRecord:
        """Return the record."""

    @property
    def entry(self) -> Entry:
        """Return the plain entry."""

    @property
    def patches(self) -> Instructions:
        """Return the patches that come along."""


_Item = TypeVar("_Item", bound=Incoming)


@dataclass(frozen=True, slots=True)
class Holdings:
    """Some subdirs of one channel."""

    files: PackageFiles
    contents: Mapping[Subdir, Contents]

    def held(self, record: PackageRecord) -> PackageRecord | None:
        """Return what the channel has under the name of a package, hidden or not."""
        entry = self.contents[record.subdir].plain(record.file)
        return None if entry is None else self._record(record, entry)

    def shown(self, record: PackageRecord) -> tuple[PackageRecord, Entry]:
        """Return record and plain entry of a package that the channel shows; else DamagedError."""
        entry = self.contents[record.subdir].shown(record.file)
        held = None if entry is None else self._record(record, entry)
        if entry is None or held is None or held.sha256 != record.sha256:
            raise absent(record, self.files.channel.url)
        return held, {**entry, "sha256": held.sha256}

    def refuse_absent(self, records: Sequence[PackageRecord]) -> None:
        """Raise DamagedError where the channel does not hold one of the packages."""
        for record in records:
            held = self.held(record)
            if held is None or held.sha256 != record.sha256:
                raise absent(record, self.files.channel.url)

    def leaving(self, records: Sequence[PackageRecord]) -> list[PackageRecord]:
        """Return those that the index names; raise DamagedError for another file of the name."""
        leaving = []
        for record in records:
            held = self.held(record)
            sha256 = self.files.sha256(record.path) if held is None else held.sha256
            if sha256 and sha256 != record.sha256:
                raise another_file(record, self.files.channel.url, held=sha256)
            leaving += [record] if held is not None else []
        return leaving

    def missing(self, incoming: Sequence[_Item]) -> list[_Item]:
        """Return what is not there yet; raise ConflictError for another file of the same name."""
        there: dict[str, str] = {}
        held = {}
        for item in incoming:
            path, sha256 = item.record.path, item.record.sha256
            found = self.held(item.record)
            if there.setdefault(path, sha256 if found is None else found.sha256) != sha256:
                raise conflict(item.record, str(self.files.channel), held=there[path])
            if found is not None:
                held[path] = found
        # A file that is in the index and was deleted by hand is put back.
        present = self.files.present(held)
        missing = (item for item in incoming if item.record.path not in present)
        return list({item.record.path: item for item in missing}.values())

    def _record(self, record: PackageRecord, entry: Entry) -> PackageRecord:
        """Return the record in the entry of a package, with the sha256 of its file if need be."""
        contents = self.contents[record.subdir]
        where = f"{self.files.channel.url}/{record.subdir}/{INDEX}"
        held = parse_record(record.file, entry, record.subdir, where)
        return self.files.identified(held, contents.text.info)


def subdirs_of(records: Iterable[PackageRecord]) -> list[Subdir]:
    """Return the subdirs of packages; raise PackageError, UsageError for names that lead out.

    Each is at its first place, so that what is first in the list is published first.
    """
    subdirs: dict[Subdir, None] = {}
    for record in records:
        check_file_name(record.file)
        subdirs[parse_subdir(record.subdir)] = None
    return list(subdirs)


def is_package_path(path: str) -> bool:
    """Tell whether it could be the path of a package within its channel."""
    subdir, _, file = path.partition("/")
    try:
        parse_subdir(subdir)
        check_file_name(file)
    except (PackageError, UsageError):
        return False
    return True


def is_subdir(name: str) -> bool:
    """Tell whether it is the name of a subdir."""
    try:
        parse_subdir(name)
    except UsageError:
        return False
    return True
