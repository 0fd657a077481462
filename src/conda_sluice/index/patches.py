"""Repodata patches (hotfixes): what `patch_instructions.json` lays over the entries of an index.

The format is conda's: fields by file name under `packages` and `packages.conda`, and the lists
`revoke` and `remove`. As there, what is said of a .tar.bz2 goes for the .conda of the same name
too. A field that is null is taken out of the entry.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import cast

from conda_sluice.errors import DamagedError
from conda_sluice.index.repodata import Entry

PATCH_FILE = "patch_instructions.json"
"""Where the instructions lie in the folder of a subdir: there conda-index looks for them too."""

_SECTIONS = ("packages", "packages.conda")
_LISTS = ("revoke", "remove")
_VERSION = 1
_REVOKED = "package_has_been_revoked"
_REMEDY = "correct the file, or move it away"


@dataclass(frozen=True, slots=True)
class Instructions:
    """The patches of one subdir; `document` is the parsed JSON and is never changed in place."""

    document: Mapping[str, object] = field(default_factory=dict)
    _lists: Mapping[str, frozenset[str]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        listed = {key: cast("list[str]", self.document.get(key) or []) for key in _LISTS}
        # A list of `remove` can be long, and is asked about every package.
        object.__setattr__(self, "_lists", {key: frozenset(one) for key, one in listed.items()})

    @property
    def files(self) -> frozenset[str]:
        """Return the names of all files that are touched, also of those that are not there."""
        named = {file for key in _SECTIONS for file in self._fields(key)}
        named |= frozenset().union(*self._lists.values())
        return frozenset(named | {_twin(file) for file in named})

    def removes(self, file: str) -> bool:
        """Tell whether the package is hidden from solvers."""
        return self._names("remove", file)

    def apply(self, file: str, entry: Entry) -> Entry:
        """Return the entry as it is published; applied again, nothing changes."""
        patched = dict(entry)
        for fields in self._about(file):
            patched = _overlaid(patched, fields)
        if self._names("revoke", file):
            depends = cast("list[object]", patched.get("depends") or [])
            patched["revoked"] = True
            patched["depends"] = [*(one for one in depends if one != _REVOKED), _REVOKED]
        return patched

    def about(self, file: str) -> "Instructions":
        """Return what is laid over one file, but for its removal."""
        document: dict[str, object] = {}
        fields: dict[str, object] = {}
        for one in self._about(file):
            fields |= one
        if fields:
            document[_section(file)] = {file: fields}
        if self._names("revoke", file):
            document["revoke"] = [file]
        return Instructions(document)

    def with_more(self, others: Iterable["Instructions"]) -> "Instructions":
        """Return these with others added; where both speak of a file, these stand."""
        document = dict(self.document)
        known = self.files
        for other in others:
            if not other.document or other.files & known:
                continue
            for key, value in other.document.items():
                there = document.get(key)
                if isinstance(value, dict):
                    document[key] = {**(there if isinstance(there, dict) else {}), **value}
                elif isinstance(value, list):
                    document[key] = [*(there if isinstance(there, list) else []), *value]
        if document == self.document:
            return self
        return Instructions({"patch_instructions_version": _VERSION, **document})

    def to_json(self) -> bytes:
        """Serialise for people, who edit it."""
        return json.dumps(self.document, sort_keys=True, indent=2).encode("ascii") + b"\n"

    def _about(self, file: str) -> list[Mapping[str, object]]:
        found = []
        if file.endswith(".conda"):
            found.append(self._fields("packages").get(_old_name(file), {}))
        return [*found, self._fields(_section(file)).get(file, {})]

    def _names(self, key: str, file: str) -> bool:
        names = self._lists[key]
        return file in names or (file.endswith(".conda") and _old_name(file) in names)

    def _fields(self, key: str) -> Mapping[str, Mapping[str, object]]:
        return cast("Mapping[str, Mapping[str, object]]", self.document.get(key) or {})


def parse_instructions(data: bytes, where: str) -> Instructions:
    """Parse patch_instructions.json; raise DamagedError, with `where` as its place."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise DamagedError(f"is no JSON: {error}", where, _REMEDY) from error
    if not isinstance(document, dict):
        raise DamagedError("is no JSON object", where, _REMEDY)
    version = document.get("patch_instructions_version", _VERSION)
    if not isinstance(version, int) or version > _VERSION:
        raise DamagedError(f"is of version {version!r}; sluice knows {_VERSION}", where, _REMEDY)
    for key in _SECTIONS:
        _check_fields(key, document.get(key), where)
    for key in _LISTS:
        names = document.get(key)
        if names is not None and not (
            isinstance(names, list) and all(isinstance(name, str) for name in names)
        ):
            raise DamagedError(f"its {key!r} is no list of file names", where, _REMEDY)
    return Instructions(document)


def _check_fields(key: str, section: object, where: str) -> None:
    if section is None:
        return
    if not isinstance(section, dict):
        raise DamagedError(f"its {key!r} is no object", where, _REMEDY)
    for file, fields in section.items():
        if not isinstance(fields, dict):
            raise DamagedError(f"what it says of {file!r} is no object", where, _REMEDY)


def _overlaid(entry: Mapping[str, object], fields: Mapping[str, object]) -> dict[str, object]:
    """Return `entry` with `fields` in place of its own."""
    kept = {key: value for key, value in entry.items() if key not in fields}
    return kept | {key: value for key, value in fields.items() if value is not None}


def _section(file: str) -> str:
    return "packages.conda" if file.endswith(".conda") else "packages"


def _old_name(file: str) -> str:
    return f"{file.removesuffix('.conda')}.tar.bz2"


def _twin(file: str) -> str:
    return f"{file.removesuffix('.tar.bz2')}.conda" if file.endswith(".tar.bz2") else file
