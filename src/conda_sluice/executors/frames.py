"""Messages between a pool and its workers: a length of eight bytes, then a pickle."""

import os
import select
import struct
import time

_LENGTH = struct.Struct("!Q")
_CHUNK = 1 << 20
# poll counts milliseconds in a C int, which ends after 24 days
_LONGEST_WAIT = 86_400.0


class ChannelClosedError(Exception):
    """The other side is gone."""


def send(descriptor: int, payload: bytes) -> None:
    """Write one message; raise ChannelClosedError when nobody can read it any more."""
    left = memoryview(_LENGTH.pack(len(payload)) + payload)
    try:
        while left:
            left = left[os.write(descriptor, left) :]
    except BrokenPipeError as error:
        raise ChannelClosedError from error


def receive(descriptor: int, *, timeout: float | None = None) -> bytes:
    """Read one message.

    Raise ChannelClosedError at the end of the stream, TimeoutError when the message is not
    complete within `timeout` seconds.
    """
    deadline = None if timeout is None else time.monotonic() + timeout
    (length,) = _LENGTH.unpack(_read(descriptor, _LENGTH.size, deadline))
    return _read(descriptor, length, deadline)


def _read(descriptor: int, size: int, deadline: float | None) -> bytes:
    parts: list[bytes] = []
    while size > 0:
        if deadline is not None:
            _wait(descriptor, deadline)
        part = os.read(descriptor, min(size, _CHUNK))
        if not part:
            raise ChannelClosedError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _wait(descriptor: int, deadline: float) -> None:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    while (left := deadline - time.monotonic()) > 0:
        if poll.poll(min(left, _LONGEST_WAIT) * 1000):
            return
    raise TimeoutError
