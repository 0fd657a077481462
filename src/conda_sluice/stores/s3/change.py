"""One change of a channel in a bucket, made by its one writer, who tidies up after others first.

Before a writer makes objects that must not stay, it leaves a mark that names the packages on their
way in or out. The mark goes when all is done. Who finds one, or fails and has left one, removes
of the named packages that no index names, and writes the forms of indexes that are not written yet.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TypeVar

from conda_sluice.effects.leases import Claim
from conda_sluice.effects.s3.objects import Objects
from conda_sluice.effects.s3.refusals import ReplyError
from conda_sluice.errors import DamagedError, SluiceError
from conda_sluice.index.forms import Rules
from conda_sluice.model.channel import ChannelState
from conda_sluice.model.names import Subdir
from conda_sluice.model.package import PackageRecord
from conda_sluice.model.refusals import changed
from conda_sluice.stores.s3.channel import MARK_PATH, ChannelInBucket
from conda_sluice.stores.s3.files import FilesInBucket
from conda_sluice.stores.s3.publishing import Publisher
from conda_sluice.stores.static.changes import Changes
from conda_sluice.stores.static.holdings import Holdings, is_package_path
from conda_sluice.stores.static.marks import digests_in, mark_with

_Item = TypeVar("_Item")


class Change:
    """A change that is under way; `here` is what the channel holds before it."""

    def __init__(
        self,
        bucket: ChannelInBucket,
        claim: Claim,
        rules: Rules,
        digests: dict[tuple[str, str], str],
    ) -> None:
        self.bucket = bucket
        self.files = FilesInBucket(bucket, digests)
        self.publisher = Publisher(bucket, claim, rules)
        self.here = Holdings(self.files, {})
        self._objects = bucket.objects
        self._claim = claim
        self._is_marked = False

    def begin(
        self,
        subdirs: Sequence[Subdir],
        expected: ChannelState | None,
        published: Mapping[Subdir, str],
    ) -> None:
        """Tidy up, and read what the channel holds in some subdirs.

        Raise ChangedError where it is in another state than the expected one; `published` is what
        this very change has made of subdirs already.
        """
        self.bucket.load(subdirs, MARK_PATH)
        self._is_marked = self.bucket.data(MARK_PATH) is not None
        if expected is not None:
            _refuse_changed(self.bucket, expected, published)
        self._recover()
        self.bucket.load(subdirs)
        contents = {subdir: self.bucket.contents(subdir) for subdir in subdirs}
        for subdir, one in contents.items():
            self.bucket.refuse_far_files(subdir, one.text.info)
        mended = {subdir: self.publisher.mend(one) for subdir, one in contents.items()}
        self.here = Holdings(self.files, mended)

    def mark(self, records: Iterable[PackageRecord] = ()) -> None:
        """Say that objects come and go, and which packages."""
        named = {record.path: record.sha256 for record in records}
        if named or not self._is_marked:
            self._claim.check()
            self._is_marked = True
            self._objects.write(MARK_PATH, mark_with(named))

    def each(self, items: Sequence[_Item], bring: Callable[[Objects, _Item], None]) -> None:
        """Bring the files of some packages into the channel, several at a time."""

        def one(item: _Item) -> None:
            self._claim.check()
            bring(self._objects, item)

        self._objects.server.map(one, items)

    def publish(self, changes: Changes) -> None:
        """Publish what changes, and new patches, make of subdirs."""
        settled = changes.settled(self.here)
        if any(one.has_new_text or one.touched is None for one in settled.values()):
            self.mark()
        self.publisher.publish(settled, changes.patches)

    def end(self) -> None:
        """Say that all is done."""
        if self._is_marked:
            self._claim.check()
            self._objects.delete(MARK_PATH)
            self._is_marked = False

    def undo(self) -> None:
        """Tidy up after an error, as far as that is possible; else the next writer will."""
        if self._is_marked and self._claim.is_good:
            with suppress(SluiceError, ReplyError):  # the first trouble is the one to tell
                self.bucket.forget()
                self._recover()

    def _recover(self) -> None:
        """Tidy up after a writer that died or failed, in all subdirs."""
        mark = self.bucket.data(MARK_PATH)
        if mark is None:
            return
        named = digests_in(mark)
        self.bucket.load(dict.fromkeys(_subdir_of(path) for path in named))
        self._objects.server.map(lambda one: self._sweep(*one), self._unnamed(named).items())
        for path, upload in self._objects.unfinished():
            if is_package_path(path):  # below may lie other channels, whose writers are at work
                self._objects.abandon(path, upload)
        for subdir in self.bucket.subdirs():
            with suppress(DamagedError):  # is told when that subdir is asked for
                self.publisher.mend(self.bucket.contents(subdir), is_ours=True)
        self._claim.check()
        self._objects.delete(MARK_PATH)
        self._is_marked = False
        self.bucket.forget()

    def _unnamed(self, digests: Mapping[str, str]) -> dict[str, str]:
        """Return those packages that no index names."""
        contents = {one: self.bucket.contents(one) for one in set(map(_subdir_of, digests))}
        return {
            path: sha256
            for path, sha256 in digests.items()
            if contents[_subdir_of(path)].plain(path.partition("/")[2]) is None
        }

    def _sweep(self, path: str, sha256: str) -> None:
        """Delete a package that was on its way, and nothing else that lies under its name."""
        if sha256 and self.files.written_sha256(path) != sha256:
            return
        self._claim.check()
        self._objects.delete(path)


def _subdir_of(path: str) -> Subdir:
    return Subdir(path.partition("/")[0])


def _refuse_changed(
    bucket: ChannelInBucket, expected: ChannelState, published: Mapping[Subdir, str]
) -> None:
    def others(state: ChannelState) -> dict[Subdir, str]:
        return {one: digest for one, digest in state.digests.items() if one not in published}

    now = bucket.state()
    is_ours = all(now.digests.get(one) == digest for one, digest in published.items())
    if not is_ours or others(now) != others(expected):
        trouble = changed(bucket.channel)
        if published:
            trouble.remedy = "look what was done: plan again"
        raise trouble
