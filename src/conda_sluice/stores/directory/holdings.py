"""What a channel holds: its packages by sha256, also where the index does not tell it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from conda_sluice.errors import ConflictError, DamagedError
from conda_sluice.index.repodata import Entry, parse_record
from conda_sluice.index.settle import Contents
from conda_sluice.model.names import Subdir
from conda_sluice.model.package import PackageRecord
from conda_sluice.stores.directory.channel_folder import ChannelFolder
from conda_sluice.stores.directory.package_files import Digests, Incoming, read_checksums


@dataclass(frozen=True, slots=True)
class Holdings:
    """Some subdirs of one channel."""

    folder: ChannelFolder
    contents: Mapping[Subdir, Contents]
    digests: Digests

    def held(self, record: PackageRecord) -> PackageRecord | None:
        """Return what the channel has under the name of a package, hidden or not."""
        entry = self.contents[record.subdir].plain(record.file)
        return None if entry is None else self._record(record, entry)

    def _record(self, record: PackageRecord, entry: Entry) -> PackageRecord:
        """Return the record in the entry of a package, with the sha256 of its file if need be."""
        contents = self.contents[record.subdir]
        place = self.folder.packages_at(record.subdir, contents.text.info)
        where = str(self.folder.index_path(record.subdir))
        held = parse_record(record.file, entry, record.subdir, where)
        return self.digests.identified(held, place)

    def refuse_absent(self, records: Sequence[PackageRecord]) -> None:
        """Raise DamagedError where the channel does not hold one of the packages."""
        for record in records:
            held = self.held(record)
            if held is None or held.sha256 != record.sha256:
                raise self._absent(record)

    def outgoing(self, record: PackageRecord) -> Incoming:
        """Return a package that the channel shows as one on its way into another channel."""
        contents = self.contents[record.subdir]
        entry = contents.shown(record.file)
        held = None if entry is None else self._record(record, entry)
        if entry is None or held is None or held.sha256 != record.sha256:
            raise self._absent(record)
        place = self.folder.packages_at(record.subdir, contents.text.info)
        return Incoming(
            place / record.file,
            held,
            {**entry, "sha256": held.sha256},
            may_link=True,
            patches=contents.patches.about(record.file),
            check_md5=contents.bookmark is None or contents.bookmark.spans is None,
        )

    def leaving(self, records: Sequence[PackageRecord]) -> list[PackageRecord]:
        """Return those that the index names; raise DamagedError for another file of the name."""
        leaving = []
        for record in records:
            held, path = self.held(record), self.folder.path / record.path
            sha256 = held.sha256 if held is not None else ""
            if held is None and path.exists():
                sha256 = read_checksums(path).sha256
            if sha256 and sha256 != record.sha256:
                raise DamagedError(
                    f"holds {record.path} with sha256 {sha256}, not {record.sha256}",
                    self.folder.channel.url,
                    "look what it is: nothing was changed",
                )
            leaving += [record] if held is not None else []
        return leaving

    def missing(self, incoming: Sequence[Incoming]) -> list[Incoming]:
        """Return what is not there yet; raise ConflictError for another file of the same name."""
        there: dict[str, str] = {}
        missing: dict[str, Incoming] = {}
        for item in incoming:
            path, sha256 = item.record.path, item.record.sha256
            held = self.held(item.record)
            if there.setdefault(path, sha256 if held is None else held.sha256) != sha256:
                raise ConflictError(
                    f"holds another file named {path} (sha256 {there[path]}, not {sha256})",
                    str(self.folder.channel),
                    "a published file is never replaced: give the new one another build number",
                )
            # A file that is in the index and was deleted by hand is put back.
            if held is None or not (self.folder.path / path).exists():
                missing[path] = item
        return list(missing.values())

    def _absent(self, record: PackageRecord) -> DamagedError:
        return DamagedError(
            f"does not hold {record.path} with sha256 {record.sha256}",
            self.folder.channel.url,
            "someone changed the channel meanwhile: run the command again",
        )
