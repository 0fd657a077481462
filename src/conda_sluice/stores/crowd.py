"""Several requests at a time."""

from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TypeVar

S = TypeVar("S")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Crowd:
    """Does `jobs` things at a time."""

    jobs: int

    def each(self, do: Callable[[S], T], items: Iterable[S]) -> list[T]:
        """Return what `do` makes of each item, in their order; begun in it too.

        After the first error nothing more is begun, and it is raised when all have ended.
        """
        work = list(items)
        if len(work) <= 1:
            return [do(item) for item in work]
        with ThreadPoolExecutor(min(self.jobs, len(work))) as pool:
            futures = [pool.submit(do, item) for item in work]
            try:
                wait(futures, return_when=FIRST_EXCEPTION)
            finally:
                pool.shutdown(wait=True, cancel_futures=True)
        for future in futures:
            if not future.cancelled() and (error := future.exception()) is not None:
                raise error
        return [future.result() for future in futures]
