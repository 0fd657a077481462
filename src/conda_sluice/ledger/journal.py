"""The journal in a folder beside the ledger: one file for each transaction.

`open/<id>.json` is under way, `done/<number>-<act>-<id>.json` was carried out; ending a
transaction is one rename. The numbers tell the order in which that happened, which clocks do
not: those of two machines differ, and one may be set back. Whoever begins a transaction holds a
lock on it for as long as the process lives, so that others can tell a transaction under way from
one that a crash has left.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from conda_sluice.effects.files import sweep_temporaries, sync_folder, write_atomically
from conda_sluice.effects.locks import locked
from conda_sluice.effects.os_errors import as_store_errors
from conda_sluice.errors import DamagedError
from conda_sluice.ledger.notes import named, next_name, parse_note
from conda_sluice.model.transaction import Act, Transaction
from conda_sluice.model.transaction_text import to_json

if TYPE_CHECKING:
    from filelock import BaseFileLock

_POLL = 0.02
"""Seconds between two tries to get the lock."""


class DirectoryJournal:
    """Implements the port `Journal` in a folder that need not exist yet; `timeout` in seconds."""

    def __init__(self, folder: Path, *, timeout: float = 600.0) -> None:
        self._folder = folder
        self._timeout = timeout
        self._held: dict[str, BaseFileLock] = {}

    @property
    def _open(self) -> Path:
        return self._folder / "open"

    @property
    def _done(self) -> Path:
        return self._folder / "done"

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Let one decision and what follows from it happen at a time; see the port."""
        with ExitStack() as stack:
            with as_store_errors(self._folder):
                self._folder.mkdir(parents=True, exist_ok=True)
                lock = self._folder / "lock"
                busy = "another sluice has been at work"
                stack.enter_context(
                    locked(self._folder, lock, timeout=self._timeout, poll=_POLL, busy=busy)
                )
            yield

    def begin(self, transaction: Transaction) -> None:
        """Note, safe on disk, that the transaction is under way."""
        with as_store_errors(self._folder):
            self._open.mkdir(parents=True, exist_ok=True)
            lock = self._lock(transaction.id)
            lock.acquire()
            self._held[transaction.id] = lock
            try:
                write_atomically(self._open_file(transaction.id), to_json(transaction))
            except OSError:  # nothing may stay that others would take for a crash
                self._open_file(transaction.id).unlink(missing_ok=True)
                self._release(transaction.id)
                raise

    def end(self, transaction: Transaction) -> None:
        """Note that all of the transaction came about and is in the ledger."""
        with as_store_errors(self._folder):
            self._done.mkdir(parents=True, exist_ok=True)
            os.replace(self._open_file(transaction.id), self._done_file(transaction))  # noqa: PTH105 - tests make it fail
            sync_folder(self._done)
            sync_folder(self._open)
            self._release(transaction.id)

    def drop(self, transaction: Transaction) -> None:
        """Forget a transaction of which nothing came about."""
        with as_store_errors(self._folder):
            self._open_file(transaction.id).unlink(missing_ok=True)
            sync_folder(self._open)
            self._release(transaction.id)

    def abandoned(self) -> Sequence[Transaction]:
        """Return those begun by a process that is no more, oldest first; see the port."""
        left = []
        with as_store_errors(self._folder):
            sweep_temporaries(self._open)
            # a note whose lock was lost, in a copy of the ledger for one, counts too
            files = (*self._open.glob("*.json"), *self._open.glob("*.lock"))
            for identity in sorted({file.stem for file in files}):
                if not self._takes_over(identity):
                    continue
                file = self._open_file(identity)
                try:
                    found = _read(file)
                except FileNotFoundError:  # ended meanwhile, or never quite begun
                    self._release(identity)
                except DamagedError:
                    self._release(identity)
                    raise
                else:
                    left.append(found)
        return tuple(sorted(left, key=lambda one: (one.when, one.id)))

    def carried_out(self, *acts: Act) -> Iterator[Transaction]:
        """Yield those that were ended, all or those of some acts, newest first; see the port."""
        with as_store_errors(self._folder):
            for file in sorted(self._done.glob("*.json"), reverse=True):
                act = named(str(file))["act"]
                if not acts or act in acts:
                    yield _read(file, act)

    def _takes_over(self, identity: str) -> bool:
        """Hold the transaction from now on, unless this or another process is at work on it."""
        from filelock import Timeout

        if identity in self._held:
            return False
        lock = self._lock(identity)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return False
        self._held[identity] = lock
        return True

    def _lock(self, identity: str) -> "BaseFileLock":
        from filelock import FileLock

        return FileLock(self._open / f"{identity}.lock", timeout=self._timeout)

    def _release(self, identity: str) -> None:
        lock = self._held.pop(identity, None)
        if lock is not None:
            (self._open / f"{identity}.lock").unlink(missing_ok=True)
            lock.release()

    def _open_file(self, identity: str) -> Path:
        return self._open / f"{identity}.json"

    def _done_file(self, transaction: Transaction) -> Path:
        return self._done / next_name(transaction, map(str, self._done.glob("*.json")))


def _read(file: Path, act: str = "") -> Transaction:
    return parse_note(file.read_bytes(), str(file), file.stem.rpartition("-")[2], act)
