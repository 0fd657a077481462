"""A full index from the package files in the folder of a channel."""

from concurrent.futures import ThreadPoolExecutor

from conda_sluice.errors import DamagedError
from conda_sluice.index.forms import Rules
from conda_sluice.index.repodata import Entry
from conda_sluice.index.settle import Settled
from conda_sluice.model.names import Subdir
from conda_sluice.model.package import EXTENSIONS
from conda_sluice.stores.directory.channel_folder import ChannelFolder
from conda_sluice.stores.directory.publishing import publish
from conda_sluice.stores.directory.recovery import sweep
from conda_sluice.stores.static.inspecting import all_entries
from conda_sluice.stores.static.reindexing import anew, entry_in


def reindex_channel(folder: ChannelFolder, rules: Rules) -> None:
    """Index all subdirs anew; call it only while writing."""
    sweep(folder)
    publish(folder, {subdir: _anew(folder, subdir) for subdir in folder.known_subdirs()}, rules)


def _anew(folder: ChannelFolder, subdir: Subdir) -> Settled:
    place = folder.path / subdir
    files: dict[str, Entry]
    try:
        before = folder.contents(subdir)
        files = all_entries(before)
    except DamagedError:
        before = folder.parts(subdir).without_index()
        there = sorted(path.name for path in place.iterdir()) if place.is_dir() else []
        files = {file: {} for file in there if file.endswith(EXTENSIONS)}
    folder.refuse_far_files(before)

    def entry(file: str) -> Entry:
        return entry_in(place / file, files[file], str(place / file))

    with ThreadPoolExecutor() as pool:
        plain = dict(zip(files, pool.map(entry, files), strict=True))
    place.mkdir(exist_ok=True)
    return anew(before, plain)
