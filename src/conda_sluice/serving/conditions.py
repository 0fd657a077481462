"""What a request asks for under a condition: another version only, or a part of a file (RFC 9110).

Starlette's FileResponse and StaticFiles do this too, but not so that a channel can stand on it:
they open a file a second time after they have told its size and its ETag, so that an index which
is replaced in between comes out cut or with the ETag of another; their ETag is made of time and
size; and they answer 304 to `If-Modified-Since`, whose seconds are too coarse for an index.
"""

import re
from dataclasses import dataclass

_ONE_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Span:
    """The bytes from `start` up to, and without, `stop`; none of them where both are the same."""

    start: int
    stop: int

    def __len__(self) -> int:
        return self.stop - self.start


def span_of(header: str, size: int) -> Span | None:
    """Return which of `size` bytes a Range header wants; None where all are to be sent.

    An empty span says that there are no such bytes. What is no range, is in another unit than
    bytes, or names several ranges is as if it were not there, as the RFC allows.
    """
    found = _ONE_RANGE.fullmatch(header.replace(" ", ""))
    if found is None or found[0].endswith("=-"):
        return None
    first, last = found[1], found[2]
    if not first:
        count = min(int(last), size)
        return Span(size - count, size) if count or not int(last) else None
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        return Span(size, size)
    return Span(int(first), min(int(last) + 1, size) if last else size)


def names_etag(header: str, etag: str, *, is_strong: bool = False) -> bool:
    """Tell whether If-None-Match, or a header of its kind, names this ETag, or any (`*`).

    A strong comparison takes no ETag that says of itself that it is weak.
    """
    if header.strip() == "*":
        return True
    known = (one.strip() for one in header.split(","))
    return any(one == etag or (not is_strong and one == f"W/{etag}") for one in known)
