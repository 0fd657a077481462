"""Published files as they are sent: opened once, so that what is told of them is true of them."""

import hashlib
import io
import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from conda_sluice.serving.published import Kind, kind_of

_LASTING = "public, max-age=31536000, immutable"
_ASKED_ANEW = "no-cache"
_TYPES = {
    ".json": "application/json",
    ".yaml": "text/plain; charset=utf-8",
    ".zst": "application/zstd",
}


@dataclass(frozen=True, slots=True)
class Published:
    """An open file, and what HTTP says of it; close it."""

    file: io.BufferedReader
    size: int
    etag: str
    media_type: str
    cache_control: str


def open_published(root: Path, path: Sequence[str]) -> Published | None:
    """Open the file at `path` within the channel folder `root`; None for what is not published.

    A link is followed to a published file of the same channel only. Raise PermissionError for a
    file that this process must not read.
    """
    kind = kind_of(path)
    place = None if kind is None else _resolved(root, path)
    if kind is None or place is None:
        return None
    try:
        # a pipe must not be waited for, and what is resolved is no link any more
        handle = os.open(place, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except PermissionError:
        raise
    except OSError:
        return None
    file = os.fdopen(handle, "rb")
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            file.close()
            return None
        return Published(
            file=file,
            size=status.st_size,
            etag=_etag(kind, path[-1], file, status),
            media_type=_TYPES.get(Path(path[-1]).suffix, "application/octet-stream"),
            cache_control=_ASKED_ANEW if kind is Kind.INDEX else _LASTING,
        )
    except BaseException:
        file.close()
        raise


def _resolved(root: Path, path: Sequence[str]) -> Path | None:
    try:
        home = root.resolve(strict=True)
        place = home.joinpath(*path).resolve(strict=True)
        within = place.relative_to(home)
    except PermissionError:
        raise
    except (OSError, ValueError, RuntimeError):  # RuntimeError: links in a circle, before 3.13
        return None
    return place if kind_of(within.parts) is not None else None


def _etag(kind: Kind, name: str, file: io.BufferedReader, status: os.stat_result) -> str:
    """Return a strong ETag.

    An index is told by its content: two of one size may be written within one tick of the clock.
    A package is never replaced, and too big to be read for each request.
    """
    match kind:
        case Kind.SHARD:
            return f'"{name.partition(".")[0]}"'
        case Kind.PACKAGE:
            return f'"{status.st_ino:x}-{status.st_size:x}-{status.st_mtime_ns:x}"'
        case Kind.INDEX:
            return f'"{hashlib.file_digest(file, "sha256").hexdigest()}"'
