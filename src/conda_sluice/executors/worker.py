"""A worker: reads functions with their arguments, calls them, writes back what came of it.

Run as `python -m conda_sluice.executors.worker` it is two processes: a guard that only waits,
and below it the worker proper (see guard.py).
"""

import gc
import os
import pickle
import sys

from conda_sluice.executors.frames import ChannelClosedError, receive, send
from conda_sluice.executors.guard import guard

_GARBAGE = 100_000
"""Objects between two looks for cycles; see __main__.py."""


def main() -> None:
    """Serve until the stream of tasks ends; never run the interpreter's own shutdown.

    py-rattler 0.28 can abort while the interpreter shuts down; a worker therefore flushes and
    leaves.
    """
    guard()
    tasks, answers = _take_channel()
    sys.path[:] = pickle.loads(receive(tasks))  # noqa: S301 - from the process that started us
    gc.set_threshold(_GARBAGE)
    _serve(tasks, answers)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _take_channel() -> tuple[int, int]:
    """Move the channel away from stdin and stdout, where stray prints and reads would hit it.

    What a task prints goes to stderr, which the pool keeps to show if the worker dies.
    """
    tasks, answers = os.dup(0), os.dup(1)
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    os.close(empty)
    os.dup2(2, 1)
    return tasks, answers


def _serve(tasks: int, answers: int) -> None:
    while True:
        try:
            task = receive(tasks)
            if not task:
                return
            send(answers, _answer(task))
        except ChannelClosedError:
            return


def _answer(task: bytes) -> bytes:
    """Return the pickle of (True, value) or (False, exception)."""
    try:
        function, args, kwargs = pickle.loads(task)  # noqa: S301 - from the process that started us
        return pickle.dumps((True, function(*args, **kwargs)))
    except BaseException as error:  # noqa: BLE001 - all of it, a panic of Rust code too, is the pool's to raise
        return _failure(error)


def _failure(error: BaseException) -> bytes:
    """Return a pickle that is sure to load again: of the exception, else of its text."""
    import traceback

    from conda_sluice.errors import SluiceError, WorkerError

    trace = "".join(traceback.format_exception(error))
    if not isinstance(error, SluiceError):
        error.add_note(f"in a worker process:\n{trace}")
    try:
        answer = pickle.dumps((False, error))
        pickle.loads(answer)  # noqa: S301 - what was dumped the line before
    except Exception:  # noqa: BLE001 - whatever a foreign exception does when pickled
        kind = type(error).__name__
        return pickle.dumps((False, WorkerError(f"{kind}: {error}", remedy=trace)))
    return answer


if __name__ == "__main__":
    main()
