"""Channels in buckets (`s3://bucket/prefix`), indexed one record at a time.

A package file is in its place and verified before the index names it, and an index is replaced as a
whole: whatever fails, a subdir is its old or its new self. An object that the index does not name
is no package of the channel.
"""

import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from conda_sluice.effects.artifact import read_about, read_index
from conda_sluice.effects.leases import Leases, Terms
from conda_sluice.effects.os_errors import as_store_errors
from conda_sluice.effects.s3.board import ObjectBoard, learn_conditions
from conda_sluice.effects.s3.refusals import ReplyError, SupersededError
from conda_sluice.effects.s3.server import S3Server
from conda_sluice.errors import StoreError
from conda_sluice.index import settle
from conda_sluice.index.forms import SHARDS_FROM, Rules
from conda_sluice.index.patches import Instructions
from conda_sluice.index.repodata import entry_of, parse_record
from conda_sluice.model.channel import ChannelRef, ChannelState
from conda_sluice.model.flaw import Flaw
from conda_sluice.model.names import PackageName, Subdir
from conda_sluice.model.package import Artifact, PackageRecord
from conda_sluice.model.stores import S3Options
from conda_sluice.ports import StoreTraits
from conda_sluice.stores.s3 import copying, uploading
from conda_sluice.stores.s3.change import Change
from conda_sluice.stores.s3.channel import ChannelInBucket, Memory, kept_path
from conda_sluice.stores.s3.copying import Copy
from conda_sluice.stores.s3.files import FilesInBucket
from conda_sluice.stores.s3.inspection import (
    anew_from_files,
    inspect_channel,
    known_subdirs,
    names_in,
)
from conda_sluice.stores.s3.uploading import Upload
from conda_sluice.stores.static.changes import Changes, growth, hiding, removal, showing
from conda_sluice.stores.static.holdings import Holdings, subdirs_of
from conda_sluice.stores.static.relating import reference_above, related, subdirs_to_relate

_TRAITS = StoreTraits(
    indexes_itself=False, has_labels=False, copies_natively=True, transactional=True
)
_CLAIMS = ".sluice/claims"
_LOCK = Terms(lease=30.0, timeout=120.0)
_BUSY = "another program has been writing to this channel"
_TRIES = 5
"""So often a change is made anew because somebody wrote an index past the lock."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How the lock is held, and where parts begin.

    `part` is in bytes: a bigger file is sent in parts of that size. `whole` is up to how many
    bytes an object is copied in one request.
    """

    lock: Terms = _LOCK
    part: int = uploading.PART
    whole: int = copying.WHOLE


