"""A look at everything in a channel: each index, each form of it, each package file."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from conda_sluice.effects.artifact import read_artifact
from conda_sluice.effects.files import Checksums
from conda_sluice.errors import DamagedError, SluiceError
from conda_sluice.index.repodata import Entry
from conda_sluice.index.settle import Contents
from conda_sluice.model.entry import parse_entry
from conda_sluice.model.flaw import Flaw, FlawKind
from conda_sluice.model.names import Subdir
from conda_sluice.model.package import EXTENSIONS, PackageRecord
from conda_sluice.stores.directory.channel_folder import INDEX, ChannelFolder
from conda_sluice.stores.directory.forms import stale_forms
from conda_sluice.stores.directory.package_files import read_checksums


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
        for form in stale_forms(folder, contents):
            yield Flaw(FlawKind.STALE_FORM, subdir, form, f"does not say what {INDEX} says")
        yield from _inspect_packages(folder, contents)


def all_entries(contents: Contents) -> dict[str, Entry]:
    """Return the plain entries of all packages, hidden ones too, by file name, sorted."""
    published = dict(contents.text.members())
    entries = {file: contents.plain(file) for file in sorted({*published, *contents.hidden})}
    return {file: entry for file, entry in entries.items() if entry is not None}


def _inspect_packages(folder: ChannelFolder, contents: Contents) -> Iterator[Flaw]:
    entries = all_entries(contents)
    place = folder.packages_at(contents.subdir, contents.text.info)
    with ThreadPoolExecutor() as pool:
        look = partial(_flaw_of, place, contents.subdir)
        for flaw in pool.map(look, entries, entries.values()):
            if flaw is not None:
                yield flaw
    yield from _strays(folder.path / contents.subdir, contents.subdir, entries)


def _flaw_of(place: Path, subdir: Subdir, file: str, entry: Entry) -> Flaw | None:
    record = parse_entry(entry, file=file, subdir=subdir)
    path = place / file
    try:
        found = read_checksums(path)
    except FileNotFoundError:
        return Flaw(FlawKind.MISSING_FILE, subdir, file, "is in the index, but not there")
    if wrong := _wrong_checksum(record, found, subdir):
        return wrong
    try:
        inside = read_artifact(path).record
    except SluiceError as error:
        return Flaw(FlawKind.RECORD_DISAGREES_WITH_PACKAGE, subdir, file, error.what)
    if differing := _differences(record, inside):
        text = f"its record and its info/index.json differ in {', '.join(differing)}"
        return Flaw(FlawKind.RECORD_DISAGREES_WITH_PACKAGE, subdir, file, text)
    return None


def _wrong_checksum(record: PackageRecord, found: Checksums, subdir: Subdir) -> Flaw | None:
    if record.size and record.size != found.size:
        text = f"has {found.size} bytes; its record says {record.size}"
        return Flaw(FlawKind.WRONG_SIZE, subdir, record.file, text)
    for name, said, is_so in (
        ("sha256", record.sha256, found.sha256),
        ("md5", record.md5, found.md5),
    ):
        if said and said != is_so:
            text = f"has {name} {is_so}; its record says {said}"
            return Flaw(FlawKind.WRONG_HASH, subdir, record.file, text)
    return None


def _differences(record: PackageRecord, inside: PackageRecord) -> list[str]:
    """Return the fields in which a record and its package differ, but for the checksums."""
    checked = set(PackageRecord.__slots__) - {"sha256", "md5", "size"}
    return sorted(key for key in checked if getattr(record, key) != getattr(inside, key))


def _strays(folder: Path, subdir: Subdir, entries: Mapping[str, Entry]) -> Iterator[Flaw]:
    for name in sorted(path.name for path in folder.iterdir()):
        if name.endswith(EXTENSIONS) and name not in entries:
            text = "lies in the folder and is not in the index"
            yield Flaw(FlawKind.STRAY_FILE, subdir, name, text)
