"""Locks by leases, for places that many machines write to and that lock nothing by themselves.

Whoever wants a lock pins up a claim and looks which others hang there. Alone, it holds the lock;
else all but the first by name take their claims down and try again after a random while, and the
first one looks again. Of two who are alone by turns the later one must have seen the earlier
one's claim, as long as the place shows what was written to it. A claim runs out, unless its
holder renews it: a process that dies blocks nobody for long. Clocks of the machines may differ by
a good part of a lease, not by more.
"""

import json
import os
import random
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from conda_sluice.errors import SluiceError, StoreError


class Board(Protocol):
    """Where claims are pinned up: small files by name; what was written is seen by everybody."""

    @property
    def where(self) -> str:
        """Return the URL of the place, for errors."""

    def names(self, folder: str) -> Sequence[str]:
        """Return the names of the files below a folder as they are now, sorted.

        They begin with the folder's name.
        """

    def read(self, names: Sequence[str]) -> Sequence[bytes | None]:
        """Return the files' bytes, None for one that is not there.

        As they are now, or were when names were last asked for.
        """

    def write(self, name: str, data: bytes) -> None:
        """Write a file, or write it anew."""

    def drop(self, names: Sequence[str]) -> None:
        """Remove files; what is gone already is no error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How long a claim lasts without renewal, how long one waits for a lock, in seconds."""

    lease: float = 120.0
    timeout: float = 600.0
    poll: float = 0.2


@dataclass(eq=False)
class Claim:
    """A claim of this process, renewed by a thread until it is let go."""

    board: Board
    name: str
    terms: Terms
    clock: Callable[[], float] = time.time
    _stop: threading.Event = field(default_factory=threading.Event)
    _lost: str = ""
    _thread: threading.Thread | None = None

    def pin(self) -> None:
        """Write the claim, with the time at which it runs out."""
        self.board.write(self.name, _text(self.clock() + self.terms.lease))

    def keep(self) -> None:
        """Renew the claim from now on, in a thread."""
        self._thread = threading.Thread(target=self._renew, daemon=True)
        self._thread.start()

    def check(self) -> None:
        """Raise StoreError where the claim could not be renewed: others may be at work."""
        if self._lost:
            raise StoreError(
                f"the lock of this command was lost: {self._lost}",
                self.board.where,
                "run the command again: it goes on from what was done",
            )

    def release(self) -> None:
        """Let go: the claim is taken down, and others may hold the lock."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        self.board.drop([self.name])

    def _renew(self) -> None:
        due = self.clock() + self.terms.lease
        while not self._stop.wait(self.terms.lease / 3):
            try:
                if self.name not in self.board.names(self.name.rpartition("/")[0]):
                    self._lost = "it was not renewed in time, and somebody took it away"
                    return
                self.pin()
                due = self.clock() + self.terms.lease
            except SluiceError as error:
                if self.clock() > due:
                    self._lost = error.what
                    return


@dataclass(frozen=True, slots=True)
class Leases:
    """Locks on a board, each by the name of a folder in which its claims hang."""

    board: Board
    terms: Terms = field(default_factory=Terms)
    clock: Callable[[], float] = time.time

    @contextmanager
    def held(self, folder: str, busy: str) -> Iterator[Claim]:
        """Hold a lock; raise StoreError, which says `busy`, where others do for too long."""
        claim = self._take(folder, busy)
        try:
            yield claim
        finally:
            claim.release()

    def claim(self, name: str) -> Claim:
        """Pin up a claim that others respect, and keep it; it is no lock by itself."""
        claim = Claim(self.board, name, self.terms, self.clock)
        claim.pin()
        claim.keep()
        return claim

    def is_live(self, name: str) -> bool:
        """Tell whether a claim hangs there that has not run out."""
        (data,) = self.board.read([name])
        return data is not None and _is_live(data, self.clock())

    def _take(self, folder: str, busy: str) -> Claim:
        started = time.monotonic()
        tries = 0
        while True:
            claim = Claim(
                self.board, f"{folder}/{secrets.token_hex(8)}.json", self.terms, self.clock
            )
            try:
                claim.pin()
                while others := self._others(folder, claim.name):
                    self._refuse_long_waits(started, busy)
                    if min(others) < claim.name:
                        break
                    self._pause(0)
                else:
                    claim.keep()
                    return claim
            except BaseException:
                claim.release()
                raise
            claim.release()
            tries += 1
            self._pause(min(tries, 4))

    def _others(self, folder: str, mine: str) -> Sequence[str]:
        """Return the claims of others that have not run out; those that have are taken down."""
        others = [name for name in self.board.names(folder) if name != mine]
        found = dict(zip(others, self.board.read(others), strict=True))
        live = [name for name, data in found.items() if data and _is_live(data, self.clock())]
        self.board.drop([name for name in others if name not in live])
        return live

    def _refuse_long_waits(self, started: float, busy: str) -> None:
        if time.monotonic() - started > self.terms.timeout:
            raise StoreError(
                f"{busy} for {self.terms.timeout:g} seconds",
                self.board.where,
                "wait for it to end, then run the command again",
            )

    def _pause(self, tries: int) -> None:
        time.sleep(self.terms.poll * (1 + random.random() * 2**tries))  # noqa: S311 - no secret


def _text(expires: float) -> bytes:
    """Serialise a claim: when it runs out, in seconds since 1970, and whose it is."""
    said = {"expires": expires, "host": socket.gethostname(), "pid": os.getpid()}
    return json.dumps(said).encode("ascii")


def _is_live(data: bytes, now: float) -> bool:
    try:
        said = json.loads(data)
        expires, host, pid = float(said["expires"]), str(said["host"]), int(said["pid"])
    except (ValueError, KeyError, TypeError):
        return False  # cut off while it was written: whoever wrote it never held anything
    if host == socket.gethostname() and not _runs(pid):
        return False
    return expires > now


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
