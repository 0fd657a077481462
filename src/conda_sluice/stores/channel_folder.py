"""A channel in a folder: what is read from it, and its lock.

<subdir>/repodata.json, .zst       the index
<subdir>/patch_instructions.json   patches (hotfixes), which people or tools put there
.sluice/lock                       held by the one writer
.sluice/<subdir>.kept.json         plain entries of patched and of hidden packages
"""

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from conda_sluice.errors import StoreError, UsageError
from conda_sluice.index.kept import Kept, parse_kept
from conda_sluice.index.patches import PATCH_FILE, Instructions, parse_instructions
from conda_sluice.index.relations import overrides_of, with_overrides
from conda_sluice.index.repodata import Repodata, empty_repodata, parse_records, parse_repodata
from conda_sluice.index.settle import Contents
from conda_sluice.index.text import IndexText, canonical
from conda_sluice.model.channel import ChannelRef, ChannelState
from conda_sluice.model.names import NOARCH, Subdir, parse_subdir
from conda_sluice.model.package import PackageRecord

INDEX = "repodata.json"

_POLL = 0.005
"""Seconds between two tries to get the lock: a writer holds it for some milliseconds."""

Read = tuple[Repodata, tuple[PackageRecord, ...]]


class IndexCache:
    """Keeps parsed indexes; one that was changed on disk has another inode, size or time.

    The time is that of the last change of the inode, which nobody can set back.
    """

    def __init__(self) -> None:
        self._known: dict[Path, tuple[tuple[int, ...], Read]] = {}

    def read(self, path: Path, subdir: Subdir) -> Read:
        """Return the index at `path`; raise FileNotFoundError or DamagedError."""
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            state = (status.st_ctime_ns, status.st_mtime_ns, status.st_size, status.st_ino)
            known = self._known.get(path)
            if known is not None and known[0] == state:
                return known[1]
            repodata = parse_repodata(file.read(), subdir, str(path))
        before = known[1] if known is not None else None
        value = (repodata, parse_records(repodata, str(path), before))
        self._known[path] = (state, value)
        return value


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
            return empty_repodata(subdir), ()

    def contents(self, subdir: Subdir) -> Contents:
        """Return all that is said of the packages of a subdir."""
        return Contents(subdir, self._text(subdir), self.kept(subdir), self.patches(subdir))

    def kept(self, subdir: Subdir) -> Kept:
        """Return what is kept of patched and of hidden packages."""
        data = read_if_there(self.kept_path(subdir))
        return Kept() if data is None else parse_kept(data, str(self.kept_path(subdir)))

    def patches(self, subdir: Subdir) -> Instructions:
        """Return the patches that lie in the folder of a subdir."""
        path = self.patch_path(subdir)
        data = read_if_there(path)
        return Instructions() if data is None else parse_instructions(data, str(path))

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
        from filelock import FileLock, Timeout

        self.state_folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.state_folder / "lock", timeout=timeout, poll_interval=_POLL)
        try:
            lock.acquire()
        except Timeout as error:
            raise StoreError(
                f"another program has been writing to this channel for {timeout:g} seconds",
                str(self.path),
                "wait for it to end, then run the command again",
            ) from error
        try:
            yield
        finally:
            lock.release()

    def _text(self, subdir: Subdir) -> IndexText:
        path = self.index_path(subdir)
        data = read_if_there(path)
        if data is not None:
            return canonical(parse_repodata(data, subdir, str(path)), str(path))
        text = canonical(empty_repodata(subdir), str(path))
        if subdir == NOARCH:
            return text
        # A new index says of other channels what `noarch` says.
        info = with_overrides(text.info, overrides_of(self.read(NOARCH)[0].info))
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


def _is_subdir(name: str) -> bool:
    try:
        parse_subdir(name)
    except UsageError:
        return False
    return True
