"""What the operating system refuses, told as a StoreError with a remedy."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from conda_sluice.errors import StoreError

_FULL = "free some space there, then run the command again"
_FORBIDDEN = "let this user read and write there, or choose another folder"
_NO_FOLDER = "a folder is needed there, and something else is in its place"
_NO_FILE = "a file is needed there, and a folder is in its place"
_REMEDIES = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: _FULL,
    errno.EACCES: _FORBIDDEN,
    errno.EPERM: _FORBIDDEN,
    errno.EROFS: _FORBIDDEN,
    errno.ENOTDIR: _NO_FOLDER,
    errno.EEXIST: _NO_FOLDER,
    errno.EISDIR: _NO_FILE,
}


def store_error(error: OSError, place: str = "") -> StoreError:
    """Return what the operating system refused, at `place` or at the file that it names."""
    return StoreError(
        f"cannot be used: {error.strerror or error}",
        place or str(error.filename or ""),
        _REMEDIES.get(error.errno or 0, ""),
    )


@contextmanager
def as_store_errors(folder: Path) -> Iterator[None]:
    """Raise StoreError naming `folder` for whatever OSError comes out of the block."""
    try:
        yield
    except OSError as error:
        raise store_error(error, str(folder)) from error
