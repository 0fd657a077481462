"""Events as JSON: one text for one event, so that a digest can name it."""

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import cast

from conda_sluice.model.event import Event, EventKind
from conda_sluice.model.names import PackageName, Subdir

_TEXTS = tuple(field.name for field in fields(Event) if field.name not in {"kind", "data"})


def event_mapping(event: Event) -> dict[str, object]:
    """Return the event as a JSON object."""
    return {field.name: getattr(event, field.name) for field in fields(event)}


def event_from(value: object) -> Event:
    """Return the event of a JSON object; raise KeyError, TypeError or ValueError for others."""
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


def canonical_json(value: object) -> str:
    """Serialise: keys sorted, no white space, so that equal values are equal texts."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False, default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is no JSON")
