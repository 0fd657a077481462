"""Merges blocks from the top down, in the order that a person gave them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from conda_sluice.model.merge import Conflict, Passage, Take
from conda_sluice.recipe.merge.blocks import Block, Kind, holds_blocks, shifted
from conda_sluice.recipe.merge.match import is_of_names, match_added, match_changed

Path = tuple[str, ...]
_NOTHING = Block()


@dataclass(frozen=True, slots=True)
class _Family:
    """One block in all versions, by its position among its siblings in each; None for none."""

    base: int | None
    yours: int | None
    new: int | None


@dataclass(frozen=True, slots=True)
class _Siblings:
    """What lies below one block in the three versions, and which is which."""

    base: Sequence[Block]
    yours: Sequence[Block]
    new: Sequence[Block]
    families: Sequence[_Family]

    def is_untouched(self) -> bool:
        """Tell whether yours has the lines of the base, in its order."""
        return _cores(self.yours) == _cores(self.base)

    def is_reordered(self) -> bool:
        """Tell whether the new order is neither the base's nor yours."""
        orders = [
            (one.base, one.yours, one.new)
            for one in self.families
            if one.base is not None and one.yours is not None and one.new is not None
        ]
        new = [base for base, _, _ in sorted(orders, key=lambda order: order[2])]
        yours = [base for base, _, _ in sorted(orders, key=lambda order: order[1])]
        return new not in (sorted(new), yours)


class TreeMerge:
    """One merge of one file; `conflicts` fills while it runs."""

    def __init__(self, file: str, take: Take | None) -> None:
        self.file = file
        self.take = take
        self.conflicts: list[Conflict] = []

    def block(self, base: Block, yours: Block, new: Block, path: Path = ()) -> Block:
        """Merge a block that yours and the new version have; `base` may be an empty one."""
        lead = _merge_remarks(base.lead, yours.lead, shifted(new, yours.indent).lead)
        if _shapes_differ(base, yours, new):
            return replace(self._as_one(base, yours, new, path), lead=lead)
        line = self._line(base, yours, new, path)
        return replace(
            line,
            lead=lead,
            children=self._children(base, yours, new, path),
            tail=_merge_remarks(base.tail, yours.tail, shifted(new, yours.indent).tail),
        )

    def _line(self, base: Block, yours: Block, new: Block, path: Path) -> Block:
        if new.core in (base.core, yours.core):
            return yours
        given = shifted(new, yours.indent)
        if yours.core == base.core:
            return replace(given, line=given.line + yours.remark)
        self._report(path, *(replace(one, children=(), tail=()) for one in (base, yours, new)))
        return given if self.take is Take.GENERATED else yours

    def _as_one(self, base: Block, yours: Block, new: Block, path: Path) -> Block:
        """Merge a block as one: what stands below its line is of another kind in each."""
        if _said(new) in (_said(base), _said(yours)):
            return yours
        if not _is_touched(base, yours):
            return shifted(new, yours.indent)
        self._report(path, base, yours, new)
        return shifted(new, yours.indent) if self.take is Take.GENERATED else yours

    def _children(self, base: Block, yours: Block, new: Block, path: Path) -> tuple[Block, ...]:
        by_name = bool(path) and is_of_names(path[-1])
        siblings = _siblings(base, yours, new, by_name=by_name)
        is_text = not by_name and any(one.kind is Kind.ITEM for one in new.children)
        is_new_order = siblings.is_untouched()
        if is_text and not is_new_order and siblings.is_reordered():
            # the order of commands is a part of what they say
            self._report(path, base, yours, new)
            is_new_order = self.take is Take.GENERATED
        indent = _indent_below(yours, new)
        merged = {
            family: block
            for family in siblings.families
            if (block := self._member(siblings, family, indent, path)) is not None
        }
        order = _in_order(siblings.families, merged, is_new_order=is_new_order)
        return tuple(merged[family] for family in order)

    def _member(
        self, siblings: _Siblings, family: _Family, indent: int, path: Path
    ) -> Block | None:
        """Return what a block becomes, None where it goes."""
        base = _NOTHING if family.base is None else siblings.base[family.base]
        yours = None if family.yours is None else siblings.yours[family.yours]
        new = None if family.new is None else siblings.new[family.new]
        here = _path_of(path, yours or new or base)
        given = None if new is None else shifted(new, indent)
        if yours is not None and new is not None:
            return self.block(base, yours, new, here)
        if family.base is None:
            return yours or given
        if yours is None:
            return None if new is None else self._dropped_by_you(base, new, indent, here)
        if not _is_touched(base, yours):
            return None
        self._report(here, base, yours, _NOTHING)
        return None if self.take is Take.GENERATED else yours

    def _dropped_by_you(self, base: Block, new: Block, indent: int, path: Path) -> Block | None:
        if _said(new) == _said(base):
            return None
        self._report(path, base, _NOTHING, new)
        return shifted(new, indent) if self.take is Take.GENERATED else None

    def _report(self, path: Path, base: Block, yours: Block, new: Block) -> None:
        if self.take is None:
            self.conflicts.append(
                Conflict(
                    file=self.file,
                    where="/".join(path),
                    base=_passage(base),
                    yours=_passage(yours),
                    generated=_passage(new),
                )
            )


