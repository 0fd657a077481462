"""A look at everything in a channel: each index, each form of it, each package file."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from conda_sluice.errors import DamagedError
from conda_sluice.index.forms import INDEX, stale_forms
from conda_sluice.index.settle import Contents
from conda_sluice.model.flaw import Flaw, FlawKind
from conda_sluice.stores.directory.channel_folder import ChannelFolder, read_if_there
from conda_sluice.stores.static.inspecting import all_entries, flaw_of, strays


def inspect_channel(folder: ChannelFolder) -> Iterator[Flaw]:
    """Yield what is wrong with a channel, subdir by subdir."""
    for subdir in folder.known_subdirs():
        if not folder.has_index(subdir):
            yield Flaw(FlawKind.BROKEN_INDEX, subdir, INDEX, "is not there any more")
            continue
        try:
            contents = folder.contents(subdir)
            folder.read(subdir)
        except DamagedError as error:
            file = Path(error.where).name or INDEX
            yield Flaw(FlawKind.BROKEN_INDEX, subdir, file, error.what)
            continue
        place = folder.path / subdir
        data = folder.index_path(subdir).read_bytes()
        for form in stale_forms(contents, data, partial(_read_in, place)):
            yield Flaw(FlawKind.STALE_FORM, subdir, form, f"does not say what {INDEX} says")
        yield from _inspect_packages(folder, contents)


def _read_in(place: Path, name: str) -> bytes | None:
    return read_if_there(place / name)


def _inspect_packages(folder: ChannelFolder, contents: Contents) -> Iterator[Flaw]:
    subdir, entries = contents.subdir, all_entries(contents)
    place = folder.packages_at(subdir, contents.text.info)
    with ThreadPoolExecutor() as pool:
        for flaw in pool.map(
            lambda file: flaw_of(place / file, subdir, file, entries[file]), entries
        ):
            if flaw is not None:
                yield flaw
    yield from strays((path.name for path in (folder.path / subdir).iterdir()), subdir, entries)
