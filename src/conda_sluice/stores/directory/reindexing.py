"""A full index from the package files: the repair path, which means what it meant before.

What an index names must be there and be what it says: a file that is missing or another one is
for a person to decide on. An index that cannot be read is made from what lies in the folder.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

from conda_sluice.effects.artifact import read_artifact
from conda_sluice.errors import DamagedError, PackageError
from conda_sluice.index.bookmark import parse_bookmark
from conda_sluice.index.kept import Kept
from conda_sluice.index.repodata import Entry, Repodata, entry_of
from conda_sluice.index.settle import Change, Contents, Settled, settle
from conda_sluice.index.text import canonical
from conda_sluice.model.names import Subdir
from conda_sluice.model.package import EXTENSIONS
from conda_sluice.stores.directory.channel_folder import ChannelFolder, read_if_there
from conda_sluice.stores.directory.forms import Rules
from conda_sluice.stores.directory.inspection import all_entries
from conda_sluice.stores.directory.publishing import publish
from conda_sluice.stores.directory.recovery import sweep

_REMEDY = "bring the file back from a copy, or remove the package from the channel"


def reindex_channel(folder: ChannelFolder, rules: Rules) -> None:
    """Index all subdirs anew; call it only while writing."""
    sweep(folder)
    publish(folder, {subdir: _anew(folder, subdir) for subdir in folder.known_subdirs()}, rules)


def _anew(folder: ChannelFolder, subdir: Subdir) -> Settled:
    place = folder.path / subdir
    try:
        before = folder.contents(subdir)
        files = all_entries(before)
    except DamagedError:
        before = _without_index(folder, subdir)
        files = {file: {} for file in _packages_in(place)}
    folder.refuse_far_files(before)
    with ThreadPoolExecutor() as pool:
        plain = dict(
            zip(files, pool.map(partial(_entry, place), files, files.values()), strict=True)
        )
    emptied = replace(before, text=_emptied(before).text, kept=Kept(), is_settled=False)
    place.mkdir(exist_ok=True)
    settled = settle(emptied, Change(add=plain, hide=before.kept.hidden))
    return replace(settled, touched=None, has_new_text=True)


def _without_index(folder: ChannelFolder, subdir: Subdir) -> Contents:
    """Return contents without packages where the index cannot be read; `info` is remembered."""
    found = read_if_there(folder.bookmark_path(subdir))
    bookmark = None if found is None else parse_bookmark(found)
    info = {"subdir": subdir} if bookmark is None else bookmark.info
    text = canonical(Repodata(subdir, {"info": info}), str(folder.index_path(subdir)))
    return folder.around(subdir, text)


def _packages_in(place: Path) -> list[str]:
    if not place.is_dir():
        return []
    return sorted(path.name for path in place.iterdir() if path.name.endswith(EXTENSIONS))


def _emptied(before: Contents) -> Contents:
    """Return the contents without any package: patches and relations stay."""
    edits: dict[str, Entry | None] = {file: None for file, _ in before.text.members()}
    outer = {**before.text.outer, "removed": []}
    return replace(before, text=before.text.changed(edits, outer))


def _entry(folder: Path, file: str, said: Mapping[str, object]) -> Entry:
    path = folder / file
    try:
        artifact = read_artifact(path)
    except PackageError as error:
        raise DamagedError(error.what, str(path), _REMEDY) from error
    for name in ("sha256", "md5"):
        if said.get(name) and said[name] != getattr(artifact.record, name):
            raise DamagedError(f"is not the file that the index names ({name})", str(path), _REMEDY)
    return entry_of(artifact.index, artifact.record)
