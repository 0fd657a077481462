"""The unpacked bytes of a tar archive, read forward only and a little at a time."""

import io
from typing import BinaryIO

_CHUNK = 1 << 20
_MOST_AT_ONCE = 4 << 20
"""Bytes; tarfile reads a header whole, and headers may claim any length."""


class ArchiveStream(io.RawIOBase):
    """A file object for tarfile, which unpacks by gzip, bzip2, xz or zstd as the first bytes say.

    Going back, and reading much at once, are what only damaged and hostile archives ask for: both
    raise ValueError.
    """

    def __init__(self, packed: BinaryIO) -> None:
        super().__init__()
        self._unpacked = _opened(packed)
        self._at = 0

    def close(self) -> None:
        """Close what unpacks; whoever opened the file itself closes that."""
        if not self.closed:
            self._unpacked.close()
        super().close()

    def read(self, size: int = -1, /) -> bytes:
        """Return `size` bytes, fewer at the end."""
        if not 0 <= size <= _MOST_AT_ONCE:
            raise ValueError(f"a header of {size:,} bytes")
        data = self._unpacked.read(size)
        self._at += len(data)
        return data

    def tell(self) -> int:
        """Return how many bytes were read."""
        return self._at

    def seek(self, place: int, _whence: int = 0, /) -> int:
        """Go forward to a place, or to the end where that comes first."""
        if place < self._at:
            raise ValueError("a member that lies before the one that was read")
        while self._at < place and self.read(min(_CHUNK, place - self._at)):
            pass
        return self._at


def _opened(packed: BinaryIO) -> io.BufferedIOBase | BinaryIO:
    import bz2
    import gzip
    import lzma

    import zstandard

    head = packed.read(6)
    packed.seek(0)
    if head[:2] == b"\x1f\x8b":
        return gzip.GzipFile(fileobj=packed)
    if head[:3] == b"BZh":
        return bz2.BZ2File(packed)
    if head == b"\xfd7zXZ\0" or head[:3] == b"\x5d\0\0":
        return lzma.LZMAFile(packed)
    if head[:4] == b"\x28\xb5\x2f\xfd":
        return io.BufferedReader(zstandard.open(packed, "rb"), _CHUNK)
    return packed
