"""Bring a file here: as a stream, taken up again where it broke off, under its name when whole."""

import errno
import hashlib
import os
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from conda_sluice.effects.files import stage_bytes, stage_copy
from conda_sluice.effects.http.answers import shown
from conda_sluice.effects.http.client import HttpClient
from conda_sluice.effects.http.troubles import TransientError
from conda_sluice.errors import DamagedError, StoreError
from conda_sluice.model.refusals import missing_file, wrong_file

if TYPE_CHECKING:
    import requests

_CHUNK = 1 << 16
"""Of what comes before a break, the last piece that is not full is lost."""

_REMEDY = "do not use it; bring the file back from a copy, or build it again"
_GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)


def download(
    client: HttpClient,
    url: str,
    target: Path,
    *,
    sha256: str,
    size: int = 0,
    partial: Path | None = None,
) -> None:
    """Bring the file at a URL to `target`, whose folder is made if need be; its mode is 0644.

    `size` is in bytes, 0 where unknown. `partial` is where the bytes are kept until they are all
    there: what stands in it is taken up, and it stays when the transfer fails, for the next one.

    Raise DamagedError where the file is not there, or is another one than `sha256` says; then
    nothing is at `target` that was not there before.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = _opened(partial) if partial else stage_bytes(target.parent, b"", is_safe=False)
    is_kept = partial is not None
    try:
        transfer = _Transfer(client, url, temporary, size)
        transfer.take_up()
        client.patiently(transfer.attempt)
        if transfer.sha256 != sha256 and transfer.was_resumed:  # perhaps it changed in between
            transfer.forget()
            client.patiently(transfer.attempt)
        is_kept = False
        if transfer.sha256 != sha256:
            raise wrong_file(transfer.sha256, sha256, shown(url))
        _move(temporary, target)
    finally:
        if not is_kept:
            temporary.unlink(missing_ok=True)


def _opened(partial: Path) -> Path:
    partial.parent.mkdir(parents=True, exist_ok=True)
    partial.touch()
    partial.chmod(0o644)
    return partial


def _move(temporary: Path, target: Path) -> None:
    """Put a whole file in its place, also where that is on another file system."""
    try:
        os.replace(temporary, target)  # noqa: PTH105 - one way to rename, which tests can make fail
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        copied = stage_copy(temporary, target.parent)
        try:
            os.replace(copied, target)  # noqa: PTH105 - as above
        except BaseException:
            copied.unlink(missing_ok=True)
            raise


@dataclass(slots=True)
class _Transfer:
    """A file on its way, which several tries may bring."""

    client: HttpClient
    url: str
    path: Path
    size: int
    received: int = 0
    farthest: int = 0
    was_resumed: bool = False
    etag: str = ""
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    @property
    def sha256(self) -> str:
        return self.digest.hexdigest()

    def take_up(self) -> None:
        """Go on after the bytes that an earlier transfer left; all of them make nothing to do."""
        with self.path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                self.digest.update(chunk)
                self.received += len(chunk)
        if self.size and self.received > self.size:
            self.forget()
        self.was_resumed = self.received > 0

    def forget(self) -> None:
        """Start from the first byte."""
        self.received, self.was_resumed, self.etag = 0, False, ""
        self.digest = hashlib.sha256()

    def attempt(self) -> None:
        """Bring what is missing; raise TransientError where the connection breaks."""
        if self.size and self.received == self.size:
            return
        headers = {"Accept-Encoding": "identity", "Cache-Control": "no-cache"}
        if self.received:
            headers["Range"] = f"bytes={self.received}-"
            if self.etag:
                headers["If-Range"] = self.etag
        try:
            with self.client.sent("GET", self.url, headers=headers) as response:
                self._place(response)
                self._take(response)
        except TransientError as error:
            error.has_progressed = self.received > self.farthest
            self.farthest = max(self.farthest, self.received)
            raise

    def _place(self, response: "requests.Response") -> None:
        """Get ready for the bytes that come: from the first one on, or from where it broke off."""
        if response.status_code in _GONE:
            raise missing_file(shown(self.url))
        if response.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            self.forget()
            raise TransientError(StoreError("does not go on with a file", shown(self.url)))
        self.client.refuse(response, self.url, (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT))
        if response.status_code == HTTPStatus.PARTIAL_CONTENT:
            said = response.headers.get("content-range", "")
            if not said.startswith(f"bytes {self.received}-"):
                self.forget()
                raise TransientError(StoreError("gives another part of a file", shown(self.url)))
            self.was_resumed = True
        else:
            self.forget()
        tag = response.headers.get("etag", "")
        self.etag = "" if tag.startswith("W/") else tag

    def _take(self, response: "requests.Response") -> None:
        with self.path.open("r+b") as file:
            file.truncate(self.received)
            file.seek(self.received)
            for chunk in response.iter_content(_CHUNK):
                file.write(chunk)
                self.digest.update(chunk)
                self.received += len(chunk)
                if self.size and self.received > self.size:
                    raise DamagedError(
                        f"has more bytes than the {self.size} that its record describes",
                        shown(self.url),
                        _REMEDY,
                    )
            file.flush()
            os.fsync(file.fileno())
