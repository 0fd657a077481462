"""What a change makes of the index of a subdir: patches laid over it, hidden packages left out.

The plain entry of a package, as the package says it, is in the index, or among what is kept. From
plain entries, patches and who is hidden follows what is published; so the same change, settled
again after a crash, ends the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from conda_sluice.index.bookmark import Bookmark
from conda_sluice.index.kept import Kept
from conda_sluice.index.patches import Instructions
from conda_sluice.index.repodata import Entry
from conda_sluice.index.text import IndexText
from conda_sluice.model.names import Subdir


@dataclass(frozen=True, slots=True)
class Contents:
    """All that is said of the packages of a subdir.

    `bookmark` is that of the index as it was read, None where it has none; `is_settled` says that
    nothing has changed since patches and hidden packages were last applied; `patch_digest` is that
    of the file of patches, "" where there is none.
    """

    subdir: Subdir
    text: IndexText
    kept: Kept = field(default_factory=Kept)
    patches: Instructions = field(default_factory=Instructions)
    bookmark: Bookmark | None = None
    is_settled: bool = False
    patch_digest: str = ""

    def plain(self, file: str) -> Entry | None:
        """Return the entry as the package says it, None where the channel has no such package."""
        shown = self.shown(file)
        if shown is None and file in self.kept.entries and file in self.text.removed:
            return self.kept.entries[file]
        return shown

    def shown(self, file: str) -> Entry | None:
        """Return the entry as the package says it, None where solvers do not see the package."""
        published = self.text.entry(file)
        kept = self.kept.entries.get(file)
        if published is None or kept is None or kept.get("sha256") != published.get("sha256"):
            return published
        return kept

    def is_hidden(self, file: str) -> bool:
        """Tell whether the channel has the package and does not show it to solvers."""
        return self.plain(file) is not None and self.shown(file) is None

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
    """The contents after a change.

    `meanwhile` must be kept until they are published; `touched` are the files of which the index
    says something else than before, None where that is not known.
    """

    contents: Contents
    meanwhile: Kept
    touched: frozenset[str] | None = frozenset()
    has_new_text: bool = False


def settle(before: Contents, change: Change) -> Settled:
    """Return what a change makes of a subdir; patches that are new are applied with it."""
    plain = _plain(before, change)
    hidden = _hidden(before, change, plain)
    edits: dict[str, Entry | None] = {}
    entries = {file: one for file, one in before.kept.entries.items() if file not in plain}
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
    removed = {*before.text.removed} - plain.keys() | unseen
    switched = removed ^ {*before.text.removed}
    text = before.text
    if edits or switched:
        text = text.changed(edits, _outer(before, sorted(removed)))
    after = Kept(entries, hidden & entries.keys())
    dropped = before.kept.hidden & change.drop
    return Settled(
        replace(before, text=text, kept=after, is_settled=True),
        Kept({**before.kept.entries, **entries}, after.hidden | dropped),
        frozenset({*edits, *switched}),
        has_new_text=text is not before.text,
    )


def _plain(before: Contents, change: Change) -> dict[str, Entry | None]:
    """Return the plain entries of all files that this change, or a patch, may concern."""
    concerned = {*change.hide, *change.show}
    if not before.is_settled:
        concerned |= before.kept.entries.keys()
        concerned |= {file for file in before.patches.files if before.text.entry(file) is not None}
    plain: dict[str, Entry | None] = {file: before.plain(file) for file in sorted(concerned)}
    plain |= change.add
    return plain | dict.fromkeys(change.drop)


def _hidden(before: Contents, change: Change, plain: Mapping[str, Entry | None]) -> frozenset[str]:
    """Return who is hidden; a name of which the index knows nothing any more is forgotten."""
    if before.is_settled:
        return (before.kept.hidden | change.hide) - change.show - change.drop
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
