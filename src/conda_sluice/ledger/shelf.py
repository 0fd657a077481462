"""What a ledger that many machines share stands on: small files by name."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from conda_sluice.effects.leases import Board

Chain = Sequence[tuple[str, bytes]]


class Shelf(Board, Protocol):
    """A board whose files can be listed and read, some of which are never written again."""

    def names(self, folder: str) -> Sequence[str]:
        """Return the names of the files below a folder as they are now, sorted.

        They begin with the folder's name.
        """

    def read(self, names: Sequence[str]) -> Sequence[bytes | None]:
        """Return the files' bytes, None for one that is not there.

        As they are now, or were when names were last asked for.
        """

    def extend(self, chains: Mapping[str, Chain]) -> Mapping[str, int]:
        """Add new files, each chain in its order, and return how many of each came to be there.

        A name that is taken ends its chain; no file that is there is changed.
        """
