"""What the index of a subdir does not show and must not lose: plain entries, and who is hidden.

An entry is kept here as its package says it while a patch changes it in the index, or while the
package is hidden.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from conda_sluice.errors import DamagedError, PackageError
from conda_sluice.index.repodata import Entry, Repodata
from conda_sluice.index.text import IndexText
from conda_sluice.model.entry import check_file_name

_REMEDY = "restore the file from a copy; without it, hidden packages are shown again"


@dataclass(frozen=True, slots=True)
class Kept:
    """Plain entries by file name, and the files that somebody hid."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.entries or self.hidden)

    def to_json(self) -> bytes:
        """Serialise, equal values as equal bytes."""
        document = {"entries": self.entries, "hidden": sorted(self.hidden), "version": 1}
        return json.dumps(document, sort_keys=True, separators=(",", ":")).encode("ascii")


def adopted(text: IndexText, plain: Repodata) -> Kept:
    """Return what is to be kept of an index that another tool has patched.

    `plain` is what it had before: `repodata_from_packages.json`.
    """
    entries: dict[str, Entry] = {}
    removed = set(text.removed)
    for file, entry in plain.entries.items():
        published = text.entry(file)
        if published is None:
            is_patched = file in removed
        else:
            is_patched = published != entry and published.get("sha256") == entry.get("sha256")
        if is_patched:
            entries[file] = entry
    return Kept(entries)


def parse_kept(data: bytes, where: str) -> Kept:
    """Parse what `to_json` returns; raise DamagedError, with `where` as its place."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise DamagedError(f"is no JSON: {error}", where, _REMEDY) from error
    entries = document.get("entries") if isinstance(document, dict) else None
    hidden = document.get("hidden") if isinstance(document, dict) else None
    if (
        not isinstance(entries, dict)
        or not all(isinstance(entry, dict) for entry in entries.values())
        or not isinstance(hidden, list)
        or not all(isinstance(file, str) for file in hidden)
    ):
        raise DamagedError("does not hold 'entries' and 'hidden' as it must", where, _REMEDY)
    try:
        for file in (*entries, *hidden):
            check_file_name(file)
    except PackageError as error:
        raise DamagedError(error.what, where, _REMEDY) from error
    return Kept(cast("Mapping[str, Entry]", entries), frozenset(hidden))
