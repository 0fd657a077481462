"""Where the solver looks: our sources as py-rattler's, and what it answered as our lock."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote, urlsplit

from conda_sluice.effects.scrub import bare_url
from conda_sluice.errors import StoreError
from conda_sluice.model.environment import (
    ChannelSource,
    LockedPackage,
    RecordSource,
    Solution,
    SolveSource,
)
from conda_sluice.model.package import PackageRecord

if TYPE_CHECKING:
    import rattler


class RecordList:
    """Records offered to the solver as a channel (py-rattler's RepoDataSource)."""

    def __init__(self, source: RecordSource) -> None:
        self._channel = source.url
        self._records: dict[str, dict[str, list[tuple[PackageRecord, str]]]] = defaultdict(dict)
        for record, url in source.records:
            self._records[record.subdir].setdefault(record.name, []).append((record, url))

    async def fetch_package_records(
        self, platform: "rattler.Subdir", name: "rattler.PackageName"
    ) -> "list[rattler.RepoDataRecord]":
        """Return the records of one name in one subdir."""
        found = self._records[str(platform)].get(name.normalized, ())
        return [_offer(record, url, self._channel) for record, url in found]

    def package_names(self, platform: "rattler.Subdir") -> list[str]:
        """Return all names in one subdir."""
        return sorted(self._records[str(platform)])


def to_rattler(source: SolveSource) -> "rattler.Channel | RecordList":
    """Return what py-rattler solves from; raise StoreError when a channel's folder is missing."""
    import rattler

    match source:
        case RecordSource():
            return RecordList(source)
        case ChannelSource(url):
            folder = local_path(url)
            if folder is not None and not folder.is_dir():
                raise StoreError(
                    "there is no such channel folder",
                    str(folder),
                    "make the channel first, or correct its URL in channels.yaml",
                )
            return rattler.Channel(url)


def to_solution(records: "Sequence[rattler.RepoDataRecord]") -> Solution:
    """Return the records as a lock, dependencies first."""
    import rattler

    by_name = {record.name.normalized: record for record in records}
    ordered = rattler.PackageRecord.sort_topologically(list(records))
    return Solution(tuple(_lock(by_name[record.name.normalized]) for record in ordered))


def local_path(url: str) -> Path | None:
    """Return the path of a `file://` URL, None for any other."""
    parts = urlsplit(url)
    return Path(unquote(parts.path)) if parts.scheme == "file" else None


def _offer(record: PackageRecord, url: str, channel: str) -> "rattler.RepoDataRecord":
    from rattler import BuildString, RepoDataRecord
    from rattler import PackageRecord as RattlerRecord

    offered = RattlerRecord(
        record.name,
        record.version,
        BuildString(record.build),
        record.build_number,
        record.subdir,
        noarch=_noarch(record),
        depends=list(record.depends),
        constrains=list(record.constrains),
        sha256=bytes.fromhex(record.sha256),
        size=record.size,
        license=record.license or None,
    )
    if record.timestamp:
        offered.timestamp = datetime.fromtimestamp(record.timestamp / 1000, tz=UTC)
    return RepoDataRecord(offered, record.file, url, channel)


def _noarch(record: PackageRecord) -> Literal["python", "generic"] | None:
    match record.noarch:
        case "python" | "generic" as kind:
            return kind
        case _:
            return None


def _lock(record: "rattler.RepoDataRecord") -> LockedPackage:
    if record.sha256 is None:
        raise StoreError(
            "the channel's index gives no sha256 for this package",
            record.url,
            "index the channel anew",
        )
    return LockedPackage(bare_url(record.url), record.sha256.hex())
