"""Sharded repodata (CEP 16): one small file for each package name, and an index of them.

A shard is named after the sha256 of its bytes, and equal shards are equal bytes.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from conda_sluice.errors import PackageError
from conda_sluice.index.packing import from_zst, to_zst
from conda_sluice.index.repodata import SECTIONS, Entry, section_of
from conda_sluice.index.text import IndexText
from conda_sluice.model.package import parse_file_name

SHARD_INDEX = "repodata_shards.msgpack.zst"
SHARD_FOLDER = "shards"

_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})+")
_BYTES = hashlib.sha256().digest_size
_LIMIT = 256 << 20
"""A shard index of a million names has 50 MB; what unpacks to more is none."""


@dataclass(frozen=True, slots=True)
class Shard:
    """The packages of one name, packed."""

    name: str
    data: bytes

    @property
    def sha256(self) -> str:
        """Return what the shard is called."""
        return hashlib.sha256(self.data).hexdigest()


def shard_file(sha256: str) -> str:
    """Return the file name of a shard."""
    return f"{sha256}.msgpack.zst"


def all_shards(text: IndexText) -> Iterator[Shard]:
    """Yield the shards of an index, one after another, sorted by name."""
    removed = _by_name(text.removed)
    for name, members in text.by_name():
        yield _shard(name, members, removed.pop(name, []))
    for name, files in sorted(removed.items()):
        yield _shard(name, {}, files)


def shard_of(text: IndexText, name: str) -> Shard | None:
    """Return the shard of one name, None where the index has no package of that name."""
    members = text.named(name)
    removed = _by_name(text.removed).get(name, [])
    return _shard(name, members, removed) if members or removed else None


def names_of(files: Iterable[str]) -> frozenset[str]:
    """Return the package names in file names."""
    return frozenset(_by_name(files))


def shard_index(text: IndexText, shards: Mapping[str, str]) -> bytes:
    """Pack the index of the shards, which are sha256 by package name."""
    import msgpack

    info = {**text.info, "shards_base_url": f"./{SHARD_FOLDER}/"}
    info.setdefault("base_url", "")
    document = {
        "info": dict(sorted(info.items())),
        "repodata_version": text.outer.get("repodata_version", 1),
        "shards": {name: bytes.fromhex(sha256) for name, sha256 in sorted(shards.items())},
    }
    return to_zst(cast("bytes", msgpack.packb(document)))


def parse_shard_index(data: bytes) -> dict[str, str] | None:
    """Return the sha256 of the shards by package name, None where this is no index of shards."""
    import msgpack

    try:
        shards = msgpack.unpackb(from_zst(data, _LIMIT))["shards"].items()
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    if not all(isinstance(one, bytes) and len(one) == _BYTES for _, one in shards):
        return None
    return {str(name): one.hex() for name, one in shards}


def _shard(name: str, members: Mapping[str, Entry], removed: list[str]) -> Shard:
    import msgpack

    document: dict[str, object] = {key: {} for key in SECTIONS}
    for file, entry in sorted(members.items()):
        cast("dict[str, object]", document[section_of(file)])[file] = _with_bytes(entry)
    document["removed"] = sorted(removed)
    return Shard(name, to_zst(cast("bytes", msgpack.packb(document))))


def _with_bytes(entry: Entry) -> dict[str, object]:
    """Return the entry with its keys sorted and its digests as the CEP wants them: as bytes."""
    packed = dict(sorted(entry.items()))
    for key in ("md5", "sha256"):
        value = packed.get(key)
        if isinstance(value, str) and _HEX.fullmatch(value):
            packed[key] = bytes.fromhex(value)
    return packed


def _by_name(files: Iterable[str]) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for file in files:
        try:
            names.setdefault(parse_file_name(file).name, []).append(file)
        except PackageError:
            continue  # `removed` may list what is no package, and that belongs to no shard
    return names
