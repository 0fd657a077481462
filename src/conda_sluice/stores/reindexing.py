"""A full index from the package files: the repair path, which means what it meant before."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

from conda_sluice.effects.artifact import read_artifact
from conda_sluice.errors import DamagedError, PackageError
from conda_sluice.index.kept import Kept
from conda_sluice.index.repodata import Entry, entry_of
from conda_sluice.index.settle import Change, Contents, settle
from conda_sluice.stores.channel_folder import ChannelFolder
from conda_sluice.stores.inspection import all_entries
from conda_sluice.stores.publishing import prepare, publish

_REMEDY = "bring the file back from a copy, or remove the package from the channel"


def reindex_channel(folder: ChannelFolder) -> None:
    """Index all subdirs anew; call it only while writing."""
    settled = {}
    for subdir in folder.subdirs():
        before = folder.contents(subdir)
        folder.refuse_far_files(before)
        prepare(folder, subdir)
        files = all_entries(before)
        place = folder.path / subdir
        with ThreadPoolExecutor() as pool:
            read = pool.map(partial(_entry, place), files, files.values())
            plain = dict(zip(files, read, strict=True))
        settled[subdir] = settle(_emptied(before), Change(add=plain, hide=before.kept.hidden))
    publish(folder, settled)


def _emptied(before: Contents) -> Contents:
    """Return the contents without any package: patches and relations stay."""
    edits: dict[str, Entry | None] = {file: None for file, _ in before.text.members("")}
    outer = {**before.text.outer, "removed": []}
    return replace(before, text=before.text.changed(edits, outer), kept=Kept())


def _entry(folder: Path, file: str, entry: Entry) -> Entry:
    path = folder / file
    try:
        artifact = read_artifact(path)
    except PackageError as error:
        raise DamagedError(error.what, str(path), _REMEDY) from error
    for name in ("sha256", "md5"):
        said = entry.get(name)
        if said and said != getattr(artifact.record, name):
            raise DamagedError(f"is not the file that the index names ({name})", str(path), _REMEDY)
    return entry_of(artifact.index, artifact.record)
