"""Three-way merge of recipes: what was generated last, what a person made of it, what is new.

Pure. A place that both sides changed, each in their own way, is a conflict and never guessed.
"""

from dataclasses import dataclass

from conda_sluice.model.merge import Conflict, Passage, Take
from conda_sluice.recipe.merge.blocks import has_blocks, read_blocks, write_blocks
from conda_sluice.recipe.merge.lines import merge_lines
from conda_sluice.recipe.merge.tree import TreeMerge

_BLOCK_FILES = (".yaml", ".yml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """The merged text, None for no file; with conflicts, it has yours where they are."""

    text: str | None
    conflicts: tuple[Conflict, ...] = ()


def merge_file(
    file: str,
    *,
    base: str | None,
    yours: str | None,
    generated: str | None,
    take: Take | None = None,
) -> Merged:
    """Merge one file of a recipe; None stands for a file that is not there.

    Who changes nothing gives way to who does, and equal changes are one. `take` says whose text
    stands where both changed the same place differently.
    """
    if generated in (base, yours):
        return Merged(text=yours)
    if yours == base:
        return Merged(text=generated)
    if base is None or yours is None or generated is None:
        return _merge_whole(file, base, yours, generated, take)
    if file.endswith(_BLOCK_FILES) and all(map(has_blocks, (base, yours, generated))):
        merge = TreeMerge(file, take)
        root = merge.block(read_blocks(base), read_blocks(yours), read_blocks(generated))
        return Merged(text=write_blocks(root), conflicts=tuple(merge.conflicts))
    text, conflicts = merge_lines(file, base, yours, generated, take)
    return Merged(text=text, conflicts=conflicts)


def _merge_whole(
    file: str, base: str | None, yours: str | None, generated: str | None, take: Take | None
) -> Merged:
    """Decide about a file that one side has no more, or that both made."""
    if take is not None:
        return Merged(text=yours if take is Take.YOURS else generated)
    conflict = Conflict(
        file=file, where="", base=_whole(base), yours=_whole(yours), generated=_whole(generated)
    )
    return Merged(text=yours, conflicts=(conflict,))


def _whole(text: str | None) -> Passage:
    return Passage() if text is None else Passage(1, tuple(text.splitlines()))
