"""gzip, read within bounds."""

import zlib

MOST_UNPACKED = 64 << 20
_GZIP = b"\x1f\x8b"


def unpacked(data: bytes) -> bytes | None:
    """Return what a gzip file holds, its header and time left out; None for other files."""
    if not data.startswith(_GZIP):
        return None
    stream = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        text = stream.decompress(data, MOST_UNPACKED)
    except zlib.error:
        return None
    return text if stream.eof and not stream.unused_data else None
