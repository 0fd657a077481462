"""What is wrong with one package file, held against what the index says of it."""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from conda_sluice.effects.files import Checksums, checksums_of
from conda_sluice.index.repodata import Entry
from conda_sluice.index.settle import Contents
from conda_sluice.model.entry import parse_entry
from conda_sluice.model.flaw import Flaw, FlawKind
from conda_sluice.model.names import Subdir
from conda_sluice.model.package import EXTENSIONS, PackageRecord
from conda_sluice.stores.package_flaws import flaw_inside


def all_entries(contents: Contents) -> dict[str, Entry]:
    """Return the plain entries of all packages, hidden ones too, by file name, sorted."""
    published = dict(contents.text.members())
    entries = {file: contents.plain(file) for file in sorted({*published, *contents.hidden})}
    return {file: entry for file, entry in entries.items() if entry is not None}


def missing_file(subdir: Subdir, file: str) -> Flaw:
    """Return the flaw of a package that is not there."""
    return Flaw(FlawKind.MISSING_FILE, subdir, file, "is in the index, but not there")


def flaw_of(path: Path, subdir: Subdir, file: str, entry: Entry) -> Flaw | None:
    """Read a package file whole and return what is wrong with it."""
    record = parse_entry(entry, file=file, subdir=subdir)
    try:
        with path.open("rb") as opened:
            found = checksums_of(opened)
    except FileNotFoundError:
        return missing_file(subdir, file)
    if wrong := _wrong_checksum(record, found, subdir):
        return wrong
    return flaw_inside(path, record)


def strays(names: Iterable[str], subdir: Subdir, entries: Collection[str]) -> Iterator[Flaw]:
    """Yield the package files among `names` that the index does not know."""
    for name in sorted(names):
        if name.endswith(EXTENSIONS) and name not in entries:
            text = "lies in the folder and is not in the index"
            yield Flaw(FlawKind.STRAY_FILE, subdir, name, text)


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
