"""What the ledger knows of packages."""

from collections.abc import Sequence

from conda_sluice.errors import UsageError
from conda_sluice.model.event import Event
from conda_sluice.model.names import parse_package_name
from conda_sluice.pipeline.bench import Bench


def history(bench: Bench, packages: Sequence[str]) -> tuple[Event, ...]:
    """Return the events of packages, of all for none; raise UsageError for a name without any."""
    if not packages:
        return tuple(bench.ledger.events())
    found: list[Event] = []
    for package in packages:
        events = bench.ledger.events(parse_package_name(package))
        if not events:
            raise UsageError(f"the ledger knows no {package}", remedy="sluice status")
        found.extend(events)
    return tuple(sorted(found, key=lambda event: event.when))
