"""A lock that works on every S3 server which lists what was written: claims that run out.

Who wants to write puts a claim, an object with a name of its own, and lists the claims. Who is
alone holds the lock: of two who claim at the same time at least one sees the other. Of several the
one who asked first stays, and the others withdraw and come again. A claim is written anew again and
again while it is held; one that was not for the length of a lease is removed by whoever finds it.
Its age is told by the server's clock; how long one's own is good, by the clock of the process.
"""

import json
import os
import random
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from conda_sluice.errors import StoreError
from conda_sluice.stores.s3.objects import Listed, Objects
from conda_sluice.stores.s3.refusals import SupersededError, UnsupportedError

CLAIMS = ".sluice/claims/"

_GRACE = 2.0
"""Seconds by which a claim must have run out before others remove it: servers tell whole ones."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 0.5


class Claim:
    """One process's wish to write to a channel, good for `lease` seconds after each writing."""

    def __init__(self, objects: Objects, lease: float) -> None:
        self.path = f"{CLAIMS}{time.time_ns():020d}-{secrets.token_hex(8)}.json"
        self._objects = objects
        self._lease = lease
        self._good_until = 0.0
        self._is_there = False

    @property
    def is_good(self) -> bool:
        """Tell whether nobody may have removed the claim yet."""
        return time.monotonic() < self._good_until

    def refuse_lost(self) -> None:
        """Raise StoreError where others may be writing already."""
        if not self.is_good:
            raise StoreError(
                "the lock ran out before the change was made, and was not renewed in time",
                self._objects.url,
                "nothing is half done: run the command again",
            )

    def write(self) -> None:
        """Put the claim, or put it anew."""
        start = time.monotonic()
        self._objects.write(self.path, self._text())
        self._is_there = True
        self._good_until = start + self._lease

    def withdraw(self) -> None:
        """Take the claim away."""
        self._good_until = 0.0
        if self._is_there:
            self._objects.delete(self.path)
            self._is_there = False

    def conditions_hold(self) -> bool:
        """Tell whether the server refuses writes whose condition does not hold: try it, twice."""
        for condition in ({"IfNoneMatch": "*"}, {"IfMatch": f'"{"0" * 32}"'}):
            try:
                self._objects.write(self.path, self._text(), **condition)
            except SupersededError:
                continue
            except (UnsupportedError, StoreError):
                return False
            return False
        return True

    def _text(self) -> bytes:
        told = {
            "host": socket.gethostname(),
            "pid": os.getpid(),
            "lease": self._lease,
            "written": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        }
        return json.dumps(told, sort_keys=True).encode()


@contextmanager
def writing(objects: Objects, *, timeout: float, lease: float) -> Iterator[Claim]:
    """Be the one writer of a channel; wait `timeout` seconds, else raise StoreError."""
    claim = Claim(objects, lease)
    try:
        _acquire(objects, claim, time.monotonic() + timeout, lease)
        if objects.bucket not in objects.server.honours_conditions:
            objects.server.honours_conditions[objects.bucket] = claim.conditions_hold()
        with _renewed(claim, lease):
            yield claim
    finally:
        with suppress(StoreError):  # what cannot be withdrawn runs out
            claim.withdraw()


def _acquire(objects: Objects, claim: Claim, deadline: float, lease: float) -> None:
    pause = _FIRST_PAUSE
    claim.write()
    is_claimed = True
    while True:
        others = _others(objects, claim, lease)
        if is_claimed and not others and claim.is_good:
            return
        is_first = all(claim.path < other.path for other in others)
        if time.monotonic() > deadline:
            raise _busy(objects, others, lease)
        if is_claimed and not is_first:
            claim.withdraw()
            is_claimed = False
        elif is_first and not (is_claimed and claim.is_good):
            claim.write()
            is_claimed = True
            continue
        time.sleep(random.uniform(pause / 2, pause))  # noqa: S311 - no secret
        pause = min(pause * 1.5, _LONGEST_PAUSE)


def _others(objects: Objects, claim: Claim, lease: float) -> list[Listed]:
    """Return the claims of others that are still good; remove those that have run out."""
    others = []
    for one in objects.list(CLAIMS):
        if one.path == claim.path:
            continue
        if one.age > lease + _GRACE:
            objects.delete(one.path)
        else:
            others.append(one)
    return others


@contextmanager
def _renewed(claim: Claim, lease: float) -> Iterator[None]:
    """Write the claim anew, every third of its lease, until the block ends."""
    is_over = threading.Event()

    def renew() -> None:
        while not is_over.wait(lease / 3) and claim.is_good:
            with suppress(StoreError):  # tried again soon; a lock that is lost is told before use
                claim.write()

    thread = threading.Thread(target=renew, name="s3-lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def _busy(objects: Objects, others: list[Listed], lease: float) -> StoreError:
    holder = objects.read(others[0].path) if others else None
    who = ""
    if holder is not None:
        with suppress(ValueError, KeyError, TypeError):
            told = json.loads(holder.data)
            who = f" (process {told['pid']} on {told['host']})"
    return StoreError(
        f"another program has been writing to this channel for too long{who}",
        objects.url,
        f"wait for it to end, then run the command again; if it was killed, its lock runs out"
        f" {lease:g} seconds later",
    )
