"""Lists of requirements, each package said once."""

from collections.abc import Iterable

from conda_sluice.model.recipe import Item


def one_of_each(items: Iterable[Item]) -> tuple[Item, ...]:
    """Return the lines in their order, without those that others say more exactly.

    A bare name gives way to the same name with a bound; lines with selectors stay.
    """
    lines = tuple(items)
    bounded = {_name(line) for line in lines if not line.when and line.text != _name(line)}
    kept: dict[tuple[str, str], Item] = {}
    for line in lines:
        if line.when or line.text not in bounded:
            kept.setdefault((line.text, line.when), line)
    return tuple(kept.values())


def _name(line: Item) -> str:
    return line.text.partition(" ")[0]
