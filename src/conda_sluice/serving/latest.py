"""A value that takes a while to work out, for many who ask: one thread at it, none waits long."""

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Latest(Generic[Value]):
    """Works a value out anew when `key` says another thing, or after `max_age` seconds.

    `clock` tells seconds that only grow.
    """

    def __init__(
        self,
        compute: Callable[[], Value],
        key: Callable[[], Hashable],
        *,
        max_age: float,
        clock: Callable[[], float],
    ) -> None:
        self._compute = compute
        self._key = key
        self._max_age = max_age
        self._clock = clock
        self._lock = threading.Lock()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="latest")
        self._known: tuple[Hashable, float, Future[Value]] | None = None

    def begin(self) -> None:
        """Begin to work the value out, so that the first who asks waits less."""
        self._current(self._key())

    def get(self, wait: float) -> Value | None:
        """Return the value, None where it is not worked out within `wait` seconds.

        Whatever `compute` raises is raised here, to everybody who asks.
        """
        until, key = self._clock() + wait, self._key()
        while True:
            worked_for, future = self._current(key)
            wait_for([future], timeout=max(0.0, until - self._clock()))
            if not future.done():
                return None
            if worked_for == key:
                return future.result()

    def _current(self, key: Hashable) -> tuple[Hashable, Future[Value]]:
        """Return what is worked out, or was, and for which key; one thing at a time."""
        with self._lock:
            now = self._clock()
            if self._known is not None:
                known, since, future = self._known
                is_fresh = known == key and now - since < self._max_age
                if is_fresh or not future.done():
                    return known, future
            future = self._worker.submit(self._compute)
            self._known = key, now, future
            return key, future
