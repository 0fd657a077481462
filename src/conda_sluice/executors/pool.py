"""A pool of persistent worker processes behind the interface of concurrent.futures.

A thread for each worker sends it one task and waits for the answer; a worker that took too long
or died is replaced when the next task comes.
"""

import os
import pickle
import signal
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from threading import Lock
from typing import ParamSpec, TypeVar

from conda_sluice.effects import process
from conda_sluice.errors import TaskTimeoutError, WorkerError
from conda_sluice.executors.frames import ChannelClosedError, receive, send
from conda_sluice.model.task import Timed

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

_END = b""
_SECONDS_TO_END = 10.0
_LAST_WORDS = 2000


class Worker:
    """One worker process and its guard (see guard.py), as the pool sees them."""

    def __init__(self) -> None:
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `wait`
        self._process = process.start(
            # -P: the current folder may hold a hostile `pickle.py`
            [sys.executable, "-P", "-m", "conda_sluice.executors.worker"],
            stderr=self._stderr.fileno(),
        )
        self._tasks = _descriptor(self._process.stdin)
        self._answers = _descriptor(self._process.stdout)
        with suppress(ChannelClosedError):  # the first task will tell why
            send(self._tasks, pickle.dumps([entry for entry in sys.path if entry]))

    def call(self, task: bytes, timeout: float | None) -> tuple[bool, object]:
        """Run a pickled task and return (True, value) or (False, exception).

        Raise TimeoutError, or WorkerError when the process ended; it is of no use after either.
        """
        os.ftruncate(self._stderr.fileno(), 0)
        os.lseek(self._stderr.fileno(), 0, os.SEEK_SET)  # the worker shares this position
        try:
            send(self._tasks, task)
            answer = receive(self._answers, timeout=timeout)
        except ChannelClosedError:
            raise self._death() from None
        is_value, value = pickle.loads(answer)  # noqa: S301 - from the process that we started
        return is_value, value

    def ask_to_end(self) -> None:
        """Ask an idle worker to end by itself."""
        with suppress(ChannelClosedError):
            send(self._tasks, _END)

    def drop(self) -> None:
        """Let go of the leash: the guard ends the worker and everything below it."""
        if self._process.stdin is not None:
            self._process.stdin.close()

    def wait(self) -> int:
        """Wait for the end and return the exit code; a group that does not end is killed."""
        return process.wait_or_kill(self._process, _SECONDS_TO_END)

    def close(self) -> None:
        """Close the pipes, when no thread reads them any more."""
        for stream in (self._process.stdin, self._process.stdout, self._stderr):
            if stream is not None:
                stream.close()

    def _death(self) -> WorkerError:
        size = os.fstat(self._stderr.fileno()).st_size
        start = max(0, size - _LAST_WORDS)
        words = os.pread(self._stderr.fileno(), _LAST_WORDS, start).decode("utf-8", "replace")
        return WorkerError(f"the worker process {_ending(self.wait())}", remedy=words.strip())


class WorkerPool(ThreadPoolExecutor):
    """Runs functions that pickle in at most `jobs` processes, which start with the first tasks.

    `timeout` is seconds for each task that does not bring its own (see Timed), None for no limit.
    """

    def __init__(self, jobs: int, *, timeout: float | None = None) -> None:
        super().__init__(max_workers=jobs, thread_name_prefix="sluice-worker")
        self._timeout = timeout
        self._lock = Lock()
        self._idle: list[Worker] = []
        self._all: set[Worker] = set()
        self._is_killed = False

    def submit(
        self,
        fn: Callable[Parameters, Result],
        /,
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Future[Result]:
        """Run `fn` in a worker; the future can be cancelled until it starts.

        The future raises what the function raised, TaskTimeoutError when it took too long, or
        WorkerError when its process died.
        """
        return super().submit(self._perform, fn, args, kwargs)

    def close(self) -> None:
        """Wait for all tasks, then end the workers."""
        self.shutdown()
        for worker in self._all:
            worker.ask_to_end()
        self._forget_all()

    def kill(self) -> None:
        """Cancel what waits, and end what runs with every process that it started."""
        with self._lock:
            self._is_killed = True
        self.shutdown(wait=False, cancel_futures=True)
        for worker in tuple(self._all):
            worker.drop()
        self.shutdown()
        self._forget_all()

    def _forget_all(self) -> None:
        for worker in tuple(self._all):
            self._forget(worker)

    def _perform(
        self, function: Callable[..., Result], args: tuple[object, ...], kwargs: dict[str, object]
    ) -> Result:
        timeout = function.seconds if isinstance(function, Timed) else self._timeout
        task = pickle.dumps((function, args, kwargs))
        worker = self._take()
        try:
            is_value, value = worker.call(task, timeout)
        except TimeoutError:
            self._end(worker)
            raise TaskTimeoutError(
                f"it took longer than {timeout:g} s and was ended",
                remedy="find out from its log what it waits for, or give it more time",
            ) from None
        except BaseException:
            self._end(worker)
            raise
        self._idle.append(worker)
        if is_value:
            return value  # type: ignore[return-value]  # what the function returned over there
        raise value  # type: ignore[misc]  # an exception, by the protocol

    def _take(self) -> Worker:
        with self._lock:
            if self._is_killed:
                raise WorkerError("the pool was closed before this task could start")
            if self._idle:
                return self._idle.pop()
            worker = Worker()
            self._all.add(worker)
            return worker

    def _end(self, worker: Worker) -> None:
        worker.drop()
        self._forget(worker)

    def _forget(self, worker: Worker) -> None:
        worker.wait()
        worker.close()
        with self._lock:
            self._all.discard(worker)


def _descriptor(stream: object) -> int:
    return stream.fileno()  # type: ignore[attr-defined,no-any-return]  # a pipe, as asked for


def _ending(code: int) -> str:
    number = code - 128 if code > 128 else -code  # noqa: PLR2004 - the guard's way to tell a signal
    if number <= 0:
        return f"ended by itself with exit code {code}"
    name = signal.strsignal(number) or "unknown"
    return f"was ended by signal {number} ({name})"
