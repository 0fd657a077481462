"""Publishing new indexes: all forms are staged, then renamed one after another.

The commit point of a subdir is the rename of `repodata.json`. What must be safe before it, such
as the entry of a package that is about to be hidden, goes first and is taken back when the rename
fails; the other forms, which some clients prefer, follow at once, and the bookmark is last. A
crash between them leaves some clients with the old index, which is a sound one, until the next
writer, who finds no bookmark for this index, writes the other forms again.
"""

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from conda_sluice.effects.files import (
    stage_bytes,
    sync_folder,
    write_atomically,
)
from conda_sluice.index.bookmark import Bookmark
from conda_sluice.index.forms import FOREIGN_FORMS, INDEX, ZST, Rules
from conda_sluice.index.kept import Kept
from conda_sluice.index.packing import to_zst
from conda_sluice.index.parts import digest_of
from conda_sluice.index.patches import Instructions
from conda_sluice.index.settle import Contents, Settled
from conda_sluice.index.shards import SHARD_INDEX
from conda_sluice.model.names import Subdir
from conda_sluice.stores.directory.channel_folder import ChannelFolder, read_if_there
from conda_sluice.stores.directory.forms import StagedForms, holds, stage_forms
from conda_sluice.stores.directory.recovery import leave_mark
from conda_sluice.stores.static.relating import with_noarch

_UNKNOWN = "unknown"


def prepare(folder: ChannelFolder, subdir: Subdir) -> Path:
    """Make the folder of a subdir ready for new files; call it only while writing."""
    path = folder.path / subdir
    path.mkdir(exist_ok=True)
    return path


def publish(
    folder: ChannelFolder,
    changed: Mapping[Subdir, Settled],
    rules: Rules,
    patches: Mapping[Subdir, Instructions] | None = None,
) -> None:
    """Publish new contents, one subdir after another, in the order given; only while writing.

    All forms are on disk under temporary names before the first is published. `noarch` gets an
    index in any case. An index that says nothing new is not written.
    """
    changed = with_noarch(folder, changed)
    staged: dict[Subdir, StagedForms] = {}
    if any(one.has_new_text or one.touched is None for one in changed.values()):
        leave_mark(folder)
    try:
        for subdir, settled in changed.items():
            if settled.has_new_text or settled.touched is None:
                place = prepare(folder, subdir)
                staged[subdir] = stage_forms(place, settled, rules, settled.contents.text.data)
        for subdir, settled in changed.items():
            new = (patches or {}).get(subdir)
            with _before_the_index(folder, settled, new):
                if subdir in staged:
                    _rename(folder.path / subdir, staged[subdir], INDEX)
            contents = settled.contents
            if new is not None:
                digest = hashlib.sha256(new.to_json()).hexdigest()
                contents = replace(contents, patch_digest=digest)
            _finish(folder, contents, staged.get(subdir))
    finally:
        for forms in staged.values():
            forms.discard()
    sync_folder(folder.path)


def mend(
    folder: ChannelFolder, contents: Contents, rules: Rules, *, is_ours: bool = False
) -> Contents:
    """See to it, after a crash, that all forms of an index say what it says.

    An index that never had a bookmark is another tool's, and so are its forms, but for a .zst that
    says something else; unless `is_ours`, because a writer died here.
    """
    subdir = contents.subdir
    place = folder.path / subdir
    if contents.bookmark is not None or not folder.has_index(subdir):
        return contents
    data = (place / INDEX).read_bytes()
    if not is_ours and not folder.bookmark_path(subdir).exists():
        if (place / ZST).exists() and not holds(place / ZST, data):
            write_atomically(place / ZST, to_zst(data))
        return contents
    leave_mark(folder)
    forms = stage_forms(place, Settled(contents, contents.kept, touched=None), rules, data)
    try:
        bookmark = _publish_forms(place, forms)
    finally:
        forms.discard()
    bookmark = replace(bookmark, patches=_UNKNOWN, kept=_UNKNOWN)
    _remember(folder, subdir, bookmark)
    return replace(contents, bookmark=bookmark)


@contextmanager
def _before_the_index(
    folder: ChannelFolder, settled: Settled, patches: Instructions | None
) -> Iterator[None]:
    """Write what must be safe before the index is renamed; put it back when that fails."""
    subdir = settled.contents.subdir
    paths = (folder.kept_path(subdir), folder.patch_path(subdir))
    before = {path: read_if_there(path) for path in paths}
    try:
        if patches is not None:
            write_atomically(folder.patch_path(subdir), patches.to_json())
        _keep(folder, subdir, settled.meanwhile)
        yield
    except BaseException:
        for path, data in before.items():
            if read_if_there(path) != data:
                with suppress(OSError):  # the first trouble is the one to tell
                    _put_back(path, data)
        raise


def _finish(folder: ChannelFolder, contents: Contents, forms: StagedForms | None) -> None:
    """Write what follows an index: its other forms, what is still to be kept, the bookmark."""
    subdir = contents.subdir
    bookmark = contents.bookmark
    if forms is not None:
        bookmark = _publish_forms(folder.path / subdir, forms)
    _keep(folder, subdir, contents.kept)
    if bookmark is None:
        return
    settled = replace(
        bookmark,
        patches=contents.patch_digest,
        kept=digest_of(read_if_there(folder.kept_path(subdir))),
    )
    if forms is not None or settled != bookmark:
        _remember(folder, subdir, settled)


def _publish_forms(place: Path, forms: StagedForms) -> Bookmark:
    """Give the other forms their names, remove those that would hide them; return the bookmark."""
    for name in (ZST, SHARD_INDEX):
        _rename(place, forms, name)
    sync_folder(place)
    return forms.bookmark


def _rename(place: Path, forms: StagedForms, name: str) -> None:
    if name == INDEX:
        others = FOREIGN_FORMS if forms.bookmark.shards else (*FOREIGN_FORMS, SHARD_INDEX)
        for other in others:
            (place / other).unlink(missing_ok=True)
    if name in forms.files:
        os.replace(forms.files[name], place / name)  # noqa: PTH105 - tests make it fail


def _remember(folder: ChannelFolder, subdir: Subdir, bookmark: Bookmark) -> None:
    """Write the bookmark; one that is lost in a power cut costs no more than time."""
    temporary = stage_bytes(folder.state_folder, bookmark.to_json(), is_safe=False)
    try:
        os.replace(temporary, folder.bookmark_path(subdir))  # noqa: PTH105 - tests make it fail
    finally:
        temporary.unlink(missing_ok=True)


def _put_back(path: Path, data: bytes | None) -> None:
    if data is None:
        path.unlink(missing_ok=True)
    else:
        write_atomically(path, data)


def _keep(folder: ChannelFolder, subdir: Subdir, kept: Kept) -> None:
    """Write what is kept, unless it is there."""
    if kept == folder.kept(subdir):
        return
    if not kept:
        folder.kept_path(subdir).unlink()
        sync_folder(folder.state_folder)
    else:
        write_atomically(folder.kept_path(subdir), kept.to_json())
