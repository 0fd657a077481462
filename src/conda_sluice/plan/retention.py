"""Which packages of a channel are old enough to go, and which stay all the same."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from conda_sluice.model.config import Retention
from conda_sluice.model.names import PackageName
from conda_sluice.model.package import PackageRecord
from conda_sluice.model.version import rank


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """One channel with what its retention has to know.

    `arrived` is when a package came there, by its path, as ISO 8601; `references` why a package
    has to stay, by its path.
    """

    records: tuple[PackageRecord, ...]
    retention: Retention
    arrived: Mapping[str, str]
    references: Mapping[str, str]
    now: str


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What goes, and what is old enough and stays, with the reason."""

    going: tuple[PackageRecord, ...]
    staying: tuple[tuple[PackageRecord, str], ...]


def plan_retention(shelf: Shelf) -> Verdicts:
    """Let go what is neither among the newest versions nor young nor referred to.

    The newest version of each package never goes, whatever the settings.
    """
    going, staying = [], []
    for record in _old(shelf):
        reason = shelf.references.get(record.path, "")
        if reason:
            staying.append((record, reason))
        else:
            going.append(record)
    return Verdicts(tuple(going), tuple(staying))


def keep_needed(verdicts: Verdicts, names: Collection[PackageName], reason: str) -> Verdicts:
    """Return the verdicts with every file of `names` staying: others would fall without them."""
    kept = [one for one in verdicts.going if one.name in names]
    return Verdicts(
        tuple(one for one in verdicts.going if one.name not in names),
        (*verdicts.staying, *((one, reason) for one in kept)),
    )


def _old(shelf: Shelf) -> Sequence[PackageRecord]:
    """Return what is beyond the newest versions and beyond its days, oldest first."""
    newest = _newest(shelf.records, shelf.retention.keep or 1)
    return sorted(
        (
            one
            for one in shelf.records
            if one.version not in newest[one.name] and _is_past(one, shelf)
        ),
        key=lambda one: (one.timestamp, one.path),
    )


def _newest(records: Sequence[PackageRecord], count: int) -> Mapping[PackageName, frozenset[str]]:
    versions: dict[PackageName, set[str]] = defaultdict(set)
    for record in records:
        versions[record.name].add(record.version)
    return {
        name: frozenset(sorted(those, key=rank, reverse=True)[:count])
        for name, those in versions.items()
    }


def _is_past(record: PackageRecord, shelf: Shelf) -> bool:
    if shelf.retention.days is None:
        return True
    since = shelf.arrived.get(record.path, "")
    if not since:
        return False  # nobody knows since when it is there
    age = datetime.fromisoformat(shelf.now) - datetime.fromisoformat(since)
    return age > timedelta(days=shelf.retention.days)
