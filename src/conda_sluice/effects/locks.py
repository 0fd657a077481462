"""A lock in a file that one process at a time holds."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from conda_sluice.errors import StoreError


@contextmanager
def locked(folder: Path, lock: Path, *, timeout: float, poll: float, busy: str) -> Iterator[None]:
    """Hold the lock of a folder; wait `timeout` seconds, and ask anew every `poll` seconds.

    Raise StoreError, which says `busy` of the folder, where another holds it for longer.
    """
    from filelock import FileLock, Timeout

    held = FileLock(lock, timeout=timeout, poll_interval=poll)
    try:
        held.acquire()
    except Timeout as error:
        raise StoreError(
            f"{busy} for {timeout:g} seconds",
            str(folder),
            "wait for it to end, then run the command again",
        ) from error
    try:
        yield
    finally:
        held.release()
