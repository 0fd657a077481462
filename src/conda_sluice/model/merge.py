"""What a three-way merge of a recipe leaves open: the same place changed on both sides."""

from dataclasses import dataclass
from enum import StrEnum


class Take(StrEnum):
    """Whose text stands where both sides changed the same place."""

    YOURS = "yours"
    GENERATED = "generated"


@dataclass(frozen=True, slots=True)
class Passage:
    """Lines of one version of a file; `line` is the number of the first, 0 where there is none."""

    line: int = 0
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A place that the project's sources and a person changed, each in their own way.

    `where` is the way to it within the file (`requirements/host`), "" for the whole file.
    """

    file: str
    where: str
    base: Passage
    yours: Passage
    generated: Passage
