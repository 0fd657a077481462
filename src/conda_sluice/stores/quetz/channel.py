"""One channel of a quetz server as its API gives it: plain questions, plain answers."""

import bz2
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import cast
from urllib.parse import quote

from conda_sluice.effects.http.answers import Answer
from conda_sluice.effects.http.client import HttpClient
from conda_sluice.effects.http.download import download
from conda_sluice.errors import DamagedError, StoreError, UsageError
from conda_sluice.index.repodata import parse_records, parse_repodata
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.names import Subdir, parse_subdir
from conda_sluice.model.package import PackageRecord

_FRESH = {"Cache-Control": "no-cache"}
_LARGEST_INDEX = 1 << 30
_OK, _MADE = HTTPStatus.OK, HTTPStatus.CREATED
_NOT_FOUND, _CONFLICT = HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT
_OTHER_BYTES = HTTPStatus.NOT_ACCEPTABLE


@dataclass(frozen=True, slots=True)
class Held:
    """A package as the server's database knows it."""

    path: str
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class QuetzChannel:
    """The channel `name` of the server at `server`; `login` says where keys are looked for."""

    client: HttpClient
    server: str
    name: str
    login: str

    @property
    def place(self) -> str:
        """Return the URL by which channels.yaml knows the channel."""
        return f"quetz+{self.server}/{self.name}"

    def is_private(self) -> bool | None:
        """Tell whether the channel can be read with a key only; None where there is none."""
        answer = self._ask("GET", f"/api/channels/{self.name}", "read", (_OK, _NOT_FOUND))
        if answer.status == _NOT_FOUND:
            return None
        return bool(_object(answer).get("private"))

    def make(self, *, is_private: bool) -> None:
        """Make the channel; that it is there already is no error."""
        settings = {"name": self.name, "private": is_private}
        self._ask("POST", "/api/channels", "make", (_MADE, _CONFLICT), json=settings)

    def subdirs(self) -> Sequence[Subdir]:
        """Return the subdirs in which there may be packages, sorted."""
        found: set[Subdir] = set()
        for package in self._packages():
            platforms = package.get("platforms")
            for text in platforms if isinstance(platforms, list) else []:
                try:
                    found.add(parse_subdir(str(text)))
                except UsageError as error:
                    raise self._nonsense(error.what) from error
        return sorted(found)

    def records(self, subdir: Subdir, *, form: str = "") -> tuple[PackageRecord, ...]:
        """Return what the index of a subdir says; `form` is "" or ".bz2"."""
        path = f"/get/{self.name}/{subdir}/repodata.json{form}"
        answer = self._ask("GET", path, "read", (_OK, _NOT_FOUND), headers=_FRESH)
        if answer.status == _NOT_FOUND:
            return ()
        data = answer.body if form != ".bz2" else _unpacked(answer)
        return parse_records(parse_repodata(data, subdir, answer.url), answer.url)

    def held(self, record: PackageRecord) -> str:
        """Return the sha256 of the package that has the record's path, "" for none."""
        answer = self._ask("GET", self._version(record), "read", (_OK, _NOT_FOUND))
        return "" if answer.status == _NOT_FOUND else self._told(_object(answer)).sha256

    def names(self) -> Sequence[str]:
        """Return the names of all packages, sorted."""
        return sorted(str(package.get("name")) for package in self._packages())

    def versions(self, name: str) -> Sequence[Held]:
        """Return all packages of a name, those among them that no index shows."""
        path = f"/api/channels/{self.name}/packages/{quote(name, safe='')}/versions"
        answer = self._ask("GET", path, "read", (_OK, _NOT_FOUND))
        return [] if answer.status == _NOT_FOUND else [self._told(one) for one in _list(answer)]

    def upload(self, path: Path, record: PackageRecord, *, force: bool = False) -> bool:
        """Send a package file; tell whether it is new, False where its name is taken."""
        query = f"sha256={record.sha256}&force={'true' if force else 'false'}"
        answer = self._ask(
            "POST",
            f"/api/channels/{self.name}/upload/{quote(record.file, safe='')}?{query}",
            "write to",
            (_MADE, _CONFLICT, _OTHER_BYTES),
            file=path,
        )
        if answer.status == _OTHER_BYTES:
            raise DamagedError(
                f"got other bytes of {record.file} than its record describes",
                self.place,
                "look whether the file changed; if it did not, the network damages what it carries",
            )
        return answer.status == _MADE

    def upload_together(self, files: Mapping[str, Path]) -> bool:
        """Send small package files, by their names, in one request; tell whether all are new.

        They are in memory meanwhile. The server checks no hash of theirs: look at what it holds.
        """
        from urllib3.filepost import encode_multipart_formdata

        parts = [("files", (name, path.read_bytes())) for name, path in files.items()]
        body, kind = encode_multipart_formdata(parts)
        with NamedTemporaryFile(prefix="sluice-quetz-") as file:
            file.write(body)
            file.flush()
            answer = self._ask(
                "POST",
                f"/api/channels/{self.name}/files/",
                "write to",
                (_MADE, _CONFLICT),
                headers={"Content-Type": kind},
                file=Path(file.name),
            )
        return answer.status == _MADE

    def delete(self, record: PackageRecord) -> None:
        """Take a package out, file and record; that it is gone already is no error."""
        self._ask("DELETE", self._version(record), "write to", (_OK, _NOT_FOUND))

    def stored_size(self, record: PackageRecord) -> int | None:
        """Return the bytes of the file itself, None where the server has a record without it."""
        url = f"{self.server}{self._file(record)}"

        def attempt() -> int | None:
            headers = {**_FRESH, "Accept-Encoding": "identity", "Range": "bytes=0-0"}
            with self.client.sent("GET", url, headers=headers) as response:
                if response.status_code == _NOT_FOUND:
                    return None
                self.client.refuse(response, url, (_OK, HTTPStatus.PARTIAL_CONTENT))
                told = response.headers
                text = told.get("content-range", "").rpartition("/")[2]
                text = text or told.get("content-size", "") or told.get("content-length", "")
                return int(text) if text.isdigit() else record.size

        return self.client.patiently(attempt)

    def download(self, record: PackageRecord, target: Path) -> None:
        """Bring a package file here; raise DamagedError where it is not what its record says."""
        url = f"{self.server}{self._file(record)}"
        download(self.client, url, target, sha256=record.sha256, size=record.size)

    def ask_for_index(self) -> None:
        """Ask the server to make all indexes anew; its supervisor does so when it comes to it."""
        self._ask(
            "PUT",
            f"/api/channels/{self.name}/actions",
            "write to",
            (_OK, _MADE),
            json={"action": "generate_indexes"},
        )

    def _packages(self) -> Sequence[Mapping[str, object]]:
        path = f"/api/channels/{self.name}/packages"
        answer = self._ask("GET", path, "read", (_OK, _NOT_FOUND))
        return [] if answer.status == _NOT_FOUND else _list(answer)

    def _version(self, record: PackageRecord) -> str:
        package = f"{self.name}/packages/{quote(record.name, safe='')}"
        return f"/api/channels/{package}/versions/{record.subdir}/{quote(record.file, safe='')}"

    def _file(self, record: PackageRecord) -> str:
        return f"/get/{self.name}/{record.subdir}/{quote(record.file, safe='')}"

    def _told(self, version: Mapping[str, object]) -> Held:
        info = version.get("info")
        texts = [version.get("platform"), version.get("filename"), version.get("package_name")]
        sha256 = info.get("sha256") if isinstance(info, dict) else None
        if not isinstance(sha256, str) or not all(isinstance(one, str) for one in texts):
            raise self._nonsense("a package without platform, filename or sha256")
        return Held(f"{texts[0]}/{texts[1]}", str(texts[2]), sha256)

    def _ask(
        self,
        method: str,
        path: str,
        act: str,
        accept: Collection[int],
        *,
        headers: Mapping[str, str] | None = None,
        json: object = None,
        file: Path | None = None,
    ) -> Answer:
        """Ask, and say in the words of a quetz server who may not do what."""
        answer = self.client.ask(
            method,
            f"{self.server}{path}",
            accept=(*accept, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN),
            headers=headers,
            json=json,
            file=file,
            limit=_LARGEST_INDEX,
        )
        if answer.status == HTTPStatus.UNAUTHORIZED:
            raise StoreError(
                f"asks for a key that may {act} the channel {self.name} (401)",
                self.place,
                f"make an API key on the server, and give it in {self.login}",
            )
        if answer.status == HTTPStatus.FORBIDDEN:
            raise StoreError(
                f"does not let this key {act} the channel {self.name} (403)",
                self.place,
                _REMEDIES[act].format(name=self.name),
            )
        return answer

    def _nonsense(self, what: str) -> StoreError:
        return StoreError(f"tells of {what}", self.place, "look whether it is a quetz server")


