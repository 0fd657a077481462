"""What the ledger knows of packages."""

from collections.abc import Sequence

from conda_sluice.errors import UsageError
from conda_sluice.model.event import Event, in_order
from conda_sluice.model.names import parse_package_name
from conda_sluice.pipeline.bench import Bench


def history(bench: Bench, packages: Sequence[str]) -> tuple[Event, ...]:
    """Return the events of packages, of all for none; raise UsageError for a name without any."""
    if not packages:
        return tuple(bench.ledger.events())
    chains = []
    for name in dict.fromkeys(map(parse_package_name, packages)):
        events = bench.ledger.events(name)
        if not events:
            raise UsageError(f"the ledger knows no {name}", remedy="sluice status")
        chains.append(events)
    return in_order(chains)
