"""The package files in the folder of a channel."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.package import PackageRecord
from conda_sluice.stores.directory.channel_folder import ChannelFolder
from conda_sluice.stores.directory.package_files import Digests, Incoming, read_checksums
from conda_sluice.stores.static.holdings import Holdings


@dataclass(frozen=True, slots=True)
class FilesInFolder:
    """Implements `PackageFiles`."""

    folder: ChannelFolder
    digests: Digests

    @property
    def channel(self) -> ChannelRef:
        """Return the channel."""
        return self.folder.channel

    def identified(self, record: PackageRecord, info: Mapping[str, object]) -> PackageRecord:
        """Return the record with the sha256 of its file, if it has none; `info` of its index."""
        return self.digests.identified(record, self.folder.packages_at(record.subdir, info))

    def present(self, paths: Iterable[str]) -> frozenset[str]:
        """Return those of the files that are there."""
        return frozenset(path for path in paths if (self.folder.path / path).exists())

    def sha256(self, path: str) -> str:
        """Return the sha256 of a file, "" where there is none."""
        file = self.folder.path / path
        return read_checksums(file).sha256 if file.exists() else ""


def outgoing(folder: ChannelFolder, there: Holdings, record: PackageRecord) -> Incoming:
    """Return a package that the channel shows as one on its way into another channel."""
    held, entry = there.shown(record)
    contents = there.contents[record.subdir]
    return Incoming(
        folder.packages_at(record.subdir, contents.text.info) / record.file,
        held,
        entry,
        may_link=True,
        patches=contents.patches.about(record.file),
        check_md5=contents.bookmark is None or contents.bookmark.spans is None,
    )
