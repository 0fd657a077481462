"""Which records a requirement takes: rattler's match specs, each read once."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from conda_sluice.model.judge import RecordPool
from conda_sluice.model.names import NOARCH, Subdir
from conda_sluice.model.package import PackageRecord
from conda_sluice.model.version import is_version, rank

if TYPE_CHECKING:
    import rattler

_BUILD_STRING = re.compile(r"[A-Za-z0-9_.+]+")

ByName = Mapping[str, Sequence[PackageRecord]]


@cache
def named(spec: str) -> str:
    """Return the name that a requirement of a record asks for."""
    return spec.partition(" ")[0]


class Matcher:
    """Holds records against match specs, and keeps pools sorted by name."""

    def __init__(self) -> None:
        self._pools: dict[tuple[RecordPool, Subdir], ByName] = {}
        self._specs: dict[str, rattler.MatchSpec | None] = {}
        self._records: dict[str, rattler.PackageRecord | None] = {}

    def matches(self, spec: str, record: PackageRecord) -> bool:
        """Tell whether a record is what a requirement asks for."""
        if named(spec) == spec:
            return spec == record.name
        wanted, there = self._spec(spec), self._record(record)
        return wanted is not None and there is not None and wanted.matches(there)

    def by_name(self, pool: RecordPool, platform: Subdir) -> ByName:
        """Return what a platform sees of a pool, by name."""
        if (pool, platform) not in self._pools:
            found: dict[str, list[PackageRecord]] = defaultdict(list)
            for record in pool.records:
                if record.subdir in {platform, NOARCH}:
                    found[record.name].append(record)
            self._pools[pool, platform] = found
        return self._pools[pool, platform]

    def _spec(self, text: str) -> "rattler.MatchSpec | None":
        if text not in self._specs:
            self._specs[text] = _read_spec(text)
        return self._specs[text]

    def _record(self, record: PackageRecord) -> "rattler.PackageRecord | None":
        if record.path not in self._records:
            self._records[record.path] = _read_record(record)
        return self._records[record.path]


def _read_spec(text: str) -> "rattler.MatchSpec | None":
    from rattler import MatchSpec
    from rattler.exceptions import InvalidMatchSpecError

    try:
        return MatchSpec(text)
    except InvalidMatchSpecError:
        return None  # an index from elsewhere may hold what no solver could ever take


def _read_record(record: PackageRecord) -> "rattler.PackageRecord | None":
    from rattler import BuildString
    from rattler import PackageRecord as RattlerRecord

    if not is_readable(record):
        return None  # as above
    return RattlerRecord(
        name=record.name,
        version=record.version,
        build=BuildString(record.build),
        build_number=record.build_number,
        subdir=record.subdir,
    )


def is_readable(record: PackageRecord) -> bool:
    """Tell whether a solver can make sense of name, version and build string."""
    return (
        _BUILD_STRING.fullmatch(record.build) is not None
        and _is_name(record.name)
        and is_version(record.version)
    )


@cache
def _is_name(text: str) -> bool:
    from rattler import PackageName
    from rattler.exceptions import InvalidPackageNameError

    try:
        return PackageName(text).normalized == text
    except InvalidPackageNameError:
        return False


def newest(records: Sequence[PackageRecord]) -> PackageRecord:
    """Return the record with the highest version and build number."""
    return max(records, key=lambda one: (rank(one.version), one.build_number, one.timestamp))
