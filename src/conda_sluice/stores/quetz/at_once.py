"""Do the same with many things, some of them at a time."""

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import TypeVar

In = TypeVar("In")
Out = TypeVar("Out")


def at_once(jobs: int, act: Callable[[In], Out], things: Sequence[In]) -> list[Out]:
    """Return what `act` gives for each thing, in their order, `jobs` at a time.

    After the first error nothing new is begun; what runs is waited for, and the error raised.
    """
    if not things:
        return []
    with ThreadPoolExecutor(min(jobs, len(things))) as pool:
        futures = [pool.submit(act, thing) for thing in things]
        try:
            done, _ = wait(futures, return_when=FIRST_EXCEPTION)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
        for future in futures:
            if future in done and not future.cancelled():
                future.result()
        return [future.result() for future in futures]
