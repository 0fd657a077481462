"""One package as `info/index.json` and repodata spell it (CEP 34, CEP 36), read with suspicion."""

import re
from collections.abc import Mapping
from typing import cast

from conda_sluice.errors import PackageError
from conda_sluice.model.names import PackageName, Subdir
from conda_sluice.model.package import PackageRecord

_FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+!~-]*\.(?:conda|tar\.bz2)")
_DIGESTS = {"sha256": re.compile(r"[0-9a-f]{64}"), "md5": re.compile(r"[0-9a-f]{32}")}
_LAST_SECOND = 253402300799
"""A greater timestamp is milliseconds: as seconds it would lie beyond the year 9999 (conda)."""


def parse_entry(entry: object, *, file: str, subdir: Subdir) -> PackageRecord:
    """Read the entry of the package file `file`; raise PackageError naming key and trouble.

    `name`, `version` and `build` are required; `sha256` is "" where the entry does not tell it.
    """
    check_file_name(file)
    if not isinstance(entry, dict):
        raise PackageError("is not an object", where=file)
    fields = cast("Mapping[str, object]", entry)
    try:
        return PackageRecord(
            subdir=subdir,
            file=file,
            name=PackageName(_part(fields, "name")),
            version=_part(fields, "version"),
            build=_part(fields, "build"),
            build_number=_number(fields, "build_number"),
            sha256=_digest(fields, "sha256"),
            size=_number(fields, "size"),
            md5=_digest(fields, "md5"),
            depends=_texts(fields, "depends"),
            constrains=_texts(fields, "constrains"),
            noarch=_noarch(fields),
            license=_text(fields, "license"),
            timestamp=_timestamp(fields),
        )
    except _WrongFieldError as error:
        raise PackageError(str(error), where=file) from error


def check_file_name(file: str) -> None:
    """Raise PackageError where a name is none of a package file, as one that leads elsewhere."""
    if not _FILE.fullmatch(file):
        raise PackageError(f"{file!r} is no package file name")


class _WrongFieldError(Exception):
    def __init__(self, key: str, expected: str) -> None:
        super().__init__(f"{key!r} is not {expected}")


def _text(fields: Mapping[str, object], key: str) -> str:
    value = fields.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _WrongFieldError(key, "text")
    return value


def _required(fields: Mapping[str, object], key: str) -> str:
    value = fields.get(key)
    if not isinstance(value, str) or not value:
        raise _WrongFieldError(key, "text" if key in fields else "there")
    return value


def _part(fields: Mapping[str, object], key: str) -> str:
    """Return what is a part of file names, and of URLs: it leads nowhere else."""
    value = _required(fields, key)
    if "/" in value or value in {".", ".."}:
        raise _WrongFieldError(key, "a part of a file name")
    return value


def _number(fields: Mapping[str, object], key: str) -> int:
    value = fields.get(key)
    if value is None:
        return 0
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise _WrongFieldError(key, "a whole number")
    return value


def _texts(fields: Mapping[str, object], key: str) -> tuple[str, ...]:
    value = fields.get(key)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _WrongFieldError(key, "a list of texts")
    return tuple(value)


def _digest(fields: Mapping[str, object], key: str) -> str:
    value = _text(fields, key).lower()
    if value and not _DIGESTS[key].fullmatch(value):
        raise _WrongFieldError(key, f"an {key} in hex")
    return value


def _noarch(fields: Mapping[str, object]) -> str:
    # Before conda 4.3 a package said `noarch: true`.
    value = fields.get("noarch")
    if isinstance(value, bool):
        return "generic" if value else ""
    return _text(fields, "noarch")


def _timestamp(fields: Mapping[str, object]) -> int:
    value = fields.get("timestamp")
    if value is None:
        return 0
    if not isinstance(value, int | float) or isinstance(value, bool) or value < 0:
        raise _WrongFieldError("timestamp", "a number")
    return int(value) if value > _LAST_SECOND else int(value * 1000)
