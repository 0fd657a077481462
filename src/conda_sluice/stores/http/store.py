"""Channels at `https://` and `http://` URLs: read as conda clients read them, never changed."""

import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import NoReturn
from urllib.parse import urljoin

from conda_sluice.effects.artifact import read_about
from conda_sluice.effects.credentials import Credentials, open_credentials
from conda_sluice.effects.http.patience import Patience
from conda_sluice.effects.locks import locked
from conda_sluice.errors import DamagedError, UsageError
from conda_sluice.index.repodata import (
    Entry,
    Repodata,
    empty_repodata,
    parse_record,
    parse_repodata,
)
from conda_sluice.model.channel import ChannelRef, ChannelState
from conda_sluice.model.entry import check_file_name
from conda_sluice.model.flaw import Flaw, FlawKind
from conda_sluice.model.names import PLATFORMS, PackageName, Subdir
from conda_sluice.model.package import Artifact, PackageRecord
from conda_sluice.ports import StoreTraits
from conda_sluice.stores.http.asking import Asking
from conda_sluice.stores.http.index_files import IndexFile, IndexFiles, has_packages
from conda_sluice.stores.http.routes import Routes
from conda_sluice.stores.http.shards import entries_of, parse_shards
from conda_sluice.stores.package_flaws import flaw_in_transfer

_TRAITS = StoreTraits(
    indexes_itself=True,
    has_labels=False,
    copies_natively=False,
    transactional=False,
    is_writable=False,
)
_SUBDIRS = tuple(sorted((*map(Subdir, PLATFORMS), Subdir("noarch"))))
_LONGEST_WAIT = 3600.0
_WEEK = 7 * 24 * 3600
_MODERATE = 32 << 20
"""Bytes of an index of which many are kept in memory; of larger ones it is the last."""

_NONE_YET = ("", empty_repodata(Subdir("noarch")))


