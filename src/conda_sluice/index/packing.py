"""Indexes packed with zstd, and unpacked no further than they may go."""

from typing import BinaryIO

_CHUNK = 1 << 20


def to_zst(data: bytes) -> bytes:
    """Compress an index.

    Level 3: on 7 MB it takes 14 ms for 1.34 MB where level 19 takes 3 s for 1.09 MB.
    """
    import zstandard

    return zstandard.ZstdCompressor(level=3).compress(data)


def from_zst(packed: bytes, limit: int) -> bytes:
    """Return what is packed, in as many frames as it may be.

    Raise ValueError where it is not packed so, or has more than `limit` bytes.
    """
    import zstandard

    chunks: list[bytes] = []
    size = 0
    unpacker = zstandard.ZstdDecompressor()
    try:
        with unpacker.stream_reader(packed, read_across_frames=True) as stream:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                if size > limit:
                    raise ValueError(f"it unpacks to more than {limit >> 20} MiB")
                chunks.append(chunk)
    except zstandard.ZstdError as error:
        raise ValueError(str(error)) from error
    return b"".join(chunks)


def is_packed(packed: BinaryIO | bytes, data: bytes) -> bool:
    """Tell whether `packed` unpacks to `data`, without unpacking more than that."""
    import zstandard

    try:
        with zstandard.ZstdDecompressor().stream_reader(packed) as stream:
            return stream.read(len(data) + 1) == data
    except zstandard.ZstdError:
        return False
