"""A channel in a folder, changed by one writer at a time: lock, stage, commit.

The commit point is the rename of `repodata.json`; `repodata.json.zst`, which clients prefer,
follows it at once. A crash between the two leaves clients with the old index, which is a sound
one, until the next writer, finding that the two differ, writes the second again.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from conda_sluice.effects.files import (
    stage_bytes,
    sweep_temporaries,
    sync_folder,
    write_atomically,
)
from conda_sluice.errors import StoreError, UsageError
from conda_sluice.index.repodata import (
    Repodata,
    empty_repodata,
    parse_records,
    parse_repodata,
    to_json,
    to_zst,
)
from conda_sluice.model.names import NOARCH, Subdir, parse_subdir
from conda_sluice.model.package import PackageRecord

_INDEX = "repodata.json"
_OTHER_FORMS = (
    "repodata_shards.msgpack.zst",
    "repodata.json.bz2",
    "repodata.json.jlap",
    "current_repodata.json",
    "current_repodata.json.zst",
    "repodata_from_packages.json",
)
"""Forms of the index that other tools write. Left behind a newer index, they would hide it."""

_POLL = 0.005
"""Seconds between two tries to get the lock: a writer holds it for some milliseconds."""

Read = tuple[Repodata, tuple[PackageRecord, ...]]


class IndexCache:
    """Keeps parsed indexes; one that was replaced on disk has another inode, time or size."""

    def __init__(self) -> None:
        self._known: dict[Path, tuple[tuple[int, int, int], Read]] = {}

    def read(self, path: Path, subdir: Subdir) -> Read:
        """Return the index at `path`; raise FileNotFoundError or DamagedError."""
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            state = (status.st_mtime_ns, status.st_size, status.st_ino)
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

    def __init__(self, path: Path, cache: IndexCache) -> None:
        self.path = path
        self._cache = cache

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
        return (self.path / subdir / _INDEX).exists()

    def read(self, subdir: Subdir) -> Read:
        """Return index and records of a subdir, empty where there is none."""
        try:
            return self._cache.read(self.path / subdir / _INDEX, subdir)
        except FileNotFoundError:
            return empty_repodata(subdir), ()

    @contextmanager
    def writing(self, timeout: float) -> Iterator[None]:
        """Be the one writer of the channel, made if it is not there; wait `timeout` seconds."""
        from filelock import FileLock, Timeout

        hidden = self.path / ".sluice"
        hidden.mkdir(parents=True, exist_ok=True)
        lock = FileLock(hidden / "lock", timeout=timeout, poll_interval=_POLL)
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

    def prepare(self, subdir: Subdir) -> Path:
        """Make the folder of a subdir ready for new files; call it only while writing."""
        folder = self.path / subdir
        folder.mkdir(exist_ok=True)
        sweep_temporaries(folder)
        return folder

    def commit(self, changed: Mapping[Subdir, Repodata]) -> None:
        """Publish new indexes, one subdir after another, in the order given.

        All are on disk under temporary names before the first is published. `noarch` gets an
        index in any case, because it is what makes a folder a channel (CEP 26).
        """
        if NOARCH not in changed and not self.has_index(NOARCH):
            changed = {NOARCH: empty_repodata(NOARCH), **changed}
        staged: dict[Path, Path] = {}
        try:
            for subdir, repodata in changed.items():
                folder = self.prepare(subdir)
                data = to_json(repodata)
                staged[folder / _INDEX] = stage_bytes(folder, data)
                staged[_zst(folder)] = stage_bytes(folder, to_zst(data))
            for target, temporary in staged.items():
                if target.name == _INDEX:
                    _remove_other_forms(target.parent)
                os.replace(temporary, target)  # noqa: PTH105 - tests make it fail
        finally:
            for temporary in staged.values():
                temporary.unlink(missing_ok=True)
        for subdir in changed:
            sync_folder(self.path / subdir)
        sync_folder(self.path)

    def mend(self, subdir: Subdir) -> None:
        """Tidy up after a crash: stray temporary files, a .zst that is older than the index."""
        folder = self.path / subdir
        sweep_temporaries(folder)
        if not self.has_index(subdir) or not _zst(folder).exists():
            return
        data = (folder / _INDEX).read_bytes()
        if not _holds(_zst(folder), data):
            write_atomically(_zst(folder), to_zst(data))


def _is_subdir(name: str) -> bool:
    try:
        parse_subdir(name)
    except UsageError:
        return False
    return True


def _zst(folder: Path) -> Path:
    return folder / f"{_INDEX}.zst"


def _remove_other_forms(folder: Path) -> None:
    for name in _OTHER_FORMS:
        (folder / name).unlink(missing_ok=True)


def _holds(packed: Path, data: bytes) -> bool:
    """Tell whether `packed` unpacks to `data`, without unpacking more than that."""
    import zstandard

    try:
        with packed.open("rb") as file, zstandard.ZstdDecompressor().stream_reader(file) as stream:
            return stream.read(len(data) + 1) == data
    except zstandard.ZstdError:
        return False