class S3Store:
    """Implements the port `Store` for `s3://` channels of one server.

    `jobs` requests run at a time; an index of `shards_from` packages is written in shards too;
    `clock` tells the seconds since 1970.
    """

    def __init__(
        self,
        options: S3Options | None = None,
        *,
        jobs: int = 8,
        shards_from: int = SHARDS_FROM,
        limits: Limits | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._options = options or S3Options()
        self._jobs = jobs
        self._shards_from = shards_from
        self._limits = limits or Limits()
        self._clock = clock
        self._server = S3Server(self._options, jobs)
        self._memory = Memory()
        self._digests: dict[tuple[str, str], str] = {}

    def __reduce__(self) -> tuple[object, ...]:
        arguments = (self._options, self._jobs, self._shards_from, self._limits, self._clock)
        return _unpickle, arguments

    def traits(self, channel: ChannelRef) -> StoreTraits:  # noqa: ARG002 - the same for all
        """Return what this store can do with a channel."""
        return _TRAITS

    def subdirs(self, channel: ChannelRef) -> Sequence[Subdir]:
        """Return the subdirs that hold packages, sorted."""
        bucket = self._bucket(channel)
        return tuple(subdir for subdir in bucket.subdirs() if bucket.has_packages(subdir))

    def state(self, channel: ChannelRef) -> ChannelState:
        """Return what tells this state of the channel's indexes from every other one."""
        return self._bucket(channel).state()

    def records(
        self,
        channel: ChannelRef,
        subdir: Subdir,
        *,
        names: Collection[PackageName] | None = None,
    ) -> Sequence[PackageRecord]:
        """Return the records that can be solved with, all or those of `names`, sorted by file."""
        bucket = self._bucket(channel)
        if names is None:
            repodata, records = bucket.read(subdir)
            info = repodata.info
        else:
            info, records = bucket.named(subdir, names)
        return self._identified(bucket, records, info)

    def hidden(self, channel: ChannelRef, subdir: Subdir) -> Sequence[PackageRecord]:
        """Return the records of the packages that are hidden, sorted by file name."""
        bucket = self._bucket(channel)
        contents = bucket.contents(subdir)
        where = bucket.objects.where(kept_path(subdir))
        records = [
            parse_record(file, entry, subdir, where) for file, entry in contents.hidden.items()
        ]
        return self._identified(bucket, records, contents.text.info)

    def get(self, record: PackageRecord, channel: ChannelRef, into: Path) -> Path:
        """Bring the package file into the folder `into`; raise DamagedError if its hash differs."""
        subdirs_of([record])
        bucket = self._bucket(channel)
        with as_store_errors(into):
            into.mkdir(parents=True, exist_ok=True)
            return FilesInBucket(bucket, self._digests).get(record, into)

    def about(self, record: PackageRecord, channel: ChannelRef) -> Mapping[str, object]:
        """Return the package's info/about.json; the file is brought here for it."""
        with tempfile.TemporaryDirectory(prefix="sluice-about-") as folder:
            return read_about(self.get(record, channel, Path(folder)))

    def put(
        self,
        artifacts: Sequence[Artifact],
        channel: ChannelRef,
        *,
        expected: ChannelState | None = None,
    ) -> None:
        """Add package files and their records; see the port."""
        incoming = [
            Upload(
                artifact.path,
                artifact.record,
                entry_of(artifact.index or read_index(artifact.path), artifact.record),
            )
            for artifact in artifacts
        ]

        def body(change: Change) -> None:
            missing = change.here.missing(incoming)
            change.mark(item.record for item in missing)
            change.each(
                missing,
                lambda objects, item: uploading.upload(objects, item, part=self._limits.part),
            )
            change.publish(growth(change.here, missing))

        self._change(channel, subdirs_of(item.record for item in incoming), body, expected)

    def copy(
        self,
        records: Sequence[PackageRecord],
        source: ChannelRef,
        target: ChannelRef,
        *,
        expected: ChannelState | None = None,
    ) -> None:
        """Copy packages between two channels within the server; see the port."""
        bucket = self._bucket(source)
        subdirs = subdirs_of(records)
        bucket.load(subdirs)
        contents = {subdir: bucket.contents(subdir) for subdir in subdirs}
        for subdir, one in contents.items():
            bucket.refuse_far_files(subdir, one.text.info)
        there = Holdings(FilesInBucket(bucket, self._digests), contents)
        incoming = []
        for record in records:
            held, entry = there.shown(record)
            patches = contents[record.subdir].patches.about(record.file)
            incoming.append(Copy(bucket.objects, held, entry, patches))

        def body(change: Change) -> None:
            missing = change.here.missing(incoming)
            change.mark(item.record for item in missing)
            change.each(
                missing, lambda objects, item: copying.copy(objects, item, whole=self._limits.whole)
            )
            change.publish(growth(change.here, missing))

        self._change(target, subdirs, body, expected)

    def remove(
        self,
        records: Sequence[PackageRecord],
        channel: ChannelRef,
        *,
        expected: ChannelState | None = None,
    ) -> None:
        """Take packages out of the channel: first the records, then the files; see the port."""

        def body(change: Change) -> None:
            leaving = change.here.leaving(records)
            change.mark(leaving)
            change.publish(removal(change.here, leaving))
            change.files.remove(records)

        self._change(channel, subdirs_of(records), body, expected)

    def hide(self, records: Sequence[PackageRecord], channel: ChannelRef) -> None:
        """Hide packages from solving and keep their files; see the port."""
        self._change(
            channel,
            subdirs_of(records),
            lambda change: change.publish(hiding(change.here, records)),
        )

    def show(self, records: Sequence[PackageRecord], channel: ChannelRef) -> None:
        """Undo `hide`; raise ConflictError where patches of the channel hide the package."""
        self._change(
            channel,
            subdirs_of(records),
            lambda change: change.publish(showing(change.here, records)),
        )

    def patch(self, channel: ChannelRef, subdir: Subdir, patches: Instructions) -> None:
        """Replace the patches (hotfixes) of a subdir and apply them to its index."""
        changes = Changes({subdir: settle.Change()}, {subdir: patches})
        self._change(channel, [subdir], lambda change: change.publish(changes))

    def relate(self, channel: ChannelRef, overrides: ChannelRef | None) -> None:
        """Write into the channel, made if need be, which channel stands above it (CEP 42).

        The CEP knows relative paths only: a channel in another bucket cannot be named and is left
        out.
        """
        reference = reference_above(overrides, channel)
        to_relate = subdirs_to_relate(self._bucket(channel), reference)

        def body(change: Change) -> None:
            change.mark()
            change.publisher.publish(related(change.bucket, change.here, reference))

        if to_relate:
            self._change(channel, to_relate, body)

    def inspect(self, channel: ChannelRef) -> Iterator[Flaw]:
        """Read every index and package file and yield what is wrong; change nothing."""
        yield from inspect_channel(self._bucket(channel))

    def reindex(self, channel: ChannelRef) -> None:
        """Make the index anew from the package files; see the port."""

        def body(change: Change) -> None:
            names = names_in(change.bucket)
            settled = {
                subdir: anew_from_files(change.bucket, subdir, names.get(subdir, []))
                for subdir in known_subdirs(change.bucket)
            }
            change.mark()
            change.publisher.publish(settled)

        self._change(channel, [], body)

    def _bucket(self, channel: ChannelRef) -> ChannelInBucket:
        return ChannelInBucket(channel, self._server, self._memory)

    def _identified(
        self,
        bucket: ChannelInBucket,
        records: Sequence[PackageRecord],
        info: Mapping[str, object],
    ) -> Sequence[PackageRecord]:
        if all(record.sha256 for record in records):
            return tuple(records)
        files = FilesInBucket(bucket, self._digests)
        return tuple(files.identified(record, info) for record in records)

    def _change(
        self,
        channel: ChannelRef,
        subdirs: Sequence[Subdir],
        body: Callable[[Change], None],
        expected: ChannelState | None = None,
    ) -> None:
        """Be the one writer of a channel that is in the expected state, and change it.

        What somebody wrote past the lock is read again, and the change made anew.
        """
        objects = self._bucket(channel).objects
        published: dict[Subdir, str] = {}
        locks = Leases(ObjectBoard(objects), self._limits.lock)
        with locks.held(_CLAIMS, _BUSY) as claim:
            learn_conditions(objects, claim.name)
            for attempt in range(1, _TRIES + 1):
                change = Change(self._bucket(channel), claim, self._rules(), self._digests)
                try:
                    change.begin(subdirs, expected, published)
                    body(change)
                    change.end()
                except SupersededError as error:
                    published |= change.publisher.published
                    if attempt == _TRIES:
                        raise StoreError(
                            "others write the indexes of this channel again and again",
                            channel.url,
                            "let only sluice write to it",
                        ) from error
                except ReplyError as error:
                    change.undo()
                    raise StoreError(
                        f"the server answers what it must not ({type(error).__name__})",
                        str(error),
                        "run the command again",
                    ) from error
                except BaseException:
                    change.undo()
                    raise
                else:
                    return

    def _rules(self) -> Rules:
        return Rules(self._shards_from, int(self._clock()))


def _unpickle(
    options: S3Options,
    jobs: int,
    shards_from: int,
    limits: Limits,
    clock: Callable[[], float],
) -> S3Store:
    return S3Store(options, jobs=jobs, shards_from=shards_from, limits=limits, clock=clock)
