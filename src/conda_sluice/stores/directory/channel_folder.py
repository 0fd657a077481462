"""A channel in a folder: what is read from it, and its lock.

<subdir>/repodata.json, .zst       the index
<subdir>/patch_instructions.json   patches (hotfixes), which people or tools put there
.sluice/lock                       held by the one writer
.sluice/<subdir>.kept.json         plain entries of patched and of hidden packages
"""

import hashlib
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from conda_sluice.effects.locks import locked
from conda_sluice.errors import StoreError, UsageError
from conda_sluice.index.forms import INDEX, UNPATCHED
from conda_sluice.index.kept import Kept
from conda_sluice.index.parts import Parts, Places
from conda_sluice.index.patches import PATCH_FILE
from conda_sluice.index.relations import overrides_of
from conda_sluice.index.repodata import empty_repodata, parse_record
from conda_sluice.index.settle import Contents
from conda_sluice.index.text import IndexText
from conda_sluice.model.channel import ChannelRef, ChannelState
from conda_sluice.model.names import NOARCH, PackageName, Subdir
from conda_sluice.model.package import PackageRecord
from conda_sluice.stores.static.holdings import is_subdir
from conda_sluice.stores.static.index_cache import IndexCache, Read
from conda_sluice.stores.static.marks import MARK

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
            Subdir(name) for name in names if is_subdir(name) and self.has_index(Subdir(name))
        )

    def known_subdirs(self) -> Sequence[Subdir]:
        """Return the subdirs that have an index, or had one when it was last written; sorted."""
        remembered = self.state_folder.glob("*.index.json")
        known = {Subdir(path.name.removesuffix(".index.json")) for path in remembered}
        return sorted({*self.subdirs(), *(one for one in known if is_subdir(one))})

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
            return self._read(self.index_path(subdir), subdir)
        except FileNotFoundError:
            self.parts(subdir).refuse_lost()
            return empty_repodata(subdir), ()

    def _read(self, path: Path, subdir: Subdir) -> Read:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            # The time of the last change of the inode is among it, which nobody can set back.
            state = (status.st_ctime_ns, status.st_mtime_ns, status.st_size, status.st_ino)
            return self._cache.parsed(str(path), state, subdir, file.read)

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
        return self.parts(subdir).text()

    def contents(self, subdir: Subdir) -> Contents:
        """Return all that is said of the packages of a subdir."""
        # A new index says of other channels what `noarch` says.
        return self.parts(subdir).contents(lambda: overrides_of(self.info(NOARCH)))

    def parts(self, subdir: Subdir) -> Parts:
        """Return the files that tell what a subdir holds."""
        bookmark = read_if_there(self.bookmark_path(subdir))
        unpatched = self.path / subdir / UNPATCHED
        return Parts(
            subdir=subdir,
            places=self._places(subdir),
            index=read_if_there(self.index_path(subdir)),
            bookmark=bookmark,
            kept=read_if_there(self.kept_path(subdir)),
            patches=read_if_there(self.patch_path(subdir)),
            unpatched=read_if_there(unpatched) if bookmark is None else None,
        )

    def kept(self, subdir: Subdir) -> Kept:
        """Return what is kept of patched and of hidden packages."""
        kept = read_if_there(self.kept_path(subdir))
        return Parts(subdir=subdir, places=self._places(subdir), kept=kept).keeping()

    def may_hide(self, subdir: Subdir) -> bool:
        """Tell, without a look at the index, whether packages of the subdir may be hidden."""
        return bool(self.kept(subdir)) or (self.path / subdir / UNPATCHED).exists()

    def _places(self, subdir: Subdir) -> Places:
        return Places(
            index=str(self.index_path(subdir)),
            kept=str(self.kept_path(subdir)),
            patches=str(self.patch_path(subdir)),
            unpatched=str(self.path / subdir / UNPATCHED),
        )

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
        return self.state_folder / MARK


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
