"""Keep a lower channel as rich as those above it, name by name (CEP 42, strict priority).

Under strict priority a lower channel hides the names it has; so for each name that it has, it
must hold every file of that name that the channels above hold.
"""

from collections.abc import Collection, Sequence

from conda_sluice.model.names import PackageName
from conda_sluice.model.package import PackageRecord


def plan_backfill(
    lower: Sequence[PackageRecord],
    upper: Sequence[PackageRecord],
    arriving: Collection[PackageName] = (),
) -> tuple[PackageRecord, ...]:
    """Return the records of `upper` that `lower` lacks.

    `arriving` are names that `lower` is about to get.
    """
    names = {record.name for record in lower} | set(arriving)
    present = {record.path for record in lower}
    return tuple(record for record in upper if record.name in names and record.path not in present)