def _path_of(path: Path, block: Block) -> Path:
    return (*path, block.name) if block.kind in {Kind.KEY, Kind.SET} else path


def _passage(block: Block) -> Passage:
    return Passage() if block.number == 0 else Passage(block.number, tuple(block.content()))


def _siblings(base: Block, yours: Block, new: Block, *, by_name: bool) -> _Siblings:
    """Find out which block below is which."""
    in_yours = match_changed(base.children, yours.children, new.children, by_name=by_name)
    in_new = match_changed(base.children, new.children, yours.children, by_name=by_name)
    families = [_Family(at, in_yours.get(at), in_new.get(at)) for at in range(len(base.children))]
    mine = [at for at in range(len(yours.children)) if at not in in_yours.values()]
    given = [at for at in range(len(new.children)) if at not in in_new.values()]
    both = match_added(
        [yours.children[at] for at in mine], [new.children[at] for at in given], by_name=by_name
    )
    partners = {mine[left]: given[right] for left, right in both.items()}
    families += [_Family(None, at, partners.get(at)) for at in mine]
    families += [_Family(None, None, at) for at in given if at not in partners.values()]
    return _Siblings(base.children, yours.children, new.children, families)


def _in_order(
    families: Sequence[_Family], merged: Iterable[_Family], *, is_new_order: bool
) -> list[_Family]:
    """Order what stays as yours is, or as the new version; the rest goes behind its neighbour."""
    here = [(one.new if is_new_order else one.yours, one) for one in families]
    there = [(one.yours if is_new_order else one.new, one) for one in families]
    ordered = [one for _, one in sorted(_placed(here), key=lambda pair: pair[0])]
    neighbours = [one for _, one in sorted(_placed(there), key=lambda pair: pair[0])]
    for at, one in enumerate(neighbours):
        if one not in ordered:
            before = next((two for two in reversed(neighbours[:at]) if two in ordered), None)
            ordered.insert(0 if before is None else ordered.index(before) + 1, one)
    staying = set(merged)
    return [one for one in ordered if one in staying]


def _placed(pairs: Iterable[tuple[int | None, _Family]]) -> list[tuple[int, _Family]]:
    return [(at, one) for at, one in pairs if at is not None]


def _indent_below(yours: Block, new: Block) -> int:
    """Return how far what is new below `yours` is indented: as its siblings are."""
    if yours.children:
        return yours.children[0].indent
    if not new.children:
        return 0
    return yours.indent + new.children[0].indent - new.indent


def _shapes_differ(*blocks: Block) -> bool:
    return len({_shape(one) for one in blocks} - {""}) > 1


def _shape(block: Block) -> str:
    """Return what stands below a block's line: `keys`, `items`, a `value`, "" for nothing."""
    if block.children:
        return "items" if block.children[0].kind is Kind.ITEM else "keys"
    return "" if block.kind is Kind.ROOT or holds_blocks(block.line.strip()) else "value"


Said = tuple[tuple[str, ...], "tuple[Said, ...]"]


def _said(block: Block) -> Said:
    """Return what a block says, comments aside."""
    return block.core, tuple(_said(child) for child in block.children)


def _cores(blocks: Iterable[Block]) -> list[tuple[str, ...]]:
    return [one.core for one in blocks]


def _is_touched(base: Block, yours: Block) -> bool:
    """Tell whether a person changed a block, or said something about it."""
    return _said(yours) != _said(base) or not _comments(yours) <= _comments(base)


def _comments(block: Block) -> set[str]:
    own = {one.strip() for one in (*block.lead, *block.tail, block.remark) if one.strip()}
    return own.union(*map(_comments, block.children))


def _merge_remarks(
    base: Sequence[str], yours: Sequence[str], new: Sequence[str]
) -> tuple[str, ...]:
    """Merge comments and blank lines: none that a person wrote is lost, none stands twice."""
    old, mine, given = ([one.strip() for one in lines] for lines in (base, yours, new))
    if given in (old, mine):
        return tuple(yours)
    if mine == old:
        return tuple(new)
    gone = {one for one in old if one} - set(given)
    kept = [one for one in yours if one.strip() not in gone]
    return (*kept, *(one for one in new if one.strip() and one.strip() not in {*old, *mine}))
