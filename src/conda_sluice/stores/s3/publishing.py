"""Publishing new indexes: the commit point of a subdir is the write of its `repodata.json`.

It is written under the condition that it is still the version that was read, where the server
honours conditions, and while the lock is held. What must be safe before it, such as the entry of a
package that is about to be hidden, goes first and is put back when that write fails. The other
forms follow, and the bookmark is last: the next writer who finds none for an index writes the other
forms again.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace

from conda_sluice.effects.leases import Claim
from conda_sluice.effects.s3.refusals import SupersededError
from conda_sluice.errors import StoreError
from conda_sluice.index.bookmark import Bookmark
from conda_sluice.index.forms import (
    FOREIGN_FORMS,
    ZST,
    Rules,
    bookmark_of,
    known_shards,
    retire,
    shards_to_write,
    wants_shards,
)
from conda_sluice.index.kept import Kept
from conda_sluice.index.packing import is_packed, to_zst
from conda_sluice.index.parts import digest_of
from conda_sluice.index.patches import Instructions
from conda_sluice.index.settle import Contents, Settled
from conda_sluice.index.shards import (
    SHARD_FOLDER,
    SHARD_INDEX,
    Shard,
    shard_file,
    shard_index,
)
from conda_sluice.model.names import Subdir
from conda_sluice.stores.s3.channel import (
    ChannelInBucket,
    bookmark_path,
    index_path,
    kept_path,
    patch_path,
)
from conda_sluice.stores.static.relating import with_noarch

_UNKNOWN = "unknown"


class Publisher:
    """Writes the indexes of a channel, as long as `claim` is good.

    `published` are the digests of the indexes that were written.
    """

    def __init__(self, channel: ChannelInBucket, claim: Claim, rules: Rules) -> None:
        self.published: dict[Subdir, str] = {}
        self._channel = channel
        self._objects = channel.objects
        self._claim = claim
        self._rules = rules
        self._kept: dict[Subdir, bytes | None] = {}

    def publish(
        self,
        changed: Mapping[Subdir, Settled],
        patches: Mapping[Subdir, Instructions] | None = None,
    ) -> None:
        """Publish new contents, one subdir after another, in the order given.

        An index that says nothing new is not written. Raise SupersededError where somebody else
        has written an index meanwhile.
        """
        for subdir, settled in with_noarch(self._channel, changed).items():
            new = (patches or {}).get(subdir)
            data = settled.contents.text.data
            bookmark, shards = settled.contents.bookmark, None
            is_new = settled.has_new_text or settled.touched is None
            with self._before_the_index(settled, new):
                if is_new:
                    shards, retired = self._shards(settled)
                    self._remove_foreign(settled, shards)
                    digest = self._commit(subdir, data)
                    bookmark = bookmark_of(settled.contents.text, data, digest, shards, retired)
            if is_new:
                self._write_forms(subdir, data, shards)
            self._finish(settled.contents, bookmark, new, is_new=is_new)

    def mend(self, contents: Contents, *, is_ours: bool = False) -> Contents:
        """See to it, after a crash, that all forms of an index say what it says.

        An index that never had a bookmark is another tool's, and so are its forms, but for a .zst
        that says something else; unless `is_ours`, because a writer died here.
        """
        subdir = contents.subdir
        data = self._channel.data(index_path(subdir))
        if contents.bookmark is not None or data is None:
            return contents
        if not is_ours and self._channel.data(bookmark_path(subdir)) is None:
            packed = self._channel.data(f"{subdir}/{ZST}")
            if packed is not None and not is_packed(packed, data):
                self._claim.check()
                self._objects.write(f"{subdir}/{ZST}", to_zst(data))
            return contents
        self._claim.check()
        settled = Settled(contents, contents.kept, touched=None)
        shards, retired = self._shards(settled)
        self._remove_foreign(settled, shards)
        self._write_forms(subdir, data, shards)
        digest = hashlib.sha256(data).hexdigest()
        bookmark = replace(
            bookmark_of(contents.text, data, digest, shards, retired),
            patches=_UNKNOWN,
            kept=_UNKNOWN,
        )
        self._objects.write(bookmark_path(subdir), bookmark.to_json())
        return replace(contents, bookmark=bookmark)

    def _commit(self, subdir: Subdir, data: bytes) -> str:
        """Write the index, and return its sha256."""
        path = index_path(subdir)
        before = self._channel.version(path)
        digest = hashlib.sha256(data).hexdigest()
        if before is not None and before.data == data:
            return digest
        condition = {"IfNoneMatch": "*"} if before is None else {"IfMatch": before.etag}
        honours = self._objects.server.honours_conditions.get(self._objects.bucket, False)
        self._claim.check()
        try:
            self._objects.write(path, data, **(condition if honours else {}))
        except (SupersededError, StoreError):
            # The write may have come about, and only its answer was lost.
            now = self._objects.read(path)
            if now is None or now.data != data:
                raise
        self.published[subdir] = digest
        return digest

    def _shards(self, settled: Settled) -> tuple[bytes | None, Mapping[str, int]]:
        """Write new shards, and return the index of all; None where there are to be none."""
        contents = settled.contents
        if not wants_shards(contents, self._rules):
            return None, {}
        place = f"{contents.subdir}/{SHARD_FOLDER}"
        found = self._channel.data(f"{contents.subdir}/{SHARD_INDEX}")
        before = known_shards(contents.bookmark, found)
        new, shards = shards_to_write(settled, before)

        def write(shard: Shard) -> tuple[str, str]:
            sha256 = shard.sha256
            self._objects.write(f"{place}/{shard_file(sha256)}", shard.data)
            return shard.name, sha256

        shards |= dict(self._objects.server.map(write, new))
        there = {*before.values()} if before is not None else self._shards_in(place)
        retired, over = retire(contents.bookmark, there, {*shards.values()}, self._rules.now)
        self._delete(f"{place}/{shard_file(sha256)}" for sha256 in over)
        return shard_index(contents.text, shards), retired

    def _shards_in(self, place: str) -> set[str]:
        return {
            one.path.rpartition("/")[2].partition(".")[0] for one in self._objects.list(f"{place}/")
        }

    def _remove_foreign(self, settled: Settled, shards: bytes | None) -> None:
        """Remove other tools' forms of the index, which would hide the new one.

        Beside an index that sluice wrote there are none, or somebody put them there by hand.
        """
        subdir, is_known = settled.contents.subdir, settled.contents.bookmark is not None
        if is_known and settled.touched is not None:
            return
        others = FOREIGN_FORMS if shards is not None else (*FOREIGN_FORMS, SHARD_INDEX)
        stems = {name.partition(".")[0].partition("_")[0] for name in others}
        there = {one.path for stem in stems for one in self._objects.list(f"{subdir}/{stem}")}
        self._delete(sorted(there & {f"{subdir}/{name}" for name in others}))

    def _write_forms(self, subdir: Subdir, data: bytes, shards: bytes | None) -> None:
        forms = {f"{subdir}/{ZST}": to_zst(data)}
        if shards is not None:
            forms[f"{subdir}/{SHARD_INDEX}"] = shards
        self._objects.server.map(lambda one: self._objects.write(*one), forms.items())

    def _finish(
        self,
        contents: Contents,
        bookmark: Bookmark | None,
        patches: Instructions | None,
        *,
        is_new: bool,
    ) -> None:
        """Write what follows an index: what is still to be kept, the bookmark."""
        subdir = contents.subdir
        digest = contents.patch_digest
        if patches is not None:
            digest = hashlib.sha256(patches.to_json()).hexdigest()
        self._keep(subdir, contents.kept)
        if bookmark is None:
            return
        kept = digest_of(self._kept_now(subdir))
        settled = replace(bookmark, patches=digest, kept=kept)
        if is_new or settled != bookmark:
            self._objects.write(bookmark_path(subdir), settled.to_json())

    @contextmanager
    def _before_the_index(self, settled: Settled, patches: Instructions | None) -> Iterator[None]:
        """Write what must be safe before the index is written; put it back when that fails."""
        subdir = settled.contents.subdir
        kept, before = self._kept_now(subdir), self._channel.data(patch_path(subdir))
        try:
            if patches is not None:
                self._claim.check()
                self._objects.write(patch_path(subdir), patches.to_json())
            self._keep(subdir, settled.meanwhile)
            yield
        except BaseException:
            if self._claim.is_good:
                with suppress(StoreError):  # the first trouble is the one to tell
                    self._put_back(kept_path(subdir), kept, self._kept_now(subdir))
                    now = before if patches is None else patches.to_json()
                    self._put_back(patch_path(subdir), before, now)
            self._kept[subdir] = kept
            raise

    def _keep(self, subdir: Subdir, kept: Kept) -> None:
        """Write what is kept, unless it is there."""
        data = kept.to_json() if kept else None
        now = self._kept_now(subdir)
        if data != now:
            self._claim.check()
            self._put_back(kept_path(subdir), data, now)
            self._kept[subdir] = data

    def _kept_now(self, subdir: Subdir) -> bytes | None:
        return self._kept.get(subdir, self._channel.data(kept_path(subdir)))

    def _put_back(self, path: str, data: bytes | None, now: bytes | None) -> None:
        if data == now:
            return
        if data is None:
            self._objects.delete(path)
        else:
            self._objects.write(path, data)

    def _delete(self, paths: Iterable[str]) -> None:
        self._objects.server.map(self._objects.delete, paths)
