"""A look at everything in a channel, and a full index from its packages: both read every file."""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from conda_sluice.effects.s3.refusals import AbsentError
from conda_sluice.effects.scratch import scratch_folder
from conda_sluice.errors import DamagedError
from conda_sluice.index.forms import INDEX, stale_forms
from conda_sluice.index.repodata import Entry
from conda_sluice.index.settle import Contents, Settled
from conda_sluice.model.flaw import Flaw, FlawKind
from conda_sluice.model.names import Subdir
from conda_sluice.model.package import EXTENSIONS
from conda_sluice.model.refusals import missing_file
from conda_sluice.stores.s3.channel import STATE, ChannelInBucket, index_path
from conda_sluice.stores.s3.downloading import download
from conda_sluice.stores.static import inspecting
from conda_sluice.stores.static.holdings import is_subdir
from conda_sluice.stores.static.inspecting import all_entries, flaw_of, strays
from conda_sluice.stores.static.reindexing import anew, entry_in

_BOOKMARK = ".index.json"


def inspect_channel(channel: ChannelInBucket) -> Iterator[Flaw]:
    """Yield what is wrong with a channel, subdir by subdir."""
    names = names_in(channel)
    for subdir in known_subdirs(channel):
        if not channel.has_index(subdir):
            yield Flaw(FlawKind.BROKEN_INDEX, subdir, INDEX, "is not there any more")
            continue
        try:
            contents = channel.contents(subdir)
            channel.read(subdir)
        except DamagedError as error:
            file = error.where.rpartition("/")[2] or INDEX
            yield Flaw(FlawKind.BROKEN_INDEX, subdir, file, error.what)
            continue
        data = channel.data(index_path(subdir)) or b""
        for form in stale_forms(contents, data, partial(_read_in, channel, subdir)):
            yield Flaw(FlawKind.STALE_FORM, subdir, form, f"does not say what {INDEX} says")
        yield from _inspect_packages(channel, contents, names.get(subdir, []))


def known_subdirs(channel: ChannelInBucket) -> list[Subdir]:
    """Return the subdirs that have an index, or had one when it was last written; sorted."""
    listed = (one.path.removeprefix(f"{STATE}/") for one in channel.objects.list(f"{STATE}/"))
    known = {name.removesuffix(_BOOKMARK) for name in listed if name.endswith(_BOOKMARK)}
    return sorted({*channel.subdirs(), *(Subdir(name) for name in known if is_subdir(name))})


def names_in(channel: ChannelInBucket) -> Mapping[Subdir, list[str]]:
    """Return the names of the objects right in each subdir."""
    names: dict[Subdir, list[str]] = {}
    for one in channel.objects.list():
        subdir, _, name = one.path.partition("/")
        if "/" not in name:
            names.setdefault(Subdir(subdir), []).append(name)
    return names


def anew_from_files(channel: ChannelInBucket, subdir: Subdir, names: list[str]) -> Settled:
    """Return the contents of a subdir made from its package files, `names` those that are there."""
    files: dict[str, Entry]
    try:
        before = channel.contents(subdir)
        files = all_entries(before)
    except DamagedError:
        before = channel.parts(subdir).without_index()
        files = {name: {} for name in sorted(names) if name.endswith(EXTENSIONS)}
    channel.refuse_far_files(subdir, before.text.info)
    with scratch_folder() as folder:

        def entry(file: str) -> Entry:
            where = channel.objects.where(f"{subdir}/{file}")
            path = _fetched(channel, subdir, file, folder)
            if path is None:
                raise missing_file(where)
            try:
                return entry_in(path, files[file], where)
            finally:
                path.unlink()

        entries = channel.objects.server.map(entry, files)
    return anew(before, dict(zip(files, entries, strict=True)))


def _inspect_packages(
    channel: ChannelInBucket, contents: Contents, names: list[str]
) -> Iterator[Flaw]:
    subdir, entries = contents.subdir, all_entries(contents)
    with scratch_folder() as folder:

        def look(file: str) -> Flaw | None:
            path = _fetched(channel, subdir, file, folder)
            if path is None:
                return inspecting.missing_file(subdir, file)
            try:
                return flaw_of(path, subdir, file, entries[file])
            finally:
                path.unlink()

        for flaw in channel.objects.server.map(look, entries):
            if flaw is not None:
                yield flaw
    yield from strays(names, subdir, entries)


def _fetched(channel: ChannelInBucket, subdir: Subdir, file: str, folder: Path) -> Path | None:
    """Return a package under its own name in the folder, None where there is none."""
    try:
        temporary, _ = download(channel.objects, f"{subdir}/{file}", folder)
    except AbsentError:
        return None
    return temporary.replace(folder / file)


def _read_in(channel: ChannelInBucket, subdir: Subdir, name: str) -> bytes | None:
    return channel.data(f"{subdir}/{name}")
