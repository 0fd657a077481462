"""What a reviewer would remark about a recipe."""

from dataclasses import dataclass
from enum import IntEnum


class Level(IntEnum):
    """How much a remark weighs: an error makes a wrong package, a warning a worse one."""

    WARNING = 1
    ERROR = 2

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Edit:
    """Lines of a file to put in the place of others: from `first` on, `count` of them (from 1)."""

    first: int
    count: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One remark about one place; `edit` repairs it where that is safe."""

    id: str
    name: str
    level: Level
    message: str
    line: int
    edit: Edit | None = None
