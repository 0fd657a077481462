"""`channel_relations` (CEP 42): a channel says which channel it overrides, by a relative path."""

from collections.abc import Mapping
from posixpath import basename, relpath
from typing import cast
from urllib.parse import urlsplit


def reference_to(overridden: str, channel: str) -> str | None:
    """Return how `channel` refers to the channel URL `overridden`: `../testing`.

    CEP 42 knows only paths that start with `../`; None where none leads there, because the two
    lie on different servers.
    """
    here, there = urlsplit(channel), urlsplit(overridden)
    if (here.scheme, here.netloc) != (there.scheme, there.netloc):
        return None
    start = here.path.rstrip("/")
    path = relpath(there.path.rstrip("/") or "/", start or "/")
    return path if path.startswith("../") else f"../{basename(start)}/{path}"


def overrides_of(info: Mapping[str, object]) -> str | None:
    """Return the reference to the channel that this one overrides, None where there is none.

    `info` is that section of an index.
    """
    value = _relations(info).get("overrides")
    return value if isinstance(value, str) else None


def with_overrides(info: Mapping[str, object], reference: str | None) -> Mapping[str, object]:
    """Return the section with that reference, the same value where it says so already."""
    if overrides_of(info) == reference:
        return info
    relations = {key: value for key, value in _relations(info).items() if key != "overrides"}
    if reference is not None:
        relations["overrides"] = reference
    changed = {key: value for key, value in info.items() if key != "channel_relations"}
    if relations:
        changed["channel_relations"] = relations
    return changed


def _relations(info: Mapping[str, object]) -> dict[str, object]:
    value = info.get("channel_relations")
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}
