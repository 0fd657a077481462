"""The package files of a channel in a bucket."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from conda_sluice.effects.s3.refusals import AbsentError
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.package import PackageRecord
from conda_sluice.model.refusals import missing_file, wrong_file
from conda_sluice.stores.s3.channel import ChannelInBucket
from conda_sluice.stores.s3.downloading import download
from conda_sluice.stores.s3.proving import read_sha256


@dataclass(frozen=True, slots=True)
class FilesInBucket:
    """Implements `PackageFiles`; `digests` remembers the sha256 of objects by URL and ETag."""

    bucket: ChannelInBucket
    digests: dict[tuple[str, str], str]

    @property
    def channel(self) -> ChannelRef:
        """Return the channel."""
        return self.bucket.channel

    def identified(self, record: PackageRecord, info: Mapping[str, object]) -> PackageRecord:
        """Return the record with the sha256 of its file, if it has none; `info` of its index."""
        if record.sha256:
            return record
        self.bucket.refuse_far_files(record.subdir, info)
        return replace(record, sha256=self.sha256(record.path))

    def present(self, paths: Iterable[str]) -> frozenset[str]:
        """Return those of the files that are there."""
        objects, names = self.bucket.objects, list(paths)
        found = objects.server.map(objects.find, names)
        return frozenset(name for name, one in zip(names, found, strict=True) if one is not None)

    def sha256(self, path: str) -> str:
        """Return the sha256 of a file, "" where there is none."""
        objects = self.bucket.objects
        found = objects.find(path)
        if found is None:
            return ""
        key = (objects.where(path), found.etag)
        if key not in self.digests:
            self.digests[key] = read_sha256(objects, path)
        return self.digests[key]

    def written_sha256(self, path: str) -> str:
        """Return the sha256 that was written with a file, else its own; "" where there is none."""
        found = self.bucket.objects.find(path)
        return found.sha256 or self.sha256(path) if found is not None else ""

    def get(self, record: PackageRecord, folder: Path) -> Path:
        """Bring a package file into a folder; raise DamagedError where it is not that file."""
        objects = self.bucket.objects
        target = folder / record.file
        try:
            temporary, sha256 = download(objects, record.path, folder)
        except AbsentError as error:
            raise missing_file(objects.where(record.path)) from error
        try:
            size = temporary.stat().st_size
            if sha256 != record.sha256 or (record.size and size != record.size):
                raise wrong_file(sha256, record.sha256, objects.where(record.path))
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
        return target

    def remove(self, records: Sequence[PackageRecord]) -> None:
        """Remove the files of packages."""
        objects = self.bucket.objects
        objects.server.map(objects.delete, dict.fromkeys(record.path for record in records))
