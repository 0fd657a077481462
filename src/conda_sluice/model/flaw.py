"""What is wrong with a channel."""

from dataclasses import dataclass
from enum import StrEnum

from conda_sluice.model.names import Subdir


class FlawKind(StrEnum):
    """The kinds of flaws that a look at index and files can find."""

    MISSING_FILE = "missing-file"
    WRONG_HASH = "wrong-hash"
    WRONG_SIZE = "wrong-size"
    STRAY_FILE = "stray-file"
    RECORD_DISAGREES_WITH_PACKAGE = "record-disagrees-with-package"
    BROKEN_INDEX = "broken-index"
    STALE_FORM = "stale-form"


@dataclass(frozen=True, slots=True)
class Flaw:
    """One file of a channel that is not as it should be; `text` says it for people."""

    kind: FlawKind
    subdir: Subdir
    file: str
    text: str

    def __str__(self) -> str:
        return f"{self.subdir}/{self.file}: {self.text}"
