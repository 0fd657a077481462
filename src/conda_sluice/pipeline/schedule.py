"""Run tasks on an executor, each after those it follows; yield results as they come."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from graphlib import TopologicalSorter
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Result = TypeVar("Result")
Early = TypeVar("Early")

TICK = 0.2
"""Seconds between two looks at what runs."""


@dataclass(frozen=True, slots=True)
class Waiting(Generic[Key]):
    """Nothing has finished just now: these keys are being worked on."""

    running: tuple[Key, ...]


Step = tuple[Key, Future[Result] | Early] | Waiting[Key]
"""A key with its finished future or its early result, or word of what is being worked on."""


def schedule(
    needs: Mapping[Key, Sequence[Key]],
    start: Callable[[Key, Executor], "Future[Result] | Early"],
    executor: Executor,
) -> "Iterator[Step[Key, Result, Early]]":
    """Yield every key with its finished future, or with the result that `start` had at once.

    In between it says what is being worked on, whenever that has changed.
    `start` is asked when all that a key needs has been yielded and taken in by the caller, so it
    can decide by what became of them.
    """
    sorter = TopologicalSorter(needs)
    sorter.prepare()
    running: dict[Future[Result], Key] = {}
    finished: SimpleQueue[Future[Result]] = SimpleQueue()
    while sorter.is_active():
        for key in sorter.get_ready():
            begun = start(key, executor)
            if isinstance(begun, Future):
                running[begun] = key
                begun.add_done_callback(finished.put)  # costs the same however many run
                continue
            yield key, begun
            sorter.done(key)
        if not running:
            continue
        said: tuple[Key, ...] = ()
        while (future := _next(finished)) is None:
            now = tuple(key for future, key in running.items() if future.running())
            if now != said:
                yield Waiting(now)
                said = now
        key = running.pop(future)
        yield key, future
        sorter.done(key)


def _next(finished: "SimpleQueue[Future[Result]]") -> "Future[Result] | None":
    """Return the next future that has finished, None where none does within a tick."""
    try:
        return finished.get(timeout=TICK)
    except Empty:
        return None
