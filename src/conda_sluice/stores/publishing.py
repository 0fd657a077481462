"""Publishing new indexes: staged as a whole, then renamed one after another.

The commit point of a subdir is the rename of `repodata.json`. What must be safe before it, such
as the entry of a package that is about to be hidden, goes first and is taken back when the rename
fails; `repodata.json.zst`, which clients prefer, follows at once. A crash between the two leaves
clients with the old index, which is a sound one, until the next writer, finding that the two
differ, writes the second again.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from conda_sluice.effects.files import (
    stage_bytes,
    sweep_temporaries,
    sync_folder,
    write_atomically,
)
from conda_sluice.index.kept import Kept
from conda_sluice.index.patches import Instructions
from conda_sluice.index.repodata import to_zst
from conda_sluice.index.settle import Contents, Settled
from conda_sluice.model.names import NOARCH, Subdir
from conda_sluice.stores.channel_folder import INDEX, ChannelFolder, read_if_there

_OTHER_FORMS = (
    "repodata_shards.msgpack.zst",
    "repodata.json.bz2",
    "repodata.json.jlap",
    "current_repodata.json",
    "current_repodata.json.zst",
    "repodata_from_packages.json",
)
"""Forms of the index that other tools write. Left behind a newer index, they would hide it."""


def prepare(folder: ChannelFolder, subdir: Subdir) -> Path:
    """Make the folder of a subdir ready for new files; call it only while writing."""
    path = folder.path / subdir
    path.mkdir(exist_ok=True)
    sweep_temporaries(path)
    return path


def publish(
    folder: ChannelFolder,
    changed: Mapping[Subdir, Settled],
    patches: Mapping[Subdir, Instructions] | None = None,
) -> None:
    """Publish new contents, one subdir after another, in the order given; only while writing.

    All indexes are on disk under temporary names before the first is published. `noarch` gets
    an index in any case, because it is what makes a folder a channel (CEP 26).
    """
    if NOARCH not in changed and not folder.has_index(NOARCH):
        contents = folder.contents(NOARCH)
        changed = {NOARCH: Settled(contents, contents.kept), **changed}
    staged: dict[Path, Path] = {}
    try:
        for subdir, settled in changed.items():
            place = prepare(folder, subdir)
            data = settled.contents.text.data
            if data != read_if_there(place / INDEX):
                staged[place / INDEX] = stage_bytes(place, data)
                staged[_zst(place)] = stage_bytes(place, to_zst(data))
        for subdir, settled in changed.items():
            with _before_the_index(folder, settled, (patches or {}).get(subdir)):
                _rename(staged, folder.path / subdir / INDEX)
            _rename(staged, _zst(folder.path / subdir))
            sync_folder(folder.path / subdir)
            _keep(folder, subdir, settled.contents.kept)
    finally:
        for temporary in staged.values():
            temporary.unlink(missing_ok=True)
    sync_folder(folder.path)


def mend(folder: ChannelFolder, subdir: Subdir) -> None:
    """Tidy up after a crash: stray temporary files, a .zst that is older than the index."""
    place = folder.path / subdir
    sweep_temporaries(place)
    sweep_temporaries(folder.state_folder)
    if not folder.has_index(subdir) or not _zst(place).exists():
        return
    data = (place / INDEX).read_bytes()
    if not _holds(_zst(place), data):
        write_atomically(_zst(place), to_zst(data))


def stale_forms(folder: ChannelFolder, contents: Contents) -> Iterator[str]:
    """Yield the names of the forms of an index that do not say what it says."""
    place = folder.path / contents.subdir
    if _zst(place).exists() and not _holds(_zst(place), (place / INDEX).read_bytes()):
        yield _zst(place).name
    yield from (name for name in _OTHER_FORMS if (place / name).exists())


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


def _put_back(path: Path, data: bytes | None) -> None:
    if data is None:
        path.unlink(missing_ok=True)
    else:
        write_atomically(path, data)


def _keep(folder: ChannelFolder, subdir: Subdir, kept: Kept) -> None:
    """Write what is kept, unless it is there."""
    if kept != folder.kept(subdir):
        write_atomically(folder.kept_path(subdir), kept.to_json())


def _rename(staged: Mapping[Path, Path], target: Path) -> None:
    if target not in staged:
        return
    if target.name == INDEX:
        for name in _OTHER_FORMS:
            (target.parent / name).unlink(missing_ok=True)
    os.replace(staged[target], target)  # noqa: PTH105 - tests make it fail


def _zst(folder: Path) -> Path:
    return folder / f"{INDEX}.zst"


def _holds(packed: Path, data: bytes) -> bool:
    """Tell whether `packed` unpacks to `data`, without unpacking more than that."""
    import zstandard

    try:
        with packed.open("rb") as file, zstandard.ZstdDecompressor().stream_reader(file) as stream:
            return stream.read(len(data) + 1) == data
    except zstandard.ZstdError:
        return False
