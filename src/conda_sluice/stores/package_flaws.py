"""What is wrong with a package that was fetched, or could not be: the same in every store."""

from pathlib import Path

from conda_sluice.effects.artifact import read_artifact
from conda_sluice.errors import DamagedError, MissingFileError, SluiceError
from conda_sluice.model.flaw import Flaw, FlawKind
from conda_sluice.model.package import PackageRecord

_CHECKSUMS = frozenset({"sha256", "md5", "size"})


def flaw_in_transfer(record: PackageRecord, error: DamagedError) -> Flaw:
    """Return the flaw of a package that did not come here as its record says."""
    is_gone = isinstance(error, MissingFileError)
    kind = FlawKind.MISSING_FILE if is_gone else FlawKind.WRONG_HASH
    return Flaw(kind, record.subdir, record.file, error.what)


def flaw_inside(path: Path, record: PackageRecord) -> Flaw | None:
    """Return in what a package file and its record differ, None where they do not."""
    kind = FlawKind.RECORD_DISAGREES_WITH_PACKAGE
    try:
        inside = read_artifact(path).record
    except SluiceError as error:
        return Flaw(kind, record.subdir, record.file, error.what)
    differing = sorted(key for key in PackageRecord.__slots__ if _differs(key, record, inside))
    if not differing:
        return None
    text = f"its record and its info/index.json differ in {', '.join(differing)}"
    return Flaw(kind, record.subdir, record.file, text)


def _differs(key: str, record: PackageRecord, inside: PackageRecord) -> bool:
    said = getattr(record, key)
    if key in _CHECKSUMS and not said:  # an index need not tell it
        return False
    return bool(said != getattr(inside, key))
