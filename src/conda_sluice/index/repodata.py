"""repodata.json (CEP 36): read without losing a key, also of a document made by another tool."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn, cast

from conda_sluice.errors import DamagedError, PackageError
from conda_sluice.model.entry import parse_entry
from conda_sluice.model.names import Subdir
from conda_sluice.model.package import PackageRecord

Entry = Mapping[str, object]
"""A package as repodata spells it: info/index.json's keys with md5, sha256 and size."""

SECTIONS = ("packages", "packages.conda")
_UNKNOWN: tuple[Entry, None] = ({}, None)
_REMEDY = "restore repodata.json from a copy, or index the channel again: sluice verify --repair"


@dataclass(frozen=True, slots=True)
class Repodata:
    """The index of one subdir; `document` is the parsed JSON and is never changed in place."""

    subdir: Subdir
    document: Mapping[str, object]

    @property
    def entries(self) -> Mapping[str, Entry]:
        """Return all entries by file name."""
        return {file: entry for key in SECTIONS for file, entry in self.section(key).items()}

    @property
    def info(self) -> Mapping[str, object]:
        """Return the `info` section."""
        return cast("Mapping[str, object]", self.document.get("info") or {})

    @property
    def base_url(self) -> str:
        """Return where the package files lie (CEP 15), "" for beside the index."""
        value = self.info.get("base_url")
        return value if isinstance(value, str) else ""

    def section(self, key: str) -> Mapping[str, Entry]:
        """Return the entries of one section by file name."""
        return cast("Mapping[str, Entry]", self.document.get(key) or {})


def empty_repodata(subdir: Subdir) -> Repodata:
    """Return the index of a subdir without packages."""
    return Repodata(
        subdir,
        {
            "info": {"subdir": subdir},
            "packages": {},
            "packages.conda": {},
            "removed": [],
            "repodata_version": 1,
        },
    )


def parse_repodata(data: bytes, subdir: Subdir, where: str) -> Repodata:
    """Parse repodata.json; raise DamagedError, with `where` as its place, for anything else."""
    try:
        document = json.loads(data, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise DamagedError(f"is no JSON: {error}", where, _REMEDY) from error
    if not isinstance(document, dict):
        raise DamagedError("is no JSON object", where, _REMEDY)
    for key in ("info", *SECTIONS):
        if not isinstance(document.get(key), dict | None):
            raise DamagedError(f"its {key!r} is no object", where, _REMEDY)
    for key in SECTIONS:
        for file, entry in (document.get(key) or {}).items():
            if not isinstance(entry, dict):
                raise DamagedError(f"its entry {file!r} is no object", where, _REMEDY)
    removed = document.get("removed") or []
    if not isinstance(removed, list) or not all(isinstance(file, str) for file in removed):
        raise DamagedError("its 'removed' is no list of file names", where, _REMEDY)
    repodata = Repodata(subdir, document)
    if repodata.info.get("subdir", subdir) != subdir:
        raise DamagedError(
            f"says that it is the index of {repodata.info['subdir']!r}, not of {subdir!r}",
            where,
            _REMEDY,
        )
    return repodata


def parse_records(
    repodata: Repodata,
    where: str,
    before: tuple[Repodata, Sequence[PackageRecord]] | None = None,
) -> tuple[PackageRecord, ...]:
    """Return the records, sorted by file name; raise DamagedError naming a wrong entry.

    `before` is what was read from an earlier state of this index: what has not changed since is
    taken from it, so that reading again costs what the change costs.
    """
    known = _records_by_entry(before)
    records = []
    for file, entry in sorted(repodata.entries.items()):
        old_entry, record = known.get(file, _UNKNOWN)
        if record is not None and old_entry == entry:
            records.append(record)
            continue
        records.append(parse_record(file, entry, repodata.subdir, where))
    return tuple(records)


def parse_record(file: str, entry: Entry, subdir: Subdir, where: str) -> PackageRecord:
    """Return the record of one entry; raise DamagedError naming what is wrong with it."""
    try:
        return parse_entry(entry, file=file, subdir=subdir)
    except PackageError as error:
        raise DamagedError(f"its entry {file!r}: {error.what}", where, _REMEDY) from error


def _records_by_entry(
    before: tuple[Repodata, Sequence[PackageRecord]] | None,
) -> Mapping[str, tuple[Entry, PackageRecord | None]]:
    if before is None:
        return {}
    entries = before[0].entries
    return {record.file: (entries[record.file], record) for record in before[1]}


def entry_of(index: Mapping[str, object], record: PackageRecord) -> Entry:
    """Return the entry for a package with this info/index.json (CEP 36)."""
    return {**index, "md5": record.md5, "sha256": record.sha256, "size": record.size}


def section_of(file: str) -> str:
    """Return the section to which a package file belongs."""
    return "packages.conda" if file.endswith(".conda") else "packages"


def _refuse_constant(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")
