"""A full index from the package files: the repair path, which means what it meant before.

What an index names must be there and be what it says: a file that is missing or another one is
for a person to decide on. An index that cannot be read is made from what lies in the channel.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from conda_sluice.effects.artifact import read_artifact
from conda_sluice.errors import DamagedError, PackageError
from conda_sluice.index.kept import Kept
from conda_sluice.index.repodata import Entry, entry_of
from conda_sluice.index.settle import Change, Contents, Settled, settle

_REMEDY = "bring the file back from a copy, or remove the package from the channel"


def anew(before: Contents, plain: Mapping[str, Entry]) -> Settled:
    """Return the contents made of the entries that the packages tell themselves."""
    emptied = replace(before, text=_emptied(before).text, kept=Kept(), is_settled=False)
    settled = settle(emptied, Change(add=plain, hide=before.kept.hidden))
    return replace(settled, touched=None, has_new_text=True)


def entry_in(path: Path, said: Mapping[str, object], where: str) -> Entry:
    """Return the entry that a package file tells; raise DamagedError, with `where` as its place.

    `said` is what the index says of it, {} where nothing is said.
    """
    try:
        artifact = read_artifact(path)
    except PackageError as error:
        raise DamagedError(error.what, where, _REMEDY) from error
    for name in ("sha256", "md5"):
        if said.get(name) and said[name] != getattr(artifact.record, name):
            raise DamagedError(f"is not the file that the index names ({name})", where, _REMEDY)
    return entry_of(artifact.index, artifact.record)


def _emptied(before: Contents) -> Contents:
    """Return the contents without any package: patches and relations stay."""
    edits: dict[str, Entry | None] = {file: None for file, _ in before.text.members()}
    outer = {**before.text.outer, "removed": []}
    return replace(before, text=before.text.changed(edits, outer))
