"""In which order packages are published, so that none is there before what it needs."""

from collections.abc import Sequence

from conda_sluice.model.names import PackageName, Subdir
from conda_sluice.model.package import PackageRecord
from conda_sluice.plan.requirement import required_name


def publishing_order(records: Sequence[PackageRecord]) -> tuple[tuple[PackageRecord, ...], ...]:
    """Return groups of one subdir each, dependencies first, as few as that allows.

    The index of one subdir is switched at once, so only what lies in several subdirs needs an
    order. Packages that need each other across subdirs go when nothing else is left.
    """
    left = sorted(records, key=lambda one: one.path)
    groups: list[tuple[PackageRecord, ...]] = []
    while left:
        ready = max(
            (_ready(left, subdir) for subdir in sorted({one.subdir for one in left})), key=len
        )
        group = ready or [one for one in left if one.subdir == left[0].subdir]
        groups.append(tuple(group))
        gone = {one.path for one in group}
        left = [one for one in left if one.path not in gone]
    return tuple(groups)


def _ready(left: Sequence[PackageRecord], subdir: Subdir) -> list[PackageRecord]:
    """Return the packages of a subdir that need, of all that are left, only one another."""
    there = {one.name for one in left}
    ready = [one for one in left if one.subdir == subdir]
    while True:
        elsewhere = there - {one.name for one in ready}
        kept = [one for one in ready if not _needs(one) & elsewhere]
        if len(kept) == len(ready):
            return kept
        ready = kept


def _needs(record: PackageRecord) -> set[PackageName]:
    return {required_name(spec) for spec in record.depends} - {record.name}
