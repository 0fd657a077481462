"""A channel in a bucket as it was read for one purpose: each object is asked for once.

The objects are those of a channel folder (docs/reference/channel-folder.md), but for the lock:
.sluice/claims/   who is writing, or wants to
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from conda_sluice.effects.s3.objects import Objects, Version
from conda_sluice.effects.s3.server import S3Server
from conda_sluice.errors import StoreError
from conda_sluice.index.forms import INDEX, UNPATCHED
from conda_sluice.index.parts import Parts, Places, digest_of
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

STATE = ".sluice"
MARK_PATH = f"{STATE}/{MARK}"


class Memory:
    """What one process remembers of the indexes that it has read, by where they lie."""

    def __init__(self) -> None:
        self.versions: dict[str, Version] = {}
        self.parsed = IndexCache()


class ChannelInBucket:
    """The objects of one channel; what was read stays as it was read."""

    def __init__(self, channel: ChannelRef, server: S3Server, memory: Memory) -> None:
        self.channel = channel
        self.objects = Objects(channel.url, server)
        self._memory = memory
        self._versions: dict[str, Version | None] = {}
        self._subdirs: tuple[Subdir, ...] | None = None

    def forget(self) -> None:
        """Read everything anew from now on."""
        self._versions.clear()
        self._subdirs = None

    def load(self, subdirs: Iterable[Subdir], *more: str) -> None:
        """Read what tells the contents of some subdirs, and more, all at the same time."""
        self.fetch([*(path for subdir in subdirs for path in part_paths(subdir)), *more])

    def fetch(self, paths: Iterable[str]) -> None:
        """Read objects that were not read yet, all at the same time."""
        wanted = [path for path in dict.fromkeys(paths) if path not in self._versions]
        self._versions |= dict(
            zip(wanted, self.objects.server.map(self._read, wanted), strict=True)
        )

    def version(self, path: str) -> Version | None:
        """Return an object as it was read."""
        self.fetch([path])
        return self._versions[path]

    def data(self, path: str) -> bytes | None:
        """Return the bytes of an object, None where there is none."""
        version = self.version(path)
        return None if version is None else version.data

    def subdirs(self) -> Sequence[Subdir]:
        """Return the subdirs that have an index, sorted."""
        if self._subdirs is None:
            names = [Subdir(name) for name in self.objects.folders() if is_subdir(name)]
            self.fetch(map(index_path, names))
            self._subdirs = tuple(sorted(name for name in names if self.has_index(name)))
        return self._subdirs

    def has_index(self, subdir: Subdir) -> bool:
        """Tell whether the subdir has an index."""
        return self.version(index_path(subdir)) is not None

    def state(self) -> ChannelState:
        """Return the digests of all indexes."""
        return ChannelState(
            {subdir: digest_of(self.data(index_path(subdir))) for subdir in self.subdirs()}
        )

    def parts(self, subdir: Subdir) -> Parts:
        """Return the objects that tell what a subdir holds."""
        index, bookmark, kept, patches = part_paths(subdir)
        unpatched = f"{subdir}/{UNPATCHED}"
        self.load([subdir])
        remembered = self.data(bookmark)
        is_foreign = remembered is None and self.data(index) is not None
        where = self.objects.where
        return Parts(
            subdir=subdir,
            places=Places(
                index=where(index),
                kept=where(kept),
                patches=where(patches),
                unpatched=where(unpatched),
            ),
            index=self.data(index),
            bookmark=remembered,
            kept=self.data(kept),
            patches=self.data(patches),
            unpatched=self.data(unpatched) if is_foreign else None,
        )

    def contents(self, subdir: Subdir) -> Contents:
        """Return all that is said of the packages of a subdir."""
        return self.parts(subdir).contents(lambda: overrides_of(self.info(NOARCH)))

    def info(self, subdir: Subdir) -> Mapping[str, object]:
        """Return the `info` section of an index."""
        self.fetch([index_path(subdir), bookmark_path(subdir)])
        text = self._text(subdir)
        return self.read(subdir)[0].info if text is None else text.info

    def read(self, subdir: Subdir) -> Read:
        """Return index and records of a subdir, empty where there is none."""
        version = self.version(index_path(subdir))
        if version is None:
            self._alone(subdir).refuse_lost()
            return empty_repodata(subdir), ()
        where = self.objects.where(index_path(subdir))
        return self._memory.parsed.parsed(where, version.etag, subdir, lambda: version.data)

    def named(
        self, subdir: Subdir, names: Collection[PackageName]
    ) -> tuple[Mapping[str, object], tuple[PackageRecord, ...]]:
        """Return `info` and the records of some names, sorted by file; a big index is searched."""
        self.fetch([index_path(subdir), bookmark_path(subdir)])
        text = self._text(subdir)
        if text is None:
            repodata, records = self.read(subdir)
            return repodata.info, tuple(record for record in records if record.name in names)
        where = self.objects.where(index_path(subdir))
        entries = {file: one for name in set(names) for file, one in text.named(name).items()}
        return text.info, tuple(
            parse_record(file, entry, subdir, where) for file, entry in sorted(entries.items())
        )

    def has_packages(self, subdir: Subdir) -> bool:
        """Tell whether the index names packages."""
        text = self._text(subdir)
        return bool(self.read(subdir)[1] if text is None else text.count)

    def refuse_far_files(self, subdir: Subdir, info: Mapping[str, object]) -> None:
        """Raise StoreError where the package files do not lie beside their index (CEP 15)."""
        if info.get("base_url") not in {None, "", ".", "./"}:
            raise StoreError(
                f"says that the files of {subdir} lie elsewhere ({info.get('base_url')})",
                self.channel.url,
                "in a bucket, sluice knows channels only whose files lie beside their index",
            )

    def _alone(self, subdir: Subdir) -> Parts:
        """Return index and bookmark only: what is needed to search an index."""
        index, bookmark, kept, patches = part_paths(subdir)
        return Parts(
            subdir=subdir,
            places=Places(
                index=self.objects.where(index), kept=kept, patches=patches, unpatched=UNPATCHED
            ),
            index=self.data(index),
            bookmark=self.data(bookmark),
        )

    def _text(self, subdir: Subdir) -> IndexText | None:
        return self._alone(subdir).text()

    def _read(self, path: str) -> Version | None:
        where = self.objects.where(path)
        version = self.objects.read(path, self._memory.versions.get(where))
        if version is not None and path.endswith(".json"):
            self._memory.versions[where] = version
        return version


def index_path(subdir: Subdir) -> str:
    """Return where the index of a subdir lies."""
    return f"{subdir}/{INDEX}"


def bookmark_path(subdir: Subdir) -> str:
    """Return where it is remembered what the index of a subdir is like."""
    return f"{STATE}/{subdir}.index.json"


def kept_path(subdir: Subdir) -> str:
    """Return where the plain entries of patched and of hidden packages lie."""
    return f"{STATE}/{subdir}.kept.json"


def patch_path(subdir: Subdir) -> str:
    """Return where the patches of a subdir lie."""
    return f"{subdir}/{PATCH_FILE}"


def part_paths(subdir: Subdir) -> tuple[str, str, str, str]:
    """Return where index, bookmark, kept entries and patches of a subdir lie."""
    return index_path(subdir), bookmark_path(subdir), kept_path(subdir), patch_path(subdir)
