"""Keep a lower channel as rich as those above it, name by name (CEP 42, strict priority).

Under strict priority a lower channel hides the names it has; so for each name that it has, it
must hold every file of that name that the channels above hold.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from conda_sluice.model.names import PackageName
from conda_sluice.model.package import PackageRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Backfill:
    """What one channel of the ladder lacks of another; both are indices, lowest first."""

    lower: int
    upper: int
    records: tuple[PackageRecord, ...]


def plan_backfill(
    rungs: Sequence[Sequence[PackageRecord]],
    at: int = 0,
    arriving: Collection[PackageName] = (),
    hidden: Sequence[Sequence[PackageRecord]] = (),
) -> tuple[Backfill, ...]:
    """Return what to copy down so that no channel hides a file of a channel above it.

    `arriving` are names that the channel at `at` is about to get; `hidden` is what was yanked from
    each channel: it is meant not to be seen there.
    """
    found = []
    for lower, records in enumerate(rungs):
        names = {record.name for record in records} | set(arriving if lower == at else ())
        present = {one.path for one in (*records, *(hidden[lower] if hidden else ()))}
        for upper in range(lower + 1, len(rungs)):
            missing = tuple(
                one for one in rungs[upper] if one.name in names and one.path not in present
            )
            present.update(one.path for one in missing)
            if missing:
                found.append(Backfill(lower=lower, upper=upper, records=missing))
    return tuple(found)
