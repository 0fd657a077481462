"""Files of installed R packages, without what no two builds share."""

import re
import zlib

from conda_sluice.plan.comparing.unpacked import MOST_UNPACKED, unpacked

_TIME = re.compile(rb"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}(?:\.[0-9]+)?(?: UTC)?")
_PLACE = re.compile(rb"\0\0\0\x0d\0\0\0\x02.{8}", re.DOTALL)
"""Two integers: where in the database a value begins, and how long it is there."""
_TEXT = re.compile(rb"\0\x04\0\x09(.{4})", re.DOTALL)
"""A text of ASCII letters, with its length."""
_MOMENT = re.compile(
    rb"(?<=\0\0\x03\x0e\0\0\0\x01).{8}"
    rb"(?=\0\0\x04\x02\0\0\0\x01\0\x04\0\x09class\0\0\0\x10\0\0\0\x02\0\x04\0\x09POSIXct)",
    re.DOTALL,
)
"""A number that is a time: when the source of a help page was written to the disk."""


def without_times(data: bytes) -> bytes:
    """Return DESCRIPTION, or an .rds made of it, without when it was built and packaged."""
    return _TIME.sub(b"", _without_lengths(unpacked(data) or data))


def values_of(data: bytes) -> bytes | None:
    """Return the values of a lazy-load database (.rdb); None where it is packed otherwise."""
    found, left, room = [], data, MOST_UNPACKED
    while left:
        stream = zlib.decompressobj()
        try:
            value = stream.decompress(left[4:], room)
        except zlib.error:
            return None
        room -= len(value)
        if not stream.eof or room <= 0:
            return None
        found.append(_MOMENT.sub(b"", _without_lengths(value)))
        left = stream.unused_data
    return b"\n".join(found)


def index_of(data: bytes) -> bytes | None:
    """Return the names in the index of such a database (.rdx), without the places of values."""
    index = unpacked(data)
    return None if index is None else _PLACE.sub(b"", index)


def _without_lengths(data: bytes) -> bytes:
    """Return serialised R without the lengths of its texts: a version has several."""

    def short(found: re.Match[bytes]) -> bytes:
        end = found.end() + int.from_bytes(found[1], "big")
        is_text = end <= len(data) and data[found.end() : end].isascii()
        return found[0][:4] if is_text else found[0]

    return _TEXT.sub(short, data)
