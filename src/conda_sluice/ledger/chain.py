"""The hash chain of a ledger: each event names the one before it, and is named by its content."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace

from conda_sluice.errors import DamagedError
from conda_sluice.model.event import Event
from conda_sluice.model.event_text import canonical_json, event_from, event_mapping
from conda_sluice.model.names import PackageName

_REMEDY = "restore the ledger from a copy; what it says of this package cannot be trusted"


def link_event(event: Event, previous: str) -> Event:
    """Return the event as the ledger keeps it: after `previous`, with its id, data as JSON."""
    data = json.loads(canonical_json(event.data))
    linked = replace(event, data=data, previous=previous, id="")
    return replace(linked, id=_id_of(linked))


def to_json(event: Event) -> bytes:
    """Serialise an event the same way each time: keys sorted, one line."""
    return f"{canonical_json(event_mapping(event))}\n".encode("ascii")


def parse_event(data: bytes, where: str) -> Event:
    """Parse what `to_json` wrote; raise DamagedError when it, or its id, is anything else."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise DamagedError(f"is no JSON: {error}", where, _REMEDY) from error
    try:
        event = event_from(value)
    except (KeyError, TypeError, ValueError) as error:
        raise DamagedError(f"is no event: {error}", where, _REMEDY) from error
    if event.id != _id_of(event):
        raise DamagedError("was changed after it was written", where, _REMEDY)
    return event


def check_chain(name: PackageName, chain: Sequence[tuple[str, Event]]) -> None:
    """Raise DamagedError at the first place where an event does not follow the one before it.

    Each event comes with the place to name in the error.
    """
    previous = ""
    for where, event in chain:
        if event.name != name:
            raise DamagedError(f"is an event of {event.name}, not of {name}", where, _REMEDY)
        if event.previous != previous:
            raise DamagedError("does not follow the event before it", where, _REMEDY)
        previous = event.id


def _id_of(event: Event) -> str:
    facts = {key: value for key, value in event_mapping(event).items() if key != "id"}
    return hashlib.sha256(canonical_json(facts).encode("ascii")).hexdigest()
