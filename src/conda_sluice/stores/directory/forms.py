"""The forms of an index, written from the one text that counts: as it is, packed, and in shards."""

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from conda_sluice.effects.files import stage_bytes, sync_folder
from conda_sluice.index.bookmark import Bookmark
from conda_sluice.index.repodata import to_zst
from conda_sluice.index.settle import Contents, Settled
from conda_sluice.index.shards import (
    SHARD_FOLDER,
    SHARD_INDEX,
    Shard,
    all_shards,
    names_of,
    parse_shard_index,
    shard_file,
    shard_index,
    shard_of,
)
from conda_sluice.stores.directory.channel_folder import (
    INDEX,
    UNPATCHED,
    ChannelFolder,
    digest_of,
    read_if_there,
)

ZST = f"{INDEX}.zst"

FOREIGN_FORMS = (
    "repodata.json.bz2",
    "repodata.json.jlap",
    "current_repodata.json",
    "current_repodata.json.zst",
    UNPATCHED,
)
"""Forms of the index that other tools write. Left behind a newer index, they would hide it."""

_FEW = 64
"""So many new shards are made safe one by one; for more the whole disk is, which is quicker."""

_RETIREMENT = 24 * 3600
"""Seconds for which a shard stays that is not named any more: for readers with an old index."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How indexes are written: from how many packages on in shards, and what time it is."""

    shards_from: int
    now: int


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
    bookmark = Bookmark(
        sha256=digest.result(),
        count=text.count,
        info=text.info,
        spans=text.spans if data == text.data else None,
        shards="" if shards is None else hashlib.sha256(shards).hexdigest(),
        retired=retired,
    )
    return StagedForms(files, bookmark)


def stale_forms(folder: ChannelFolder, contents: Contents) -> Iterator[str]:
    """Yield the names of forms that do not say what the index says."""
    place = folder.path / contents.subdir
    if (place / ZST).exists() and not holds(place / ZST, (place / INDEX).read_bytes()):
        yield ZST
    found = read_if_there(place / SHARD_INDEX)
    if found is not None:
        shards = {shard.name: shard.sha256 for shard in all_shards(contents.text)}
        if parse_shard_index(found) != shards and contents.bookmark is not None:
            yield SHARD_INDEX
        for sha256 in sorted(set((parse_shard_index(found) or {}).values())):
            name = f"{SHARD_FOLDER}/{shard_file(sha256)}"
            if digest_of(place / name) != sha256:
                yield name
    if contents.bookmark is not None:
        yield from (name for name in FOREIGN_FORMS if (place / name).exists())


def holds(packed: Path, data: bytes) -> bool:
    """Tell whether `packed` unpacks to `data`, without unpacking more than that."""
    import zstandard

    try:
        with packed.open("rb") as file, zstandard.ZstdDecompressor().stream_reader(file) as stream:
            return stream.read(len(data) + 1) == data
    except zstandard.ZstdError:
        return False


def _discard(files: Mapping[str, Path]) -> None:
    for temporary in files.values():
        temporary.unlink(missing_ok=True)


def _stage_shards(
    place: Path, settled: Settled, rules: Rules
) -> tuple[bytes | None, Mapping[str, int]]:
    """Write the shards that are new, and return their index; None where there are to be none."""
    text, bookmark = settled.contents.text, settled.contents.bookmark
    if text.count < rules.shards_from and (bookmark is None or not bookmark.shards):
        return None, {}
    before = _known_shards(place, settled)
    shards = dict(before or {})
    if before is None or settled.touched is None:
        new: Iterable[Shard] = all_shards(text)
        shards = {}
    else:
        names = names_of(settled.touched)
        new = [one for name in sorted(names) if (one := shard_of(text, name))]
        shards = {name: one for name, one in shards.items() if name not in names}
    shards |= _write_shards(place / SHARD_FOLDER, new)
    retired = _retired(place / SHARD_FOLDER, bookmark, before, shards, rules.now)
    return shard_index(text, shards), retired


def _known_shards(place: Path, settled: Settled) -> dict[str, str] | None:
    """Return the shards of the index as it was, None where they are not known to be right."""
    bookmark = settled.contents.bookmark
    if bookmark is None or not bookmark.shards:
        return None
    data = read_if_there(place / SHARD_INDEX)
    if data is None or hashlib.sha256(data).hexdigest() != bookmark.shards:
        return None
    return parse_shard_index(data)


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


def _retired(
    folder: Path,
    bookmark: Bookmark | None,
    before: Mapping[str, str] | None,
    shards: Mapping[str, str],
    now: int,
) -> dict[str, int]:
    """Return the shards that are named no more; those that were not for long are removed."""
    known = dict(bookmark.retired) if bookmark is not None else {}
    if before is None:
        there = {path.name.split(".")[0] for path in folder.glob("*.msgpack.zst")}
    else:
        there = set(before.values())
    named = set(shards.values())
    retired = {sha256: known.get(sha256, now) for sha256 in {*known, *there} - named}
    for sha256, since in list(retired.items()):
        if now - since > _RETIREMENT:
            (folder / shard_file(sha256)).unlink(missing_ok=True)
            del retired[sha256]
    return retired
