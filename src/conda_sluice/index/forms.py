"""The forms of an index: as it is, packed, and in shards; which of them a change makes anew."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from conda_sluice.index.bookmark import Bookmark
from conda_sluice.index.packing import is_packed
from conda_sluice.index.parts import digest_of
from conda_sluice.index.settle import Contents, Settled
from conda_sluice.index.shards import (
    SHARD_FOLDER,
    SHARD_INDEX,
    Shard,
    all_shards,
    names_of,
    parse_shard_index,
    shard_file,
    shard_of,
)
from conda_sluice.index.text import IndexText

INDEX = "repodata.json"
ZST = f"{INDEX}.zst"
UNPATCHED = "repodata_from_packages.json"
"""What conda-index writes beside an index that it has patched."""

FOREIGN_FORMS = (
    "repodata.json.bz2",
    "repodata.json.jlap",
    "current_repodata.json",
    "current_repodata.json.zst",
    UNPATCHED,
)
"""Forms of the index that other tools write. Left behind a newer index, they would hide it."""

SHARDS_FROM = 3000
"""From so many packages on an index is written in shards as well (CEP 16)."""

_RETIREMENT = 24 * 3600
"""Seconds for which a shard stays that is not named any more: for readers with an old index."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How indexes are written: from how many packages on in shards, and what time it is."""

    shards_from: int
    now: int


def wants_shards(contents: Contents, rules: Rules) -> bool:
    """Tell whether the index is written in shards; what was once is for ever."""
    bookmark = contents.bookmark
    return contents.text.count >= rules.shards_from or bool(bookmark and bookmark.shards)


def known_shards(bookmark: Bookmark | None, data: bytes | None) -> dict[str, str] | None:
    """Return the sha256 of shards by name as `data`, the index of shards as it was, says.

    None where they are not known to be right.
    """
    if bookmark is None or not bookmark.shards or data is None:
        return None
    if hashlib.sha256(data).hexdigest() != bookmark.shards:
        return None
    return parse_shard_index(data)


def shards_to_write(
    settled: Settled, before: Mapping[str, str] | None
) -> tuple[Iterable[Shard], dict[str, str]]:
    """Return the shards that a change makes, and those that stay: sha256 by name."""
    text = settled.contents.text
    if before is None or settled.touched is None:
        return all_shards(text), {}
    names = names_of(settled.touched)
    made = (shard_of(text, name) for name in sorted(names))
    staying = {name: sha256 for name, sha256 in before.items() if name not in names}
    return (shard for shard in made if shard is not None), staying


def retire(
    bookmark: Bookmark | None, there: AbstractSet[str], named: AbstractSet[str], now: int
) -> tuple[dict[str, int], tuple[str, ...]]:
    """Return the shards that are named no more with since when, and those whose time is over.

    `there` are the shards that are known to lie beside the index, by their sha256.
    """
    known = dict(bookmark.retired) if bookmark is not None else {}
    retired = {sha256: known.get(sha256, now) for sha256 in {*known, *there} - named}
    over = tuple(sha256 for sha256, since in retired.items() if now - since > _RETIREMENT)
    return {sha256: since for sha256, since in retired.items() if sha256 not in over}, over


def bookmark_of(
    text: IndexText, data: bytes, sha256: str, shards: bytes | None, retired: Mapping[str, int]
) -> Bookmark:
    """Return what to remember of an index whose bytes are `data`."""
    return Bookmark(
        sha256=sha256,
        count=text.count,
        info=text.info,
        spans=text.spans if data == text.data else None,
        shards="" if shards is None else hashlib.sha256(shards).hexdigest(),
        retired=retired,
    )


def stale_forms(
    contents: Contents, data: bytes, read: Callable[[str], bytes | None]
) -> Iterator[str]:
    """Yield the names of forms that do not say what the index says, whose bytes are `data`.

    `read` returns a file of the subdir by its name, None where there is none.
    """
    packed = read(ZST)
    if packed is not None and not is_packed(packed, data):
        yield ZST
    found = read(SHARD_INDEX)
    if found is not None:
        told = parse_shard_index(found)
        shards = {shard.name: shard.sha256 for shard in all_shards(contents.text)}
        if told != shards and contents.bookmark is not None:
            yield SHARD_INDEX
        for sha256 in sorted(set((told or {}).values())):
            name = f"{SHARD_FOLDER}/{shard_file(sha256)}"
            if digest_of(read(name)) != sha256:
                yield name
    if contents.bookmark is not None:
        yield from (name for name in FOREIGN_FORMS if read(name) is not None)
