"""What a ledger that many machines share stands on: small files by name."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from conda_sluice.effects.leases import Board

Chain = Sequence[tuple[str, bytes]]


class Shelf(Board, Protocol):
    """A board on which some files, once there, are never written again."""

    def extend(self, chains: Mapping[str, Chain]) -> Mapping[str, int]:
        """Add new files, each chain in its order, and return how many of each came to be there.

        A name that is taken ends its chain; no file that is there is changed.
        """
