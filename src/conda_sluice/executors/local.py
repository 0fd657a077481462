"""Tasks on this machine: a pool of worker processes that leaves nothing behind."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from conda_sluice.executors.pool import WorkerPool


@dataclass(frozen=True, slots=True)
class LocalExecutor:
    """Runs `jobs` tasks at a time, each for at most `timeout` seconds (None: no limit)."""

    jobs: int
    timeout: float | None = None

    @contextmanager
    def open(self) -> Iterator[WorkerPool]:
        """Return the executor; leaving the context ends every process that it started.

        Left by an exception (Ctrl-C too) it ends what runs at once, otherwise it waits for it.
        """
        pool = WorkerPool(self.jobs, timeout=self.timeout)
        try:
            yield pool
            pool.close()
        except BaseException:
            pool.kill()
            raise
