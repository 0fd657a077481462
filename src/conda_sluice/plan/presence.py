"""Where packages have to stand, by what the ledger tells."""

from collections.abc import Iterable, Mapping

from conda_sluice.model.event import Event, EventKind

ARRIVALS = frozenset(
    {
        EventKind.UPLOADED,
        EventKind.BACKFILLED,
        EventKind.PROMOTED,
        EventKind.COPIED,
        EventKind.ADOPTED,
    }
)
"""What makes a package stand in a channel."""

_DEPARTURES = frozenset({EventKind.UNDONE, EventKind.PRUNED})


def present_by(events: Iterable[Event]) -> Mapping[tuple[str, str], str]:
    """Return the sha256 of what stands somewhere, by channel name and path.

    What is undone may have been a yank, which took nothing out: then the package is there still.
    """
    there: dict[tuple[str, str], str] = {}
    yanks: set[str] = set()
    for event in events:
        place = event.channel, event.path
        if event.kind in ARRIVALS:
            there[place] = event.sha256
        elif event.kind in {EventKind.YANKED, EventKind.UNYANKED}:
            yanks.add(str(event.data.get("transaction", "")))
        elif event.kind in _DEPARTURES and str(event.data.get("undoes", "")) not in yanks:
            there.pop(place, None)
    return there
