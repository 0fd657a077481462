"""Which block of one version of a recipe is which of another."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence

from conda_sluice.recipe.merge.blocks import Block, Kind

Pairs = dict[int, int]
"""From the position of a block on the left to its partner's on the right."""

_REQUIREMENTS = frozenset(
    {
        *("build", "host", "run", "run_constrained", "run_constraints", "requires"),
        *("weak", "strong", "noarch", "weak_constrains", "strong_constrains", "run_exports"),
        *("weak_constraints", "strong_constraints", "downstreams"),
    }
)


def is_of_names(key: str) -> bool:
    """Tell whether the items below a key are packages, each of which stands there by its name."""
    return key in _REQUIREMENTS


def match_changed(
    base: Sequence[Block], side: Sequence[Block], other: Sequence[Block], *, by_name: bool
) -> Pairs:
    """Return which block of `side` each block of `base` has become.

    Equal lines come first, then those about the same key, or package where `by_name`. Other
    items have no name: one that is left over between two that were found has become the one
    that stands there now, unless the `other` side has that one too.
    """
    pairs = match_added(base, side, by_name=by_name)
    if not by_name:
        _fill_gaps(base, side, pairs, {one.core for one in other})
    return pairs


def match_added(left: Sequence[Block], right: Sequence[Block], *, by_name: bool) -> Pairs:
    """Return which blocks are the same on both sides, by their lines or by their names."""
    pairs: Pairs = {}
    for identity in _identities(by_name=by_name):
        _pair(left, right, pairs, identity)
    return pairs


def _identities(*, by_name: bool) -> tuple[Callable[[Block], Hashable], ...]:
    def named(block: Block) -> bool:
        return block.kind in {Kind.KEY, Kind.SET} or (by_name and block.kind is Kind.ITEM)

    return (
        lambda block: (block.kind, *block.core),
        lambda block: (block.kind, block.name, block.selector) if named(block) else None,
        lambda block: (block.kind, block.name) if named(block) else None,
    )


def _pair(
    base: Sequence[Block],
    side: Sequence[Block],
    pairs: Pairs,
    identity: Callable[[Block], Hashable],
) -> None:
    """Add the pairs of blocks with the same identity that have no partner yet, in their order."""
    taken = set(pairs.values())
    free: dict[Hashable, list[int]] = defaultdict(list)
    for at, block in enumerate(side):
        if at not in taken and identity(block) is not None:
            free[identity(block)].append(at)
    for at, block in enumerate(base):
        if at not in pairs and free.get(identity(block)):
            pairs[at] = free[identity(block)].pop(0)


def _fill_gaps(
    base: Sequence[Block], side: Sequence[Block], pairs: Pairs, elsewhere: set[tuple[str, ...]]
) -> None:
    taken = set(pairs.values()) | {at for at, one in enumerate(side) if one.core in elsewhere}
    before, gap = -1, list[int]()
    for at in range(len(base) + 1):
        if at < len(base) and at not in pairs:
            if base[at].kind in {Kind.ITEM, Kind.TEXT}:
                gap.append(at)
            continue
        end = pairs[at] if at < len(base) else len(side)
        free = [
            there
            for there in range(before + 1, end)
            if there not in taken and side[there].kind in {Kind.ITEM, Kind.TEXT}
        ]
        pairs.update(zip(gap, free, strict=False))
        taken.update(free[: len(gap)])
        before, gap = end, []
