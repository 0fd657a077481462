"""Run tasks on an executor, each after those it follows; yield results as they come."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass
from graphlib import TopologicalSorter
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
        finished: set[Future[Result]] = set()
        said: tuple[Key, ...] = ()
        while not finished:
            finished, _ = wait(running, timeout=TICK, return_when=FIRST_COMPLETED)
            now = tuple(key for future, key in running.items() if future.running())
            if now != said and not finished:
                yield Waiting(now)
                said = now
        for future in finished:
            key = running.pop(future)
            yield key, future
            sorter.done(key)
