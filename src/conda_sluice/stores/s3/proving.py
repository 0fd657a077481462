"""Whether an object is the file that its record describes: as the server tells, else by reading.

An md5 that the server made of the bytes proves it. So does the sha256 that was written with them,
where the server's tag is no md5: an object never changes without losing what was written with it.
What neither proves is read.
"""

import hashlib

from conda_sluice.effects.s3.objects import Found, Objects
from conda_sluice.errors import ConflictError
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


def lies_there(objects: Objects, record: PackageRecord) -> bool:
    """Tell whether the file of the record is there; raise ConflictError for another object."""
    found = objects.find(record.path)
    if found is None:
        return False
    if not is_that(objects, record, found):
        raise ConflictError(
            f"holds another file at {record.path}, which its index does not name",
            objects.url,
            "look what it is; if nobody needs it, delete that object and run the command again",
        )
    return True
