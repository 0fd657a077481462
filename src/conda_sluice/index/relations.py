"""`channel_relations` (CEP 42): a channel says which channel it overrides, by a relative path."""

from dataclasses import replace
from posixpath import basename, relpath
from typing import cast
from urllib.parse import urlsplit

from conda_sluice.index.repodata import Repodata


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


def overrides_of(repodata: Repodata) -> str | None:
    """Return the reference to the channel that this one overrides, None where there is none."""
    value = _relations(repodata).get("overrides")
    return value if isinstance(value, str) else None


def with_overrides(repodata: Repodata, reference: str | None) -> Repodata:
    """Return the index with that reference, the same value where it says so already."""
    if overrides_of(repodata) == reference:
        return repodata
    relations = {key: value for key, value in _relations(repodata).items() if key != "overrides"}
    if reference is not None:
        relations["overrides"] = reference
    info = {key: value for key, value in repodata.info.items() if key != "channel_relations"}
    if relations:
        info["channel_relations"] = relations
    return replace(repodata, document={**repodata.document, "info": info})


def _relations(repodata: Repodata) -> dict[str, object]:
    value = repodata.info.get("channel_relations")
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}
