"""Whether an object is the file that its record describes: as the server tells, else by reading.

An md5 that the server made of the bytes proves it. So does the sha256 that was written with them,
where the server's tag is no md5: an object never changes without losing what was written with it.
What neither proves is read.
"""

import hashlib
from typing import NoReturn

from conda_sluice.effects.s3.objects import Found, Objects
from conda_sluice.errors import DamagedError
from conda_sluice.model.package import PackageRecord
from conda_sluice.stores.s3.downloading import chunks


def is_proven(found: Found, record: PackageRecord) -> bool:
    """Tell whether what the server says proves that the object is the file of the record."""
    if record.size and found.size != record.size:
        return False
    if found.md5:
        return found.md5 == record.md5
    return bool(found.sha256) and found.sha256 == record.sha256


def is_that(objects: Objects, record: PackageRecord, found: Found) -> bool:
    """Tell whether the object is the file of the record, and read it where nothing else tells."""
    if record.size and found.size != record.size:
        return False
    return is_proven(found, record) or read_sha256(objects, record.path) == record.sha256


def read_sha256(objects: Objects, path: str) -> str:
    """Read an object and return its sha256."""
    sha256 = hashlib.sha256()
    for chunk in chunks(objects, path):
        sha256.update(chunk)
    return sha256.hexdigest()


def refuse_other(record: PackageRecord, sha256: str, where: str) -> NoReturn:
    """Raise DamagedError: a file is not what its record says."""
    raise DamagedError(
        f"is not the file that its record describes: sha256 is {sha256 or 'another'}, "
        f"expected {record.sha256 or 'nothing that could be compared'}",
        where,
        "do not use it; bring the file back from a copy, or build it again",
    )


def missing_file(where: str) -> DamagedError:
    """Return the error for a package that its index names and that is not there."""
    return DamagedError(
        "is in the index of its channel, but not there",
        where,
        "bring the file back from a copy, or build it again",
    )
