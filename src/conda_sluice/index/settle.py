"""What a change makes of the index of a subdir: patches laid over it, hidden packages left out.

The plain entry of a package, as the package says it, is in the index, or among what is kept. From
plain entries, patches and who is hidden follows what is published; so the same change, settled
again after a crash, ends the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from conda_sluice.index.kept import Kept
from conda_sluice.index.patches import Instructions
from conda_sluice.index.repodata import Entry
from conda_sluice.index.text import IndexText
from conda_sluice.model.names import Subdir


@dataclass(frozen=True, slots=True)
class Contents:
    """All that is said of the packages of a subdir."""

    subdir: Subdir
    text: IndexText
    kept: Kept = field(default_factory=Kept)
    patches: Instructions = field(default_factory=Instructions)

    def plain(self, file: str) -> Entry | None:
        """Return the entry as the package says it, None where the channel has no such package."""
        published = self.text.entry(file)
        kept = self.kept.entries.get(file)
        if published is None:
            return kept if file in self.text.removed else None
        if kept is not None and kept.get("sha256") == published.get("sha256"):
            return kept
        return published

    def is_hidden(self, file: str) -> bool:
        """Tell whether the channel has the package and does not show it to solvers."""
        return self.text.entry(file) is None and self.plain(file) is not None

    @property
    def hidden(self) -> Mapping[str, Entry]:
        """Return the plain entries of the packages that are hidden, by file name, sorted."""
        return {
            file: entry for file, entry in sorted(self.kept.entries.items()) if self.is_hidden(file)
        }


@dataclass(frozen=True, slots=True)
class Change:
    """What is to become of packages, by file name."""

    add: Mapping[str, Entry] = field(default_factory=dict)
    drop: frozenset[str] = frozenset()
    hide: frozenset[str] = frozenset()
    show: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Settled:
    """The contents after a change, and what must be kept until they are published."""

    contents: Contents
    meanwhile: Kept


def settle(before: Contents, change: Change) -> Settled:
    """Return what a change makes of a subdir; patches that are new are applied with it."""
    plain = _plain(before, change)
    hidden = _hidden(before, change, plain)
    edits: dict[str, Entry | None] = {}
    entries: dict[str, Entry] = {}
    unseen = set()
    for file, entry in plain.items():
        published = None
        if entry is not None and (file in hidden or before.patches.removes(file)):
            unseen.add(file)
        elif entry is not None:
            published = before.patches.apply(file, entry)
        if entry is not None and published != entry:
            entries[file] = entry
        if published != before.text.entry(file):
            edits[file] = published
    removed = sorted({*before.text.removed} - plain.keys() | unseen)
    outer = _outer(before, removed)
    text = before.text
    if edits or removed != sorted(before.text.removed):
        text = text.changed(edits, outer)
    after = Kept(entries, hidden & entries.keys())
    dropped = before.kept.hidden & change.drop
    meanwhile = Kept({**before.kept.entries, **entries}, after.hidden | dropped)
    return Settled(replace(before, text=text, kept=after), meanwhile)


def _plain(before: Contents, change: Change) -> dict[str, Entry | None]:
    """Return the plain entries of all files that this change, or a patch, may concern."""
    concerned = {*before.kept.entries, *change.hide, *change.show}
    concerned |= {
        file
        for file in before.patches.files
        if before.text.entry(file) is not None or file in before.kept.entries
    }
    plain: dict[str, Entry | None] = {file: before.plain(file) for file in sorted(concerned)}
    plain |= change.add
    return plain | dict.fromkeys(change.drop)


def _hidden(before: Contents, change: Change, plain: Mapping[str, Entry | None]) -> frozenset[str]:
    """Return who is hidden; a name of which the index knows nothing any more is forgotten."""
    return frozenset(
        file
        for file in (before.kept.hidden | change.hide) - change.show - change.drop
        if plain.get(file) is not None and (file in change.hide or before.plain(file) is not None)
    )


def _outer(before: Contents, removed: list[str]) -> dict[str, object]:
    outer = {
        **before.text.outer,
        "info": {**before.text.info, "subdir": before.subdir},
        "removed": removed,
    }
    outer.setdefault("repodata_version", 1)
    return outer
