"""The channel server: repodata and package files as conda clients read them.

/{owner}/{subdir}/…                 the label main
/{owner}/label/{label}/{subdir}/…   any label
/t/{token}/{owner}/…                the same with a token, for private packages
"""

import hashlib
import json
import re
from urllib.parse import unquote

import zstandard

from conda_sluice.model.names import NOARCH, PLATFORMS
from servers.anaconda_state import MAIN, File, RefusedError, Snapshot, State, Token
from servers.http_double import Answer, Request, refused

SUBDIRS = frozenset((NOARCH, *PLATFORMS))


KEPT = 64
"""How many written indexes are kept."""


class Channels:
    """Answers GET and HEAD; repodata may lag behind the API, files do not."""

    def __init__(self, state: State, *, max_age: int, missing_labels_are_empty: bool) -> None:
        self.state = state
        self.redirect = None
        self._headers = {"Cache-Control": f"public, max-age={max_age}"}
        self._missing_labels_are_empty = missing_labels_are_empty
        self._written: dict[tuple[object, ...], bytes] = {}

    def serve(self, request: Request) -> Answer:
        if request.method not in {"GET", "HEAD"}:
            return refused(405, f"{request.method} is nothing for a channel")
        try:
            return self._find(request)
        except RefusedError as error:
            return refused(error.status, error.message)

    def _find(self, request: Request) -> Answer:
        parts = [unquote(one) for one in request.path.split("/")[1:]]
        token = token_in(request, self.state)
        if parts[0] == "t" and len(parts) > 1:
            token = known_token(parts[1], self.state)
            parts = parts[2:]
        match parts:
            case [owner, "label", label, subdir, name]:
                pass
            case [owner, subdir, name]:
                label = MAIN
            case _:
                raise RefusedError(404, f"{request.path} is no file of a channel")
        self.state.account(owner)
        if subdir not in SUBDIRS:
            raise RefusedError(404, f"{subdir} is no subdir")
        if name in {"repodata.json", "repodata.json.zst"}:
            return self._repodata(request, (owner, label, subdir), token)
        return self._file(request, (owner, label, f"{subdir}/{name}"), token)

    def _repodata(
        self, request: Request, where: tuple[str, str, str], token: Token | None
    ) -> Answer:
        owner, label, subdir = where
        shown = self.state.snapshot()
        if (owner, label) not in shown.labels and not self._missing_labels_are_empty:
            raise RefusedError(404, f"{owner}/{label} could not be found")
        is_member = self.state.is_member(token, owner)
        is_zst = request.path.endswith(".zst")
        key = (shown.number, where, is_member, is_zst)
        if key not in self._written:
            files = [
                one
                for one in _files_in(shown, owner, label, subdir)
                if is_member or (owner, one.package) not in shown.private
            ]
            text = _repodata_of(subdir, files)
            if len(self._written) > KEPT:
                self._written.clear()
            self._written[key] = zstandard.compress(text, 3) if is_zst else text
        kind = "application/zstd" if is_zst else "application/json"
        return body_of(request, self._written[key], {**self._headers, "Content-Type": kind})

    def _file(self, request: Request, where: tuple[str, str, str], token: Token | None) -> Answer:
        owner, label, basename = where
        with self.state.lock:
            file = self.state.files.get((owner, basename))
            if file is None or label not in file.labels:
                raise RefusedError(404, f"{basename} is not in {owner}/{label}")
            self.state.check_reading(token, owner, file.package)
        if self.redirect is not None:
            return Answer(302, b"", {"Location": self.redirect(file)})
        return body_of(request, file.data, {"Content-Type": "application/octet-stream"}, file.md5)


def _files_in(shown: Snapshot, owner: str, label: str, subdir: str) -> list[File]:
    return [
        one
        for (whose, basename), one in sorted(shown.files.items())
        if whose == owner and label in one.labels and basename.startswith(f"{subdir}/")
    ]


def _repodata_of(subdir: str, files: list[File]) -> bytes:
    kinds: dict[str, dict[str, object]] = {".conda": {}, ".tar.bz2": {}}
    for one in files:
        name = one.basename.split("/")[1]
        kind = ".conda" if name.endswith(".conda") else ".tar.bz2"
        sums = {"md5": one.md5, "sha256": one.sha256, "size": len(one.data)}
        kinds[kind][name] = {**one.index, **sums}
    repodata = {
        "info": {"subdir": subdir},
        "packages": kinds[".tar.bz2"],
        "packages.conda": kinds[".conda"],
        "removed": [],
        "repodata_version": 1,
    }
    return json.dumps(repodata).encode()


def known_token(secret: str, state: State) -> Token:
    """Return who that is; a token that nobody has is refused, even where none is needed."""
    with state.lock:
        if secret not in state.tokens:
            raise RefusedError(401, "The token is not valid")
        return state.tokens[secret]


def token_in(request: Request, state: State) -> Token | None:
    """Return the token of the Authorization header, None where there is no such header."""
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    if not kind:
        return None
    if kind.lower() not in {"token", "bearer"}:
        raise RefusedError(401, f"{kind} is no kind of authorization that is taken here")
    return known_token(secret.strip(), state)


def body_of(request: Request, data: bytes, headers: dict[str, str], tag: str = "") -> Answer:
    """Return bytes with an ETag: all of them, the range that was asked for, or 304."""
    etag = f'"{tag or hashlib.sha256(data).hexdigest()[:32]}"'
    headers = {**headers, "ETag": etag, "Accept-Ranges": "bytes"}
    if etag in request.headers.get("If-None-Match", ""):
        return Answer(304, b"", headers)
    asked = re.fullmatch(r"bytes=(\d*)-(\d*)", request.headers.get("Range", ""))
    if asked is None or not (asked[1] or asked[2]):
        return Answer(200, data, headers)
    if asked[1]:
        start, stop = int(asked[1]), min(int(asked[2] or len(data)) + 1, len(data))
    else:
        start, stop = max(0, len(data) - int(asked[2])), len(data)
    if start >= stop:
        return Answer(416, b"", {**headers, "Content-Range": f"bytes */{len(data)}"})
    said = f"bytes {start}-{stop - 1}/{len(data)}"
    return Answer(206, data[start:stop], {**headers, "Content-Range": said})