_REMEDIES = {
    "read": "ask an owner of {name} for the role member in it, or use a key that has it",
    "write to": "ask an owner of {name} for the role maintainer in it, or use a key that has it",
    "make": "ask who runs the server to make it, and for the role maintainer in it",
}


def channel_of(channel: ChannelRef, client: HttpClient, login: str) -> QuetzChannel:
    """Return the channel that a reference `quetz+https://server/channel` names."""
    server, _, name = channel.place.removeprefix("quetz+").rpartition("/")
    return QuetzChannel(client, server, name, login)


def _object(answer: Answer) -> Mapping[str, object]:
    value = answer.json()
    if not isinstance(value, dict):
        raise StoreError("does not answer as a quetz server does", answer.url)
    return cast("Mapping[str, object]", value)


def _list(answer: Answer) -> Sequence[Mapping[str, object]]:
    value = answer.json()
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise StoreError("does not answer as a quetz server does", answer.url)
    return cast("Sequence[Mapping[str, object]]", value)


def _unpacked(answer: Answer) -> bytes:
    unpacker = bz2.BZ2Decompressor()
    try:
        data = unpacker.decompress(answer.body, _LARGEST_INDEX)
    except OSError as error:
        raise DamagedError(f"is not packed with bzip2: {error}", answer.url) from error
    if not unpacker.eof:
        raise DamagedError("ends too early, or is far too big", answer.url)
    return data
