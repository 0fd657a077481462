"""Many packages on pages of a bearable length, and those that somebody looks for."""

from collections.abc import Iterable
from dataclasses import dataclass

from conda_sluice.model.names import PackageName

PER_PAGE = 50
"""Names on one page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The names on page `number` of `pages`, of `found` names that `search` finds among `total`."""

    search: str
    number: int
    pages: int
    found: int
    total: int
    names: tuple[PackageName, ...]


def listed(names: Iterable[PackageName], search: str, number: int) -> Listing:
    """Return one page of the names, sorted, that hold each word of `search`.

    Beyond the last page there is the last page.
    """
    everything = set(names)
    words = search.casefold().split()
    found = sorted(name for name in everything if all(word in name for word in words))
    pages = max(1, -(-len(found) // PER_PAGE))
    number = min(number, pages)
    return Listing(
        search=search,
        number=number,
        pages=pages,
        found=len(found),
        total=len(everything),
        names=tuple(found[(number - 1) * PER_PAGE : number * PER_PAGE]),
    )
