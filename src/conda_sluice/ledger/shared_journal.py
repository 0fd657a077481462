"""The journal on a shelf, for commands on many machines: one file for each transaction.

`.journal/open/<id>.json` is under way, `.journal/done/<number>-<act>-<id>.json` was carried out.
Whoever begins a transaction keeps a claim on it for as long as the process lives.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from conda_sluice.effects.leases import Claim, Leases, Terms
from conda_sluice.errors import DamagedError
from conda_sluice.ledger.notes import named, next_name, parse_note
from conda_sluice.ledger.shelf import Shelf
from conda_sluice.model.transaction import Act, Transaction
from conda_sluice.model.transaction_text import to_json

_OPEN, _DONE, _ALIVE, _LOCK = (f".journal/{name}" for name in ("open", "done", "alive", "lock"))


class SharedJournal:
    """Implements the port `Journal` on a shelf."""

    def __init__(self, shelf: Shelf, terms: Terms | None = None) -> None:
        self._shelf = shelf
        self._leases = Leases(shelf, terms or Terms())
        self._claims: dict[str, Claim] = {}
        self._lock: Claim | None = None

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Let one decision and what follows from it happen at a time; see the port."""
        with self._leases.held(_LOCK, "another sluice has been at work") as claim:
            self._lock = claim
            try:
                yield
            finally:
                self._lock = None

    def begin(self, transaction: Transaction) -> None:
        """Note that the transaction is under way."""
        self._check()
        self._claims[transaction.id] = self._leases.claim(_alive(transaction.id))
        try:
            self._shelf.write(_open(transaction.id), to_json(transaction))
        except BaseException:
            self._release(transaction.id)
            raise

    def end(self, transaction: Transaction) -> None:
        """Note that all of the transaction came about and is in the ledger."""
        done = self._done()
        # noted already where the answer to that was lost, and where somebody took it over
        if transaction.id not in {named(one)["id"] for one in done}:
            self._shelf.write(f"{_DONE}/{next_name(transaction, done)}", to_json(transaction))
        self._forget(transaction)

    def drop(self, transaction: Transaction) -> None:
        """Forget a transaction of which nothing came about."""
        self._forget(transaction)

    def abandoned(self) -> Sequence[Transaction]:
        """Return those begun by a process that is no more, oldest first; see the port."""
        ended = {named(name)["id"] for name in self._done()}
        left = []
        for file in self._shelf.names(_OPEN):
            identity = file.rpartition("/")[2].removesuffix(".json")
            if identity in self._claims or self._leases.live(_alive(identity)):
                continue
            if identity in ended:  # only the last step of its end is missing
                self._shelf.drop([file])
                continue
            (data,) = self._shelf.read([file])
            if data is None:  # it came to its end while we looked
                continue
            found = parse_note(data, f"{self._shelf.where}/{file}", identity)
            self._claims[identity] = self._leases.claim(_alive(identity))
            left.append(found)
        return tuple(sorted(left, key=lambda one: (one.when, one.id)))

    def carried_out(self, *acts: Act) -> Iterator[Transaction]:
        """Yield those that were ended, all or those of some acts, newest first; see the port."""
        chosen = [name for name in reversed(self._done()) if not acts or named(name)["act"] in acts]
        for file in chosen:
            said = named(file)
            yield self._read(file, said["id"], said["act"])

    def _done(self) -> Sequence[str]:
        return self._shelf.names(_DONE)

    def _check(self) -> None:
        if self._lock is not None:
            self._lock.check()

    def _forget(self, transaction: Transaction) -> None:
        self._shelf.drop([_open(transaction.id)])
        self._release(transaction.id)

    def _release(self, identity: str) -> None:
        claim = self._claims.pop(identity, None)
        if claim is not None:
            claim.release()

    def _read(self, file: str, identity: str, act: str) -> Transaction:
        """Read a note; raise DamagedError for one that is not there, or not what its name says."""
        (data,) = self._shelf.read([file])
        where = f"{self._shelf.where}/{file}"
        if data is None:
            raise DamagedError("is not there any more", where, "restore the ledger from a copy")
        return parse_note(data, where, identity, act)


def _open(identity: str) -> str:
    return f"{_OPEN}/{identity}.json"


def _alive(identity: str) -> str:
    """Return the folder in which whoever carries a transaction out has a claim."""
    return f"{_ALIVE}/{identity}"
