"""What is remembered of an index beside it, so that the next change need not read all of it.

A bookmark is believed only for the very bytes whose sha256 it tells: an index that was changed by
hand, by another tool, or by a writer that crashed has none. It is written last, so that whoever
finds it knows that the other forms of the index are written too.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import cast

from conda_sluice.index.text import Span

_HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bookmark:
    """One state of an index.

    `spans` is where its packages stand, None where it is not canonical; `patches` and `kept` are
    the digests of those files when they were last applied, "" where there were none; `shards` is
    the digest of the index of shards, "" where there is none; `retired` says since when, in
    seconds since 1970, a shard has not been named any more.
    """

    sha256: str
    count: int
    info: Mapping[str, object]
    spans: tuple[Span, Span] | None = None
    patches: str = ""
    kept: str = ""
    shards: str = ""
    retired: Mapping[str, int] = field(default_factory=dict)

    def to_json(self) -> bytes:
        """Serialise, equal values as equal bytes."""
        document = {**asdict(self), "version": 1}
        return json.dumps(document, sort_keys=True, separators=(",", ":")).encode("ascii")


def parse_bookmark(data: bytes) -> Bookmark | None:
    """Parse what `to_json` returns; None for anything else, for then nothing is remembered."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or document.pop("version", None) != 1:
        return None
    spans = document.pop("spans", None)
    try:
        bookmark = Bookmark(**document, spans=None if spans is None else _spans(spans))
    except (TypeError, ValueError):
        return None
    return bookmark if _is_sound(bookmark) else None


def _spans(value: object) -> tuple[Span, Span]:
    (start, end), (second, last) = cast("list[list[int]]", value)
    if not all(type(number) is int for number in (start, end, second, last)):
        raise ValueError(value)
    return (start, end), (second, last)


def _is_sound(bookmark: Bookmark) -> bool:
    texts = [bookmark.sha256, bookmark.patches, bookmark.kept, bookmark.shards]
    mappings = [bookmark.info, bookmark.retired]
    if not all(isinstance(text, str) for text in texts) or type(bookmark.count) is not int:
        return False
    if not all(isinstance(mapping, dict) for mapping in mappings):
        return False
    return all(_HEX.fullmatch(name) is not None for name in bookmark.retired) and all(
        isinstance(moment, int) for moment in bookmark.retired.values()
    )