class HttpStore:
    """Implements the port `Store` for channels that can only be read.

    `cache` is a folder for indexes, and for package files that are on their way: one that was
    cut off is taken up where it broke off, by another process too. `mirrors` are those of
    channels.yaml; `jobs` requests run at a time.
    """

    def __init__(
        self,
        cache: Path,
        *,
        mirrors: tuple[tuple[str, tuple[str, ...]], ...] = (),
        jobs: int = 8,
        patience: Patience | None = None,
        find_credentials: Callable[[], Credentials] = open_credentials,
    ) -> None:
        self._again = partial(
            HttpStore,
            cache,
            mirrors=mirrors,
            jobs=jobs,
            patience=patience,
            find_credentials=find_credentials,
        )
        self._cache = cache
        self._jobs = jobs
        self._asking = Asking(Routes(mirrors), patience or Patience(), find_credentials)
        self._indexes = IndexFiles(self._asking, cache / "index")
        self._small: dict[str, tuple[str, Repodata]] = {}
        self._large: tuple[str, Repodata] = _NONE_YET
        self._folders: dict[tuple[str, Subdir], str] = {}

    def __reduce__(self) -> tuple[object, ...]:
        return self._again, ()

    def traits(self, channel: ChannelRef) -> StoreTraits:  # noqa: ARG002 - the same for all
        """Return what this store can do with a channel."""
        return _TRAITS

    def subdirs(self, channel: ChannelRef) -> Sequence[Subdir]:
        """Return the subdirs that hold packages, sorted; all that conda knows are looked for."""
        with ThreadPoolExecutor(self._jobs) as pool:
            found = pool.map(partial(self._holds_packages, channel), _SUBDIRS)
            return tuple(subdir for subdir, holds in zip(_SUBDIRS, found, strict=True) if holds)

    def state(self, channel: ChannelRef) -> ChannelState:
        """Return what tells this state of the channel's indexes from every other one."""
        return ChannelState({subdir: one.digest for subdir, one in self._all(channel).items()})

    def records(
        self,
        channel: ChannelRef,
        subdir: Subdir,
        *,
        names: Collection[PackageName] | None = None,
    ) -> Sequence[PackageRecord]:
        """Return the records that can be solved with, all or those of `names`, sorted by file."""
        if names is not None and (shards := self._indexes.shards(channel, subdir)):
            return self._named(shards, channel, subdir, names)
        index = self._indexes.read(channel, subdir)
        if index is None:
            return ()
        repodata = self._repodata(index, channel, subdir)
        wanted = None if names is None else frozenset(map(str, names))
        chosen = {
            file: entry
            for file, entry in repodata.entries.items()
            if wanted is None or str(entry.get("name")) in wanted
        }
        return tuple(
            parse_record(file, chosen[file], subdir, index.where) for file in sorted(chosen)
        )

    def hidden(
        self,
        channel: ChannelRef,  # noqa: ARG002 - the same for all
        subdir: Subdir,  # noqa: ARG002 - the same for all
    ) -> Sequence[PackageRecord]:
        """Return nothing: what a server does not show nobody knows of."""
        return ()

    def get(self, record: PackageRecord, channel: ChannelRef, into: Path) -> Path:
        """Bring the package file into the folder `into`; raise DamagedError if its hash differs."""
        check_file_name(record.file)
        url = f"{self._packages_at(channel, Subdir(record.subdir))}{record.file}"
        if not record.sha256:
            raise DamagedError(
                "its index gives no sha256, so nobody could tell whether it arrived whole",
                url,
                "ask whoever keeps the channel to index it anew",
            )
        into.mkdir(parents=True, exist_ok=True)
        folder = self._cache / "partial"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _sweep(folder)
        part = folder / record.sha256
        with locked(
            part,
            part.with_suffix(".lock"),
            timeout=_LONGEST_WAIT,
            poll=0.1,
            busy="another sluice has been fetching this package",
        ):
            self._asking.download(
                url, into / record.file, sha256=record.sha256, size=record.size, partial=part
            )
            part.with_suffix(".lock").unlink(missing_ok=True)  # while it is ours, and nobody's yet
        return into / record.file

    def about(self, record: PackageRecord, channel: ChannelRef) -> Mapping[str, object]:
        """Return the package's info/about.json; see the port."""
        with tempfile.TemporaryDirectory(prefix="sluice-about-") as folder:
            return read_about(self.get(record, channel, Path(folder)))

    def inspect(self, channel: ChannelRef) -> Iterator[Flaw]:
        """Read every index and package file and yield what is wrong."""
        for subdir, index in self._all(channel).items():
            try:
                self._repodata(index, channel, subdir)
                records = self.records(channel, subdir)
            except DamagedError as error:
                yield Flaw(FlawKind.BROKEN_INDEX, subdir, Path(index.where).name, error.what)
                continue
            for record in records:
                with tempfile.TemporaryDirectory(prefix="sluice-inspect-") as folder:
                    try:
                        self.get(record, channel, Path(folder))
                    except DamagedError as error:
                        yield flaw_in_transfer(record, error)

    def put(
        self,
        artifacts: Sequence[Artifact],  # noqa: ARG002 - none can be put
        channel: ChannelRef,
        *,
        expected: ChannelState | None = None,  # noqa: ARG002 - nothing changes
    ) -> None:
        """Raise UsageError: the channel can only be read. So do all changes below."""
        _refuse(channel)

    def copy(
        self,
        records: Sequence[PackageRecord],  # noqa: ARG002 - none can be copied
        source: ChannelRef,  # noqa: ARG002 - whatever it is
        target: ChannelRef,
        *,
        expected: ChannelState | None = None,  # noqa: ARG002 - nothing changes
    ) -> None:
        """Raise UsageError."""
        _refuse(target)

    def remove(
        self,
        records: Sequence[PackageRecord],  # noqa: ARG002 - none can be removed
        channel: ChannelRef,
        *,
        expected: ChannelState | None = None,  # noqa: ARG002 - nothing changes
    ) -> None:
        """Raise UsageError."""
        _refuse(channel)

    def hide(self, records: Sequence[PackageRecord], channel: ChannelRef) -> None:  # noqa: ARG002
        """Raise UsageError."""
        _refuse(channel)

    def show(self, records: Sequence[PackageRecord], channel: ChannelRef) -> None:  # noqa: ARG002
        """Raise UsageError."""
        _refuse(channel)

    def reindex(self, channel: ChannelRef) -> None:
        """Raise UsageError."""
        _refuse(channel)

    def relate(self, channel: ChannelRef, overrides: ChannelRef | None) -> None:  # noqa: ARG002
        """Raise UsageError."""
        _refuse(channel)

    def _holds_packages(self, channel: ChannelRef, subdir: Subdir) -> bool:
        shards = self._indexes.shards(channel, subdir)
        if shards is not None:
            return bool(parse_shards(shards.body, shards.where).by_name)
        index = self._indexes.read(channel, subdir)
        return index is not None and has_packages(index.unpacked())

    def _named(
        self, index: IndexFile, channel: ChannelRef, subdir: Subdir, names: Collection[PackageName]
    ) -> Sequence[PackageRecord]:
        """Return the records of some names, from their shards."""
        shards = parse_shards(index.body, index.where)
        self._folders[channel.url, subdir] = shards.packages_at
        entries: dict[str, Entry] = {}
        with ThreadPoolExecutor(self._jobs) as pool:
            for found in pool.map(lambda name: entries_of(shards, name, self._asking), names):
                entries |= found
        return tuple(
            parse_record(file, entries[file], subdir, index.where) for file in sorted(entries)
        )

    def _all(self, channel: ChannelRef) -> Mapping[Subdir, IndexFile]:
        """Return all indexes of a channel, asked for at a time, sorted by subdir."""
        noarch = self._indexes.read(channel, Subdir("noarch"))  # tells which form the server has
        others = [one for one in _SUBDIRS if one != "noarch"]
        with ThreadPoolExecutor(self._jobs) as pool:
            read = partial(self._indexes.read, channel)
            found = dict(zip(others, pool.map(read, others), strict=True))
        found[Subdir("noarch")] = noarch
        return {subdir: one for subdir, one in sorted(found.items()) if one is not None}

    def _repodata(self, index: IndexFile, channel: ChannelRef, subdir: Subdir) -> Repodata:
        """Return an index parsed: small ones are kept by their place, and the last large one."""
        for digest, known in (self._small.get(index.where, _NONE_YET), self._large):
            if digest == index.digest and known.subdir == subdir:
                return known
        data = index.unpacked()
        repodata = parse_repodata(data, subdir, index.where)
        if len(data) <= _MODERATE:
            self._small[index.where] = index.digest, repodata
        else:
            self._large = index.digest, repodata
        self._folders[channel.url, subdir] = folder_of_packages(channel, subdir, repodata)
        return repodata

    def _packages_at(self, channel: ChannelRef, subdir: Subdir) -> str:
        """Return the URL of the folder of a subdir's packages, as its index said when last read."""
        if (channel.url, subdir) not in self._folders:
            index = self._indexes.read(channel, subdir)
            if index is None:
                return f"{channel.url}/{subdir}/"
            self._repodata(index, channel, subdir)
        return self._folders[channel.url, subdir]


def folder_of_packages(channel: ChannelRef, subdir: Subdir, repodata: Repodata) -> str:
    """Return the URL of the folder of a subdir's packages: where `base_url` says (CEP 15)."""
    place = urljoin(f"{channel.url}/{subdir}/", repodata.base_url)
    return place if place.endswith("/") else f"{place}/"


def _sweep(folder: Path) -> None:
    """Remove what was left on its way for more than a week."""
    for path in folder.iterdir():
        try:
            if time.time() - path.stat().st_mtime > _WEEK:
                path.unlink()
        except FileNotFoundError:  # another process was quicker
            continue


def _refuse(channel: ChannelRef) -> NoReturn:
    raise UsageError(
        f"{channel} can only be read",
        where=channel.url,
        remedy="write to a folder, s3://bucket/path, anaconda://owner or quetz+https://server/channel",
    )
