"""Objects on their way here: in pieces, and on from where the connection broke."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from conda_sluice.effects.s3.objects import Objects
from conda_sluice.effects.s3.refusals import SupersededError, refusals
from conda_sluice.errors import StoreError

_CHUNK = 1 << 20
_TRIES = 5
"""So often a transfer may break without a byte more than before."""


def chunks(objects: Objects, path: str) -> Iterator[bytes]:
    """Yield the bytes of an object; raise AbsentError where there is none.

    Raise StoreError where another object has taken its place meanwhile.
    """
    position, tries, etag, size = 0, 0, "", -1
    while size < 0 or position < size:
        more = {"Range": f"bytes={position}-", "IfMatch": etag} if position else {}
        try:
            answer = objects.call("get_object", path, **more)
            etag = _same(etag, answer["ETag"], path)
            size = position + int(answer["ContentLength"])
            with refusals(objects.where(path)):
                for chunk in answer["Body"].iter_chunks(_CHUNK):
                    position, tries = position + len(chunk), 0
                    yield chunk
        except SupersededError as error:
            raise StoreError(
                "was replaced while it was read", objects.where(path), "run the command again"
            ) from error
        except StoreError:
            tries += 1
            if tries >= _TRIES or size < 0:
                raise


def download(objects: Objects, path: str, folder: Path) -> tuple[Path, str]:
    """Write an object to a temporary file in a folder; return it, and its sha256."""
    import hashlib

    sha256 = hashlib.sha256()
    descriptor, name = tempfile.mkstemp(prefix=".sluice-", suffix=".tmp", dir=folder)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            for chunk in chunks(objects, path):
                sha256.update(chunk)
                file.write(chunk)
            os.fchmod(file.fileno(), 0o644)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary, sha256.hexdigest()


def _same(known: str, etag: str, path: str) -> str:
    """Return the ETag; raise SupersededError for another one: not all servers heed If-Match."""
    if known not in {"", etag}:
        raise SupersededError(path)
    return etag
