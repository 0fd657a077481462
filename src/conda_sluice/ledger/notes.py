"""The notes of a journal: what their names say, and that they hold what their names say."""

import re
from collections.abc import Iterable

from conda_sluice.errors import DamagedError
from conda_sluice.model.transaction import Transaction
from conda_sluice.model.transaction_text import parse_transaction

_DONE = re.compile(r"(?P<number>[0-9]+)-(?P<act>[a-z]+)-(?P<id>[0-9a-f]+)\.json")


def named(place: str) -> re.Match[str]:
    """Return what the name of a note in a folder says; raise DamagedError where it is none."""
    found = _DONE.fullmatch(place.rpartition("/")[2])
    if found is None:
        raise DamagedError("is no note of a transaction", place, "move it elsewhere")
    return found


def next_name(transaction: Transaction, places: Iterable[str]) -> str:
    """Return the name of the note that comes after those at `places`."""
    number = 1 + max((int(named(place)["number"]) for place in places), default=0)
    return f"{number:08d}-{transaction.act.value}-{transaction.id}.json"


def parse_note(data: bytes, where: str, identity: str, act: str = "") -> Transaction:
    """Parse a note; raise DamagedError for one that is not what its name says."""
    transaction = parse_transaction(data, where)
    if transaction.id != identity or act not in {"", transaction.act}:
        raise DamagedError(
            f"holds the {transaction.act.value} {transaction.id}",
            where,
            "restore the ledger from a copy; nothing was changed",
        )
    return transaction
