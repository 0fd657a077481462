"""What moves together: the files of a release, and what the configuration names."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from conda_sluice.model.evidence import Evidence
from conda_sluice.model.package import PackageRecord
from conda_sluice.plan.promotion.matching import newest
from conda_sluice.plan.promotion.target import Target

Release = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class MoveSet:
    """Files that move whole or not at all, `what` they have in common; `missing` names nobody has.

    A file may be in several sets.
    """

    what: str
    paths: frozenset[str]
    missing: tuple[str, ...] = ()


def release_of(record: PackageRecord) -> Release:
    """Return what the files of one release share."""
    return record.name, record.version, record.build_number


def find_sets(evidence: Sequence[Evidence], target: Target) -> tuple[MoveSet, ...]:
    """Return the sets among the candidates; one that is on its own is in none."""
    records = [one.record for one in evidence]
    found = [*releases(records), *_outputs(evidence), *_named(evidence, target)]
    return tuple(one for one in found if len(one.paths) > 1 or one.missing)


def whole(path: str, sets: Sequence[MoveSet]) -> frozenset[str]:
    """Return the files that a file has to move with, itself among them."""
    found, before = frozenset({path}), frozenset[str]()
    while found != before:
        before = found
        found = found.union(*(one.paths for one in sets if not one.paths.isdisjoint(found)))
    return found


def releases(records: Iterable[PackageRecord]) -> Sequence[MoveSet]:
    """Return the sets of variants and subdirs: one name, version and build number."""
    files: dict[Release, set[str]] = defaultdict(set)
    for record in records:
        files[release_of(record)].add(record.path)
    return [MoveSet("the same release", frozenset(paths)) for paths in files.values()]


def _outputs(evidence: Sequence[Evidence]) -> Iterator[MoveSet]:
    """Find outputs: packages of several names that were made, or planned, as one release."""
    files: dict[str, set[str]] = defaultdict(set)
    for one in evidence:
        files[one.release].add(one.record.path)
    return (MoveSet("the same release", frozenset(paths)) for paths in files.values())


def _named(evidence: Sequence[Evidence], target: Target) -> Iterator[MoveSet]:
    """Find the sets of channels.yaml: of each name the newest release that wants to climb."""
    candidates: dict[str, list[PackageRecord]] = defaultdict(list)
    for one in evidence:
        candidates[one.record.name].append(one.record)
    there = {record.name for record in (*target.records, *target.inherited)}
    for title, names in target.sets:
        latest = [newest(candidates[name]) for name in names if candidates.get(name)]
        if latest:
            yield MoveSet(
                f"the set {title}",
                frozenset(
                    record.path
                    for one in latest
                    for record in candidates[one.name]
                    if release_of(record) == release_of(one)
                ),
                tuple(one for one in names if one not in there and not candidates.get(one)),
            )
