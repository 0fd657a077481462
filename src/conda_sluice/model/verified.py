"""What a look at channels and ledger together finds."""

from dataclasses import dataclass
from enum import StrEnum


class FindingKind(StrEnum):
    """What can be wrong beyond the flaws of one channel."""

    NO_HISTORY = "no-history"
    LOST = "lost"
    HIDDEN_BELOW = "hidden-below"
    BROKEN_LEDGER = "broken-ledger"
    UNFINISHED = "unfinished"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One thing that is not as it should be: where, which file, what, and what mends it."""

    kind: str
    channel: str
    path: str
    text: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.channel}/{self.path}: {self.text}"
