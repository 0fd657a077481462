"""Run as a program: writers in processes of their own, many at once or killed at each step.

`processes.py <work> <folder>`: `many-puts` and `many-appends` let eight processes write to one
channel or ledger; `killed-put` and `killed-append` kill a writer before its first, second, … call
that changes the disk, each time in a folder of its own, until one is not killed any more.
"""

import itertools
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from conda_sluice.ledger.directory import DirectoryLedger
from conda_sluice.stores.directory.store import DirectoryStore
from factories import a_channel, an_artifact, an_event

WRITERS, PACKAGES = 8, 5
FUNCTIONS = ("open", "write", "fsync", "fchmod", "link", "replace", "mkdir", "unlink")


def in_child(work: Callable[[], None]) -> int:
    """Start `work` in a forked process and return its process id."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        work()
        code = 0
    finally:
        os._exit(code)


def is_killed(child: int) -> bool:
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return True
    if os.waitstatus_to_exitcode(status):
        raise SystemExit("a writer failed")
    return False


def kill_before(call: int) -> None:
    """Let this process die before the n-th call that changes the disk."""
    calls = itertools.count(1)

    def deadly(function):
        def wrapped(*args, **kwargs):
            if next(calls) == call:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*args, **kwargs)

        return wrapped

    for name in FUNCTIONS:
        setattr(os, name, deadly(getattr(os, name)))


def until_it_survives(folder: Path, prepare, work) -> None:
    for call in itertools.count(1):
        place = folder / f"{call:03d}"
        prepare(place)

        def attempt(place=place, call=call):
            kill_before(call)
            work(place)

        if not is_killed(in_child(attempt)):
            return


def together(work: Callable[[int], None]) -> None:
    children = [in_child(lambda number=number: work(number)) for number in range(WRITERS)]
    killed = [is_killed(child) for child in children]
    if any(killed):
        raise SystemExit("a writer was killed")


def many_puts(folder: Path) -> None:
    packages = [
        [an_artifact(folder / "in", f"p{writer}-{number}") for number in range(PACKAGES)]
        for writer in range(WRITERS)
    ]

    def put(writer: int) -> None:
        for artifact in packages[writer]:
            DirectoryStore().put([artifact], a_channel(folder))

    together(put)


def killed_put(folder: Path) -> None:
    first, noarch = an_artifact(folder / "in", "a"), an_artifact(folder / "in", "b")
    linux = an_artifact(folder / "in", "c", subdir="linux-64")
    until_it_survives(
        folder,
        lambda place: DirectoryStore().put([first], a_channel(place)),
        lambda place: DirectoryStore().put([noarch, linux], a_channel(place)),
    )


def many_appends(folder: Path) -> None:
    def append(writer: int) -> None:
        for number in range(PACKAGES):
            data = {"writer": writer, "number": number}
            DirectoryLedger(folder).append([an_event(data=data), an_event(f"p{writer}")])

    together(append)


def killed_append(folder: Path) -> None:
    until_it_survives(
        folder,
        lambda place: DirectoryLedger(place).append([an_event()]),
        lambda place: DirectoryLedger(place).append([an_event(), an_event("other")]),
    )


if __name__ == "__main__":
    works = {
        "many-puts": many_puts,
        "killed-put": killed_put,
        "many-appends": many_appends,
        "killed-append": killed_append,
    }
    works[sys.argv[1]](Path(sys.argv[2]))
