"""Events of the ledger: what happened to a package file, when, by whom."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from heapq import merge

from conda_sluice.model.names import PackageName, Subdir


class EventKind(StrEnum):
    """What can happen to a package."""

    BUILT = "built"
    UPLOADED = "uploaded"
    BACKFILLED = "backfilled"
    TESTED = "tested"
    PROMOTED = "promoted"
    COPIED = "copied"
    ADOPTED = "adopted"
    UNDONE = "undone"
    PRUNED = "pruned"
    YANKED = "yanked"
    UNYANKED = "unyanked"
    APPROVED = "approved"
    OVERRIDDEN = "overridden"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line of a package's history.

    `when` is ISO 8601 in UTC; `previous` the id of the event before it in this package's chain,
    "" for the first; `id` the sha256 over everything else, "" until the ledger has taken it.
    `data` is JSON of the kind's own (for `tested`: channel, outcome, environment, …).
    """

    kind: EventKind
    name: PackageName
    subdir: Subdir
    file: str
    sha256: str
    channel: str
    when: str
    who: str
    data: Mapping[str, object] = field(default_factory=dict)
    previous: str = ""
    id: str = ""

    @property
    def path(self) -> str:
        """Return `<subdir>/<file name>`."""
        return f"{self.subdir}/{self.file}"


def in_order(chains: Iterable[Sequence[Event]]) -> tuple[Event, ...]:
    """Merge chains by time; within a chain the order stays, whatever its clocks say."""
    timed = []
    for chain in chains:
        latest = ""
        stamps = []
        for place, event in enumerate(chain):
            latest = max(latest, event.when)
            stamps.append(((latest, event.name, place), event))
        timed.append(stamps)
    return tuple(event for _, event in merge(*timed, key=lambda stamp: stamp[0]))
