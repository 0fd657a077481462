"""The indexes of a channel on a web server, kept in a folder and fetched only where they changed.

What is kept is asked for each time with the tag that the server gave it (ETag, Last-Modified):
an index that has changed is never taken from the folder.
"""

import bz2
import hashlib
import io
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

from conda_sluice.effects.files import write_atomically
from conda_sluice.errors import DamagedError, StoreError
from conda_sluice.index.packing import from_zst
from conda_sluice.index.shards import SHARD_INDEX
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.names import Subdir
from conda_sluice.stores.http.asking import Asking

FORMS = ("repodata.json.zst", "repodata.json", "repodata.json.bz2")
"""In the order in which they are looked for."""

LARGE = 4 << 20
"""Bytes of a packed index that is not read whole for the sake of some names."""

_LIMIT = 2 << 30
"""Bytes of an index; conda-forge's largest has 300 MB. What unpacks to more is none."""

_FIRST_PACKAGE = re.compile(rb'"packages(?:\.conda)?"\s*:\s*\{\s*"')

_ABSENT = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_HIDDEN = frozenset({*_ABSENT, HTTPStatus.FORBIDDEN})
"""How buckets say that a file is not there to someone who may not list it."""


@dataclass(frozen=True, slots=True)
class IndexFile:
    """An index as its server has it: packed, and not unpacked before somebody reads it."""

    body: bytes = field(repr=False)
    form: str
    where: str

    @property
    def digest(self) -> str:
        """Return what tells this index from every other one."""
        return hashlib.sha256(self.body).hexdigest()

    def unpacked(self) -> bytes:
        """Return its JSON; raise DamagedError where it is packed wrongly."""
        return _unpacked(self.body, self.form, self.where)


class IndexFiles:
    """Reads indexes; `folder` keeps them, and may be shared by processes."""

    def __init__(self, asking: Asking, folder: Path) -> None:
        self._asking = asking
        self._folder = folder
        self._form: dict[str, str] = {}

    def read(self, channel: ChannelRef, subdir: Subdir) -> IndexFile | None:
        """Return the index of a subdir, None where the channel has none."""
        first = self._form.get(channel.url, FORMS[0])
        for form in sorted(FORMS, key=lambda one: one != first):
            found = self._ask(f"{channel.url}/{subdir}/{form}", form)
            if found is not None:
                self._form[channel.url] = form
                return found
        return None

    def shards(self, channel: ChannelRef, subdir: Subdir) -> IndexFile | None:
        """Return the index of shards of a subdir whose whole index is large, None for any other.

        A small index is read whole: it is sure to be as new as the channel itself.
        """
        size = self._asking.size_of(f"{channel.url}/{subdir}/{FORMS[0]}")
        if size < LARGE:
            return None
        return self._ask(f"{channel.url}/{subdir}/{SHARD_INDEX}", SHARD_INDEX)

    def _ask(self, url: str, form: str) -> IndexFile | None:
        kept = _Kept(self._folder / hashlib.sha256(url.encode()).hexdigest()[:32])
        tags, body = kept.look()
        gone = _ABSENT if form == "repodata.json" else _HIDDEN
        accept = {HTTPStatus.OK, *gone, *({HTTPStatus.NOT_MODIFIED} if tags else ())}
        answer = self._asking.get(url, accept=accept, headers=tags)
        if answer.status in gone:
            return None
        if answer.status != HTTPStatus.NOT_MODIFIED:
            body = answer.body
            kept.keep(answer.headers, body)
        return IndexFile(body, form, url)


class _Kept:
    """One index in the folder: its bytes, and beside them what the server called them."""

    def __init__(self, path: Path) -> None:
        self._body = path.with_suffix(".index")
        self._tags = path.with_suffix(".tags")

    def look(self) -> tuple[dict[str, str], bytes]:
        """Return the headers that ask whether the index is still the same, and the index.

        {} and nothing where none is kept.

        Bytes that are not those the tag belongs to are not counted on: a crash may have come
        between the two, or another process.
        """
        try:
            said = json.loads(self._tags.read_text(encoding="utf-8"))
            body = self._body.read_bytes()
        except (OSError, ValueError):  # nothing kept, or half of it
            return {}, b""
        if not isinstance(said, dict) or said.get("sha256") != hashlib.sha256(body).hexdigest():
            return {}, b""
        asks = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
        return {header: str(said[key]) for key, header in asks.items() if said.get(key)}, body

    def keep(self, headers: Mapping[str, str], body: bytes) -> None:
        """Keep an index if its server has a tag for it; a folder that is full is no harm."""
        tags = {key: headers[key] for key in ("etag", "last-modified") if key in headers}
        if not tags:
            return
        tags["sha256"] = hashlib.sha256(body).hexdigest()
        try:
            self._body.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_atomically(self._body, body, mode=0o600)
            write_atomically(self._tags, json.dumps(tags).encode(), mode=0o600)
        except OSError:  # it is fetched again the next time
            return


def has_packages(data: bytes) -> bool:
    """Tell whether an index lists any package, without reading it all."""
    return _FIRST_PACKAGE.search(data) is not None


def _unpacked(body: bytes, form: str, url: str) -> bytes:
    opened: Mapping[str, Callable[[bytes], bytes]] = {
        "repodata.json.zst": lambda packed: from_zst(packed, _LIMIT),
        "repodata.json.bz2": _from_bz2,
    }
    unpack = opened.get(form)
    try:
        data = body if unpack is None else unpack(body)
    except (OSError, EOFError, ValueError) as error:
        raise DamagedError(f"cannot be unpacked: {error}", url, "ask whoever keeps it") from error
    if len(data) >= _LIMIT:
        raise StoreError(f"has more than {_LIMIT >> 30} GiB when unpacked", url)
    return data


def _from_bz2(body: bytes) -> bytes:
    with bz2.open(io.BytesIO(body)) as stream:
        return stream.read(_LIMIT)
