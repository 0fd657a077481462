"""The contents of a subdir, put together from the files that tell them, wherever those lie."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from conda_sluice.errors import DamagedError
from conda_sluice.index.bookmark import Bookmark, parse_bookmark
from conda_sluice.index.kept import Kept, adopted, parse_kept
from conda_sluice.index.patches import Instructions, parse_instructions
from conda_sluice.index.relations import with_overrides
from conda_sluice.index.repodata import Repodata, empty_repodata, parse_repodata
from conda_sluice.index.settle import Contents
from conda_sluice.index.text import IndexText, canonical, located
from conda_sluice.model.names import NOARCH, Subdir


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where the files of a subdir lie, for messages."""

    index: str
    kept: str
    patches: str
    unpatched: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The files that tell what a subdir holds, as bytes; None for one that is not there.

    `unpatched` is what conda-index writes beside an index that it has patched; it counts only
    where sluice has not written the index before.
    """

    subdir: Subdir
    places: Places
    index: bytes | None = None
    bookmark: bytes | None = None
    kept: bytes | None = None
    patches: bytes | None = None
    unpatched: bytes | None = None

    @property
    def remembered(self) -> Bookmark | None:
        """Return what is remembered of exactly this index."""
        if self.index is None or self.bookmark is None:
            return None
        bookmark = parse_bookmark(self.bookmark)
        if bookmark is None or bookmark.sha256 != hashlib.sha256(self.index).hexdigest():
            return None
        return bookmark

    def text(self) -> IndexText | None:
        """Return the index where it needs no parsing, None where it must be parsed."""
        return self._located(self.remembered)

    def contents(self, overrides: Callable[[], str | None]) -> Contents:
        """Return all that is said of the packages of the subdir.

        A new index refers to the channel that `overrides` tells, which the index of `noarch` does.
        """
        bookmark = self.remembered
        text = self._located(bookmark) or self._parsed(overrides)
        return self.around(text, bookmark)

    def around(self, text: IndexText, bookmark: Bookmark | None = None) -> Contents:
        """Return contents with that index, and what lies beside it."""
        digest = digest_of(self.patches)
        return Contents(
            self.subdir,
            text,
            self.keeping() or self._adopted(text),
            Instructions()
            if self.patches is None
            else parse_instructions(self.patches, self.places.patches),
            bookmark=bookmark,
            is_settled=bookmark is not None
            and (bookmark.kept, bookmark.patches) == (digest_of(self.kept), digest),
            patch_digest=digest,
        )

    def keeping(self) -> Kept:
        """Return what is kept of patched and of hidden packages."""
        return Kept() if self.kept is None else parse_kept(self.kept, self.places.kept)

    def without_index(self) -> Contents:
        """Return contents without packages where the index cannot be read, `info` if known."""
        bookmark = None if self.bookmark is None else parse_bookmark(self.bookmark)
        info = {"subdir": self.subdir} if bookmark is None else bookmark.info
        return self.around(canonical(Repodata(self.subdir, {"info": info}), self.places.index))

    def refuse_lost(self) -> None:
        """Raise DamagedError where there was an index: without it, packages would be forgotten."""
        if self.index is None and self.bookmark is not None:
            raise DamagedError(
                "is not there any more",
                self.places.index,
                "restore it from a copy, or index the channel again: sluice verify --repair",
            )

    def _located(self, bookmark: Bookmark | None) -> IndexText | None:
        if self.index is None or bookmark is None or bookmark.spans is None:
            return None
        return located(self.index, bookmark.spans, bookmark.count)

    def _adopted(self, text: IndexText) -> Kept:
        """Return what is to be kept of an index that another tool made and patched."""
        if self.bookmark is not None or self.unpatched is None:
            return Kept()
        return adopted(text, parse_repodata(self.unpatched, self.subdir, self.places.unpatched))

    def _parsed(self, overrides: Callable[[], str | None]) -> IndexText:
        where = self.places.index
        if self.index is not None:
            return canonical(parse_repodata(self.index, self.subdir, where), where)
        self.refuse_lost()
        text = canonical(empty_repodata(self.subdir), where)
        if self.subdir == NOARCH:
            return text
        info = with_overrides(text.info, overrides())
        return text.changed({}, {**text.outer, "info": info})


def digest_of(data: bytes | None) -> str:
    """Return the sha256 of the bytes of a file, "" where there is none."""
    return "" if data is None else hashlib.sha256(data).hexdigest()
