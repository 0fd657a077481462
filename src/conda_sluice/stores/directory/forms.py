"""The forms of an index, written from the one text that counts: as it is, packed, and in shards."""

import hashlib
import os
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from conda_sluice.effects.files import stage_bytes, sync_folder
from conda_sluice.index.bookmark import Bookmark
from conda_sluice.index.forms import (
    INDEX,
    ZST,
    Rules,
    bookmark_of,
    known_shards,
    retire,
    shards_to_write,
    wants_shards,
)
from conda_sluice.index.packing import is_packed, to_zst
from conda_sluice.index.settle import Settled
from conda_sluice.index.shards import (
    SHARD_FOLDER,
    SHARD_INDEX,
    Shard,
    shard_file,
    shard_index,
)
from conda_sluice.stores.directory.channel_folder import read_if_there

_FEW = 64
"""So many new shards are made safe one by one; for more the whole disk is, which is quicker."""


@dataclass(frozen=True, slots=True)
class StagedForms:
    """The forms of one index under temporary names, by their own; and what to remember of them."""

    files: Mapping[str, Path]
    bookmark: Bookmark

    def discard(self) -> None:
        """Remove what was not renamed."""
        _discard(self.files)


def stage_forms(place: Path, settled: Settled, rules: Rules, data: bytes) -> StagedForms:
    """Write all forms of an index whose bytes are `data` into the folder of its subdir.

    Where it is not known what was touched, what is there already is not written.
    """
    files: dict[str, Path] = {}

    def stage(name: str, content: bytes) -> None:
        if settled.touched is not None or read_if_there(place / name) != content:
            files[name] = stage_bytes(place, content)

    text = settled.contents.text
    try:
        with ThreadPoolExecutor() as pool:
            index = pool.submit(stage, INDEX, data)
            packed = pool.submit(lambda: stage(ZST, to_zst(data)))
            digest = pool.submit(lambda: hashlib.sha256(data).hexdigest())
            shards, retired = _stage_shards(place, settled, rules)
            if shards is not None:
                stage(SHARD_INDEX, shards)
            index.result()
            packed.result()
    except BaseException:
        _discard(files)
        raise
    bookmark = bookmark_of(text, data, digest.result(), shards, retired)
    return StagedForms(files, bookmark)


def holds(packed: Path, data: bytes) -> bool:
    """Tell whether `packed` unpacks to `data`, without unpacking more than that."""
    with packed.open("rb") as file:
        return is_packed(file, data)


def _discard(files: Mapping[str, Path]) -> None:
    for temporary in files.values():
        temporary.unlink(missing_ok=True)


def _stage_shards(
    place: Path, settled: Settled, rules: Rules
) -> tuple[bytes | None, Mapping[str, int]]:
    """Write the shards that are new, and return their index; None where there are to be none."""
    text, bookmark = settled.contents.text, settled.contents.bookmark
    if not wants_shards(settled.contents, rules):
        return None, {}
    folder = place / SHARD_FOLDER
    before = known_shards(bookmark, read_if_there(place / SHARD_INDEX))
    new, shards = shards_to_write(settled, before)
    shards |= _write_shards(folder, new)
    there = _shards_in(folder) if before is None else {*before.values()}
    retired, over = retire(bookmark, there, {*shards.values()}, rules.now)
    for sha256 in over:
        (folder / shard_file(sha256)).unlink(missing_ok=True)
    return shard_index(text, shards), retired


def _write_shards(folder: Path, shards: Iterable[Shard]) -> dict[str, str]:
    """Write the shards that are not there, safe on disk, and return sha256 by package name."""
    folder.mkdir(exist_ok=True)
    written: dict[str, str] = {}
    new = 0
    for shard in shards:
        written[shard.name] = shard.sha256
        path = folder / shard_file(shard.sha256)
        if read_if_there(path) == shard.data:
            continue
        new += 1
        temporary = stage_bytes(folder, shard.data, is_safe=new <= _FEW)
        os.replace(temporary, path)  # noqa: PTH105 - tests make it fail
    if new > _FEW:
        os.sync()
    elif new:
        sync_folder(folder)
    return written


def _shards_in(folder: Path) -> set[str]:
    return {path.name.split(".")[0] for path in folder.glob("*.msgpack.zst")}
