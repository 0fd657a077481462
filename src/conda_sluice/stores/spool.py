"""Package files on their way from one store to another, kept until they have arrived.

What a transfer that was cut off has brought here is not brought again: files wait in a folder by
their sha256, and are looked at before they are used.
"""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from conda_sluice.effects.files import sha256_of
from conda_sluice.errors import SluiceError
from conda_sluice.model.package import PackageRecord

Fetch = Callable[[PackageRecord, Path], Path]
"""Brings a package file into a folder, its hash verified."""

_WEEK = 7 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Spool:
    """A folder of files on their way; `jobs` of them are fetched at a time."""

    folder: Path
    jobs: int = 8

    def fetch(
        self, records: Sequence[PackageRecord], fetch: Fetch
    ) -> Iterator[tuple[PackageRecord, Path]]:
        """Yield each record with its file as they arrive; those that wait here come first.

        The first error ends it, once what is under way has ended; what has arrived stays.
        """
        self._sweep()
        missing = []
        for record in records:
            path = self._place(record) / record.file
            if path.is_file() and sha256_of(path) == record.sha256:
                yield record, path
            else:
                missing.append(record)
        pool = ThreadPoolExecutor(self.jobs)
        try:
            asked = {pool.submit(fetch, one, self._place(one)): one for one in missing}
            for done in as_completed(asked):
                yield asked[done], done.result()
        except SluiceError:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
        finally:  # whoever interrupts does not wait
            pool.shutdown(wait=False, cancel_futures=True)

    def forget(self, records: Sequence[PackageRecord]) -> None:
        """Remove the files of packages that have arrived."""
        for record in records:
            shutil.rmtree(self.folder / record.sha256, ignore_errors=True)

    def _place(self, record: PackageRecord) -> Path:
        """Return the folder of one file: two of one name do not meet there."""
        return self.folder / record.sha256 / record.subdir

    def _sweep(self) -> None:
        """Remove what nobody has come back for within a week."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for place in self.folder.iterdir():
            with suppress(FileNotFoundError):  # another process was quicker
                if time.time() - place.stat().st_mtime > _WEEK:
                    shutil.rmtree(place, ignore_errors=True)


@contextmanager
def own_spool(folder: Path | None, jobs: int) -> Iterator[Spool]:
    """Give the spool in `folder`; one that is gone afterwards where another process has that."""
    with held_spool(folder, jobs) as held, ExitStack() as stack:
        if held is not None:
            yield held
            return
        # who is interrupted does not wait for transfers, which still write there
        room = tempfile.TemporaryDirectory(prefix="sluice-copy-", ignore_cleanup_errors=True)
        name = stack.enter_context(room)
        yield Spool(Path(name), jobs)


@contextmanager
def held_spool(folder: Path | None, jobs: int) -> Iterator[Spool | None]:
    """Give the spool in `folder` to one process at a time, None to the others."""
    from filelock import FileLock, Timeout

    if folder is None:
        yield None
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = FileLock(folder.with_name(f"{folder.name}.lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        yield None
        return
    try:
        yield Spool(folder, jobs)
    finally:
        lock.release()
