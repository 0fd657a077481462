"""The hash chain of a ledger: each event names the one before it, and is named by its content."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from heapq import merge
from typing import cast

from conda_sluice.errors import DamagedError
from conda_sluice.model.event import Event, EventKind
from conda_sluice.model.names import PackageName, Subdir

_TEXTS = tuple(field.name for field in fields(Event) if field.name not in {"kind", "data"})
_REMEDY = "restore the ledger from a copy; what it says of this package cannot be trusted"


def link_event(event: Event, previous: str) -> Event:
    """Return the event as the ledger keeps it: after `previous`, with its id, data as JSON."""
    data = json.loads(_to_text(event.data))
    linked = replace(event, data=data, previous=previous, id="")
    return replace(linked, id=_id_of(linked))


def to_json(event: Event) -> bytes:
    """Serialise an event the same way each time: keys sorted, one line."""
    return f"{_to_text(_to_mapping(event))}\n".encode("ascii")


def parse_event(data: bytes, where: str) -> Event:
    """Parse what `to_json` wrote; raise DamagedError when it, or its id, is anything else."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise DamagedError(f"is no JSON: {error}", where, _REMEDY) from error
    try:
        event = _from_mapping(value)
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


def _id_of(event: Event) -> str:
    facts = {key: value for key, value in _to_mapping(event).items() if key != "id"}
    return hashlib.sha256(_to_text(facts).encode("ascii")).hexdigest()


def _to_mapping(event: Event) -> dict[str, object]:
    return {field.name: getattr(event, field.name) for field in fields(event)}


def _from_mapping(value: object) -> Event:
    if not isinstance(value, dict):
        raise TypeError("a JSON object is expected")
    facts = cast("dict[str, object]", value)
    unknown = sorted(facts.keys() - {"kind", "data", *_TEXTS})
    if unknown:
        raise ValueError(f"unknown key {unknown[0]!r}")
    texts = {key: facts[key] for key in _TEXTS}
    if wrong := [key for key, text in texts.items() if not isinstance(text, str)]:
        raise TypeError(f"{wrong[0]!r} is no text")
    data = facts["data"]
    if not isinstance(data, dict):
        raise TypeError("'data' is no object")
    name, subdir = str(texts.pop("name")), str(texts.pop("subdir"))
    return Event(
        kind=EventKind(str(facts["kind"])),
        data=data,
        name=PackageName(name),
        subdir=Subdir(subdir),
        **{key: str(text) for key, text in texts.items()},
    )


def _to_text(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False, default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is no JSON")
