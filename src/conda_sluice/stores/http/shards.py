"""Sharded repodata (CEP 16) of channels on web servers: a name's packages without the whole index.

The shards of conda-forge's names are some kilobytes each; its indexes are hundreds of megabytes.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urljoin

from conda_sluice.errors import DamagedError
from conda_sluice.index.packing import from_zst
from conda_sluice.index.repodata import SECTIONS, Entry
from conda_sluice.index.shards import shard_file
from conda_sluice.stores.http.asking import Asking

_LIMIT = 256 << 20
_REMEDY = "ask whoever keeps the channel to index it anew"
_DIGESTS = ("md5", "sha256")


@dataclass(frozen=True, slots=True)
class Shards:
    """An index of shards: their sha256 by package name, and the URLs of shards and packages."""

    by_name: Mapping[str, str] = field(repr=False)
    shards_at: str
    packages_at: str


def parse_shards(data: bytes, url: str) -> Shards:
    """Read an index of shards that came from `url`; raise DamagedError where it is none."""
    document = _unpacked(data, url)
    info, shards = document.get("info"), document.get("shards")
    if not isinstance(info, dict) or not isinstance(shards, dict):
        raise DamagedError("is no index of shards", url, _REMEDY)
    if not all(isinstance(one, bytes) for one in shards.values()):
        raise DamagedError("its shards have no digests", url, _REMEDY)
    return Shards(
        {str(name): digest.hex() for name, digest in shards.items()},
        _folder(url, info.get("shards_base_url")),
        _folder(url, info.get("base_url")),
    )


def entries_of(shards: Shards, name: str, asking: Asking) -> dict[str, Entry]:
    """Fetch the shard of a name and return its entries by file name, {} where there is none.

    Raise DamagedError where the shard is another one than the index says, or is that of another
    name.
    """
    sha256 = shards.by_name.get(name)
    if sha256 is None:
        return {}
    url = f"{shards.shards_at}{shard_file(sha256)}"
    body = asking.get(url).body
    if hashlib.sha256(body).hexdigest() != sha256:
        raise DamagedError("is not the shard that its index names", url, _REMEDY)
    document = _unpacked(body, url)
    found: dict[str, Entry] = {}
    for key in SECTIONS:
        section = document.get(key) or {}
        if not isinstance(section, dict) or not all(isinstance(v, dict) for v in section.values()):
            raise DamagedError(f"its {key!r} is no mapping of packages", url, _REMEDY)
        found |= {str(file): _with_text(entry) for file, entry in section.items()}
    if any(entry.get("name") != name for entry in found.values()):
        raise DamagedError(f"holds packages that are not called {name}", url, _REMEDY)
    return found


def _with_text(entry: Mapping[str, object]) -> Entry:
    """Return an entry with its digests as repodata.json spells them."""
    spelled = {key: value.hex() for key in _DIGESTS if isinstance(value := entry.get(key), bytes)}
    return {**entry, **spelled}


def _folder(url: str, said: object) -> str:
    place = urljoin(url, said) if isinstance(said, str) and said else url.rpartition("/")[0]
    return place if place.endswith("/") else f"{place}/"


def _unpacked(data: bytes, url: str) -> Mapping[str, object]:
    import msgpack

    try:
        document = msgpack.unpackb(from_zst(data, _LIMIT))
    except (ValueError, TypeError) as error:
        raise DamagedError(f"cannot be unpacked: {error}", url, _REMEDY) from error
    if not isinstance(document, dict):
        raise DamagedError("is no mapping", url, _REMEDY)
    return cast("Mapping[str, object]", document)
