"""How long a server is waited for, and how often it is asked again."""

import warnings
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from secrets import SystemRandom
from urllib.parse import urlsplit

from conda_sluice.errors import StoreWarning

_RANDOM = SystemRandom()


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Seconds to wait for a connection, for the next bytes, and between tries.

    `read` is for what only reads; `change` for the answer to what changes something, which a
    server may think about for longer. `connect` is also how long a server may take nothing of
    what is sent to it: a busy one lets an upload stand still for a while.

    The wait doubles with each try, up to `longest_wait`, and a part of it is chance, so that
    many clients of a busy server do not come back at once.
    """

    tries: int = 4
    connect: float = 30.0
    read: float = 30.0
    change: float = 120.0
    first_wait: float = 0.5
    longest_wait: float = 60.0

    def answer(self, method: str) -> float:
        """Return how long to wait for the next bytes of the answer to a request."""
        return self.read if method in {"GET", "HEAD"} else self.change

    def wait_after(self, failed: int, retry_after: str = "") -> float | None:
        """Return how long to wait after so many failed tries in a row, None for giving up.

        `retry_after` is what the server asks for: seconds, or a date. Who wants more than
        `longest_wait` is not waited for.
        """
        if failed >= self.tries:
            return None
        asked = seconds_of(retry_after)
        if asked is not None:
            return asked if asked <= self.longest_wait else None
        wait = min(self.first_wait * float(2 ** (failed - 1)), self.longest_wait)
        return wait * _RANDOM.uniform(0.5, 1.0)


def tell_waiting(url: str) -> None:
    """Warn that a server lets us wait and is asked again, once for each server."""
    _tell_of_server(urlsplit(url).netloc or url)


@cache
def _tell_of_server(server: str) -> None:
    warnings.warn(f"{server} does not answer in time; it is asked again", StoreWarning, 3)


def seconds_of(retry_after: str) -> float | None:
    """Return the seconds that a Retry-After header means, None where it means nothing."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # a year, or a time zone, beyond all measure
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())
