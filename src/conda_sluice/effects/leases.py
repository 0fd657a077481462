"""Locks by leases, for places that many machines write to and that lock nothing by themselves.

Whoever wants a lock pins up a claim, a file with a name of its own, and looks which others hang
there: who is alone holds the lock. Of two who claim at a time at least one sees the other, as long
as the place shows what was written to it. Of several the one who asked first stays, and the others
take their claims down and come again. A claim is written anew while the lock is held; one that
was not for the length of a lease counts for nothing, and so does one of a process of this machine
that is no more. How old a claim is says the place; how long one's own is good, the clock of the
process.
"""

import hashlib
import json
import os
import random
import re
import secrets
import socket
import threading
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Protocol

from conda_sluice.errors import StoreError


class Board(Protocol):
    """Where claims are pinned up: small files by name; what was written is seen by everybody."""

    @property
    def where(self) -> str:
        """Return the URL of the place, for errors."""

    def ages(self, folder: str) -> Mapping[str, float]:
        """Return how many seconds ago each file below a folder was written, by its name."""

    def write(self, name: str, data: bytes) -> None:
        """Write a file, or write it anew."""

    def drop(self, names: Sequence[str]) -> None:
        """Remove files; what is gone already is no error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How long a claim is good after each writing, how long one waits for a lock, in seconds.

    `grace` is by how much a claim must have run out before others take it down: places tell whole
    seconds, and clocks differ. `poll` is the shortest pause between two looks.
    """

    lease: float = 120.0
    timeout: float = 600.0
    grace: float = 2.0
    poll: float = 0.05


_CLAIM = re.compile(r"[0-9]{20}-(?P<host>[0-9a-z.-]+)-(?P<pid>[0-9]+)-[0-9a-f]{16}\.json")
_LONGEST_PAUSE = 10
"""Pauses between two looks grow to so many times the shortest one."""


class Claim:
    """A claim of this process below a folder of a board."""

    def __init__(self, board: Board, folder: str, terms: Terms) -> None:
        self.name = f"{folder}/{time.time_ns():020d}-{_here()}-{secrets.token_hex(8)}.json"
        self._board = board
        self._terms = terms
        self._good_until = 0.0
        self._is_over = threading.Event()
        self._thread: threading.Thread | None = None
        self.hangs = False

    @property
    def is_good(self) -> bool:
        """Tell whether nobody may have taken the claim down yet."""
        return time.monotonic() < self._good_until

    def check(self) -> None:
        """Raise StoreError where the claim ran out: others may be at work already."""
        if not self.is_good:
            raise StoreError(
                "the lock of this command ran out, and could not be renewed in time",
                self._board.where,
                "run the command again: it goes on from what was done",
            )

    def pin(self) -> None:
        """Write the claim, or write it anew."""
        start = time.monotonic()
        said = {"written": time.time(), "lease": self._terms.lease, "by": _here()}
        self.hangs = True  # also where the answer to the writing is lost
        self._board.write(self.name, json.dumps(said).encode("ascii"))
        self._good_until = start + self._terms.lease

    def take_down(self) -> None:
        """Remove the claim."""
        self._good_until = 0.0
        if self.hangs:
            self._board.drop([self.name])
            self.hangs = False

    def keep(self) -> None:
        """Renew the claim from now on, every third of its lease, in a thread."""
        self._thread = threading.Thread(target=self._renew, name="lease", daemon=True)
        self._thread.start()

    def release(self) -> None:
        """Let go: the claim is not renewed any more and taken down, or runs out."""
        self._is_over.set()
        if self._thread is not None:
            self._thread.join()
        with suppress(StoreError):  # what cannot be taken down runs out
            self.take_down()

    def _renew(self) -> None:
        while not self._is_over.wait(self._terms.lease / 3) and self.is_good:
            with suppress(StoreError):  # tried again soon; a lock that is lost is told before use
                self.pin()


@dataclass(frozen=True, slots=True)
class Leases:
    """Locks on a board, each by the name of a folder in which its claims hang."""

    board: Board
    terms: Terms = field(default_factory=Terms)

    @contextmanager
    def held(self, folder: str, busy: str) -> Iterator[Claim]:
        """Hold a lock; raise StoreError, which says `busy`, where others do for too long."""
        claim = Claim(self.board, folder, self.terms)
        try:
            self._acquire(claim, folder, busy)
            claim.keep()
            yield claim
        finally:
            claim.release()

    def claim(self, folder: str) -> Claim:
        """Pin up a claim, and keep it; it is no lock by itself."""
        claim = Claim(self.board, folder, self.terms)
        claim.pin()
        claim.keep()
        return claim

    def live(self, folder: str, mine: str = "") -> Sequence[str]:
        """Return the claims below a folder that count, without `mine`; take the others down."""
        ages = {name: age for name, age in self.board.ages(folder).items() if name != mine}
        live = [name for name, age in ages.items() if self._is_live(name, age)]
        self.board.drop([name for name in ages if name not in live])
        return sorted(live)

    def _acquire(self, claim: Claim, folder: str, busy: str) -> None:
        deadline = time.monotonic() + self.terms.timeout
        pause = self.terms.poll
        claim.pin()
        while True:
            others = self.live(folder, claim.name)
            if not others and claim.hangs and claim.is_good:
                return
            if time.monotonic() > deadline:
                raise StoreError(
                    f"{busy} for {self.terms.timeout:g} seconds ({_holder(others)})",
                    self.board.where,
                    "wait for it to end, then run the command again; if it was killed, its lock"
                    f" runs out {self.terms.lease:g} seconds later",
                )
            is_first = not others or claim.name < others[0]
            if claim.hangs and not is_first:
                claim.take_down()
            elif is_first and not (claim.hangs and claim.is_good):
                claim.pin()
                continue
            time.sleep(random.uniform(pause / 2, pause))  # noqa: S311 - no secret
            pause = min(pause * 1.5, self.terms.poll * _LONGEST_PAUSE)

    def _is_live(self, name: str, age: float) -> bool:
        found = _CLAIM.fullmatch(name.rpartition("/")[2])
        if found is not None and found["host"] == _host() and not _runs(int(found["pid"])):
            return False
        return age <= self.terms.lease + self.terms.grace


def _here() -> str:
    return f"{_host()}-{os.getpid()}"


def _host() -> str:
    """Return the machine's name as far as it can stand in the name of a file, and a digest.

    The digest tells apart containers and machines of one name: the process numbers of one say
    nothing of those of the other.
    """
    name = re.sub(r"[^0-9a-z.-]", "-", socket.gethostname().lower()) or "unknown"
    return f"{name}-{_world()}"


@cache
def _world() -> str:
    """Return a digest of what numbers processes: one boot of a machine, one container of it."""
    facts = [socket.gethostname(), str(uuid.getnode())]
    with suppress(OSError):  # only Linux has these
        facts.append(Path("/proc/sys/kernel/random/boot_id").read_text("ascii"))
        facts.append(str(Path("/proc/self/ns/pid").readlink()))
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:8]


def _holder(others: Sequence[str]) -> str:
    found = _CLAIM.fullmatch(others[0].rpartition("/")[2]) if others else None
    return f"process {found['pid']} on {found['host']}" if found else "unknown"


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
