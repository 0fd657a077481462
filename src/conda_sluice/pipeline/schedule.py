"""Run tasks on an executor, each after those it follows; yield results as they come."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from graphlib import TopologicalSorter
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)
Result = TypeVar("Result")
Early = TypeVar("Early")


def schedule(
    needs: Mapping[Key, Sequence[Key]],
    start: Callable[[Key, Executor], "Future[Result] | Early"],
    executor: Executor,
) -> Iterator[tuple[Key, "Future[Result] | Early"]]:
    """Yield every key with its finished future, or with the result that `start` had at once.

    `start` is asked when all that a key needs has been yielded and taken in by the caller, so it
    can decide by what became of them.
    """
    sorter = TopologicalSorter(needs)
    sorter.prepare()
    running: dict[Future[Result], Key] = {}
    while sorter.is_active():
        for key in sorter.get_ready():
            begun = start(key, executor)
            if isinstance(begun, Future):
                running[begun] = key
                continue
            yield key, begun
            sorter.done(key)
        if not running:
            continue
        finished, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in finished:
            key = running.pop(future)
            yield key, future
            sorter.done(key)
