"""Three-way merge of plain lines, for scripts: neighbouring changes count as one place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from conda_sluice.model.merge import Conflict, Passage, Take

Span = tuple[int, int]
Lines = Sequence[str]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where one place lies in the base, in yours, and in the generated lines."""

    base: Span
    yours: Span
    generated: Span


def merge_lines(
    file: str, base: str, yours: str, generated: str, take: Take | None = None
) -> tuple[str, tuple[Conflict, ...]]:
    """Return the merged text, and the places that both sides changed differently.

    Where there are such places and `take` does not say whose text stands, it is yours.
    """
    texts = base.split("\n"), yours.split("\n"), generated.split("\n")
    merged: list[str] = []
    conflicts: list[Conflict] = []
    for place in _places(*texts):
        old, mine, new = (
            tuple(text[slice(*span)])
            for text, span in zip(texts, (place.base, place.yours, place.generated), strict=True)
        )
        if new in (old, mine):
            merged += mine
        elif mine == old:
            merged += new
        else:
            merged += new if take is Take.GENERATED else mine
            if take is None:
                conflicts.append(_conflict(file, place, old, mine, new))
    return "\n".join(merged), tuple(conflicts)


def _conflict(file: str, place: _Place, old: Lines, mine: Lines, new: Lines) -> Conflict:
    return Conflict(
        file=file,
        where="",
        base=Passage(place.base[0] + 1, tuple(old)),
        yours=Passage(place.yours[0] + 1, tuple(mine)),
        generated=Passage(place.generated[0] + 1, tuple(new)),
    )


def _places(base: Lines, yours: Lines, generated: Lines) -> Iterator[_Place]:
    """Yield the places in their order: those that are equal in all three, and those between."""
    at = (0, 0, 0)
    for start, in_yours, in_generated, length in _common(base, yours, generated):
        ends = (start, in_yours, in_generated)
        if at != ends:
            yield _Place(*zip(at, ends, strict=True))
        at = (start + length, in_yours + length, in_generated + length)
        yield _Place(*zip(ends, at, strict=True))
    ends = (len(base), len(yours), len(generated))
    if at != ends:
        yield _Place(*zip(at, ends, strict=True))


def _common(base: Lines, yours: Lines, generated: Lines) -> Iterator[tuple[int, int, int, int]]:
    """Yield runs of lines that all three share: where they begin in each, and their length."""
    in_yours, in_generated = _partners(base, yours), _partners(base, generated)
    start = 0
    while start < len(base):
        mine, new = in_yours.get(start), in_generated.get(start)
        if mine is None or new is None:
            start += 1
            continue
        length = 1
        while (
            in_yours.get(start + length) == mine + length
            and in_generated.get(start + length) == new + length
        ):
            length += 1
        yield start, mine, new, length
        start += length


def _partners(base: Lines, side: Lines) -> dict[int, int]:
    blocks = SequenceMatcher(None, base, side, autojunk=False).get_matching_blocks()
    return {block.a + at: block.b + at for block in blocks for at in range(block.size)}
