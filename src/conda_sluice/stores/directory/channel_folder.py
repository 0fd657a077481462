"""A channel in a folder: what is read from it, and its lock.

<subdir>/repodata.json, .zst       the index
<subdir>/patch_instructions.json   patches (hotfixes), which people or tools put there
.sluice/lock                       held by the one writer
.sluice/<subdir>.kept.json         plain entries of patched and of hidden packages
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from conda_sluice.effects.locks import locked
from conda_sluice.errors import DamagedError, StoreError, UsageError
from conda_sluice.index.bookmark import Bookmark, parse_bookmark
from conda_sluice.index.kept import Kept, adopted, parse_kept
from conda_sluice.index.patches import PATCH_FILE, Instructions, parse_instructions
from conda_sluice.index.relations import overrides_of, with_overrides
from conda_sluice.index.repodata import (
    empty_repodata,
    parse_record,
    parse_repodata,
)
from conda_sluice.index.settle import Contents
from conda_sluice.index.text import IndexText, canonical, located
from conda_sluice.model.channel import ChannelRef, ChannelState
from conda_sluice.model.names import NOARCH, PackageName, Subdir, parse_subdir
from conda_sluice.model.package import PackageRecord
from conda_sluice.stores.directory.index_cache import IndexCache, Read

INDEX = "repodata.json"
UNPATCHED = "repodata_from_packages.json"
"""What conda-index writes beside an index that it has patched."""

_POLL = 0.005
"""Seconds between two tries to get the lock: a writer holds it for some milliseconds."""


class ChannelFolder:
    """The files of one channel."""

    def __init__(self, channel: ChannelRef, cache: IndexCache) -> None:
        self.channel = channel
        self.path = path_of(channel.url)
        self._cache = cache

    @property
    def state_folder(self) -> Path:
        """Return the folder for what is no client's concern."""
        return self.path / ".sluice"

    def subdirs(self) -> Sequence[Subdir]:
        """Return the subdirs that have an index, sorted."""
        try:
            names = sorted(entry.name for entry in self.path.iterdir())
        except FileNotFoundError:
            return ()
        return tuple(
            Subdir(name) for name in names if _is_subdir(name) and self.has_index(Subdir(name))
        )

    def known_subdirs(self) -> Sequence[Subdir]:
        """Return the subdirs that have an index, or had one when it was last written; sorted."""
        remembered = self.state_folder.glob("*.index.json")
        known = {Subdir(path.name.removesuffix(".index.json")) for path in remembered}
        return sorted({*self.subdirs(), *(one for one in known if _is_subdir(one))})

    def has_index(self, subdir: Subdir) -> bool:
        """Tell whether the subdir has an index."""
        return self.index_path(subdir).exists()

    def index_path(self, subdir: Subdir) -> Path:
        """Return where the index of a subdir lies."""
        return self.path / subdir / INDEX

    def patch_path(self, subdir: Subdir) -> Path:
        """Return where the patches of a subdir lie."""
        return self.path / subdir / PATCH_FILE

    def kept_path(self, subdir: Subdir) -> Path:
        """Return where the plain entries of patched and of hidden packages lie."""
        return self.state_folder / f"{subdir}.kept.json"

    def bookmark_path(self, subdir: Subdir) -> Path:
        """Return where it is remembered what the index of a subdir is like."""
        return self.state_folder / f"{subdir}.index.json"

    def state(self) -> ChannelState:
        """Return the digests of all indexes, read anew: times and sizes prove nothing."""
        digests = {}
        for subdir in self.subdirs():
            with self.index_path(subdir).open("rb") as file:
                digests[subdir] = hashlib.file_digest(file, "sha256").hexdigest()
        return ChannelState(digests)

    def read(self, subdir: Subdir) -> Read:
        """Return index and records of a subdir, empty where there is none."""
        try:
            return self._cache.read(self.index_path(subdir), subdir)
        except FileNotFoundError:
            self._refuse_lost(subdir)
            return empty_repodata(subdir), ()

    def info(self, subdir: Subdir) -> Mapping[str, object]:
        """Return the `info` section of an index, of a big one without reading all of it."""
        text = self.remembered(subdir)
        return self.read(subdir)[0].info if text is None else text.info

    def named(
        self, subdir: Subdir, names: Collection[PackageName]
    ) -> tuple[Mapping[str, object], tuple[PackageRecord, ...]]:
        """Return `info` and the records of some names, sorted by file; a big index is searched."""
        text = self.remembered(subdir)
        if text is None:
            repodata, records = self.read(subdir)
            return repodata.info, tuple(record for record in records if record.name in names)
        where = str(self.index_path(subdir))
        entries = {file: one for name in set(names) for file, one in text.named(name).items()}
        return text.info, tuple(
            parse_record(file, entry, subdir, where) for file, entry in sorted(entries.items())
        )

    def remembered(self, subdir: Subdir) -> IndexText | None:
        """Return the index where it needs no parsing, None where it must be parsed."""
        data = read_if_there(self.index_path(subdir))
        bookmark = None if data is None else self._bookmark(subdir, data)
        return None if data is None or bookmark is None else _located(data, bookmark)

    def contents(self, subdir: Subdir) -> Contents:
        """Return all that is said of the packages of a subdir."""
        path = self.index_path(subdir)
        data = read_if_there(path)
        bookmark = None if data is None else self._bookmark(subdir, data)
        text = None if data is None or bookmark is None else _located(data, bookmark)
        if text is None:
            text = self._parsed(subdir, data)
        return self.around(subdir, text, bookmark)

    def around(self, subdir: Subdir, text: IndexText, bookmark: Bookmark | None = None) -> Contents:
        """Return contents with that index, and what lies beside it."""
        patches = read_if_there(self.patch_path(subdir))
        digest = "" if patches is None else hashlib.sha256(patches).hexdigest()
        return Contents(
            subdir,
            text,
            self.kept(subdir) or self._adopted(subdir, text),
            self._instructions(subdir, patches),
            bookmark=bookmark,
            is_settled=bookmark is not None
            and (bookmark.kept, bookmark.patches) == (digest_of(self.kept_path(subdir)), digest),
            patch_digest=digest,
        )

    def kept(self, subdir: Subdir) -> Kept:
        """Return what is kept of patched and of hidden packages."""
        data = read_if_there(self.kept_path(subdir))
        return Kept() if data is None else parse_kept(data, str(self.kept_path(subdir)))

    def may_hide(self, subdir: Subdir) -> bool:
        """Tell, without a look at the index, whether packages of the subdir may be hidden."""
        return bool(self.kept(subdir)) or (self.path / subdir / UNPATCHED).exists()

    def _adopted(self, subdir: Subdir, text: IndexText) -> Kept:
        """Return what is to be kept of an index that another tool made and patched."""
        path = self.path / subdir / UNPATCHED
        data = None if self.bookmark_path(subdir).exists() else read_if_there(path)
        return Kept() if data is None else adopted(text, parse_repodata(data, subdir, str(path)))

    def packages_at(self, subdir: Subdir, info: Mapping[str, object]) -> Path:
        """Return where package files lie: beside their index, or at its `base_url` (CEP 15)."""
        base_url = info.get("base_url")
        base = base_url if isinstance(base_url, str) else ""
        url = urljoin(f"{self.channel.url}/{subdir}/", base)
        if urlsplit(url).scheme != "file":
            raise StoreError(f"says that the files of {subdir} lie at {url}", self.channel.url)
        return path_of(url)

    def refuse_far_files(self, contents: Contents) -> None:
        """Raise StoreError where the package files do not lie beside their index."""
        subdir, info = contents.subdir, contents.text.info
        if self.packages_at(subdir, info) != self.path / subdir:
            raise StoreError(
                f"says that the files of {subdir} lie elsewhere ({info.get('base_url')})",
                self.channel.url,
                "sluice writes only to channels whose files lie beside their index",
            )

    @contextmanager
    def writing(self, timeout: float) -> Iterator[None]:
        """Be the one writer of the channel, made if it is not there; wait `timeout` seconds."""
        self.state_folder.mkdir(parents=True, exist_ok=True)
        lock = self.state_folder / "lock"
        busy = "another program has been writing to this channel"
        with locked(self.path, lock, timeout=timeout, poll=_POLL, busy=busy):
            yield

    @property
    def mark_path(self) -> Path:
        """Return where a writer leaves a mark until it has tidied up."""
        return self.state_folder / "unfinished"

    def _bookmark(self, subdir: Subdir, data: bytes) -> Bookmark | None:
        """Return what is remembered of exactly this index."""
        found = read_if_there(self.bookmark_path(subdir))
        bookmark = None if found is None else parse_bookmark(found)
        if bookmark is None or bookmark.sha256 != hashlib.sha256(data).hexdigest():
            return None
        return bookmark

    def _refuse_lost(self, subdir: Subdir) -> None:
        """Raise DamagedError where there was an index: without it, packages would be forgotten."""
        if self.bookmark_path(subdir).exists():
            raise DamagedError(
                "is not there any more",
                str(self.index_path(subdir)),
                "restore it from a copy, or index the channel again",
            )

    def _instructions(self, subdir: Subdir, data: bytes | None) -> Instructions:
        path = str(self.patch_path(subdir))
        return Instructions() if data is None else parse_instructions(data, path)

    def _parsed(self, subdir: Subdir, data: bytes | None) -> IndexText:
        path = self.index_path(subdir)
        if data is not None:
            return canonical(parse_repodata(data, subdir, str(path)), str(path))
        self._refuse_lost(subdir)
        text = canonical(empty_repodata(subdir), str(path))
        if subdir == NOARCH:
            return text
        # A new index says of other channels what `noarch` says.
        info = with_overrides(text.info, overrides_of(self.info(NOARCH)))
        return text.changed({}, {**text.outer, "info": info})


def path_of(url: str) -> Path:
    """Return the folder that a URL names; raise UsageError where it is none of this machine."""
    parts = urlsplit(url)
    if parts.scheme != "file" or parts.netloc not in {"", "localhost"}:
        raise UsageError(
            "is no folder of this machine", url, "the URL of a folder starts with file:///"
        )
    return Path(unquote(parts.path))


def read_if_there(path: Path) -> bytes | None:
    """Return the bytes of a file, None where there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def digest_of(path: Path) -> str:
    """Return the sha256 of a file, "" where there is none."""
    data = read_if_there(path)
    return "" if data is None else hashlib.sha256(data).hexdigest()


def _located(data: bytes, bookmark: Bookmark) -> IndexText | None:
    return None if bookmark.spans is None else located(data, bookmark.spans, bookmark.count)


def _is_subdir(name: str) -> bool:
    try:
        parse_subdir(name)
    except UsageError:
        return False
    return True
