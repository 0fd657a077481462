"""Channels as clients read them: repodata and package files from the channel server."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

from conda_sluice.effects.http.answers import Answer, refusal
from conda_sluice.effects.http.client import HttpClient
from conda_sluice.effects.http.download import download
from conda_sluice.effects.scrub import scrub
from conda_sluice.errors import DamagedError, SluiceError
from conda_sluice.index.repodata import parse_records, parse_repodata
from conda_sluice.model.names import Subdir
from conda_sluice.model.package import PackageRecord
from conda_sluice.stores.anaconda.access import Access
from conda_sluice.stores.anaconda.place import Place

_FRESH = {"Cache-Control": "no-cache", "Pragma": "no-cache"}
"""Caches on the way are to ask the server, where they heed it."""

_LIMIT = 4 << 30
"""Bytes to which an index may unpack; conda-forge's greatest has a tenth of that."""

_CHUNK = 1 << 20

_DENIED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


@dataclass(frozen=True, slots=True)
class _Known:
    """An index as it was read last, and by which headers the server can tell it."""

    validators: Mapping[str, str]
    records: Mapping[str, PackageRecord]


class ChannelReader:
    """Reads channels below `url`, openly where that is allowed, else with the token.

    The token goes into the path (`/t/<token>/`), as conda sends it, and into no error.
    """

    def __init__(self, url: str, access: Access, client: HttpClient) -> None:
        self._url = url
        self._access = access
        self._client = client
        self._private: dict[str, bool] = {}
        self._known: dict[str, _Known] = {}
        self._without_zst: set[str] = set()

    def read_privately(self, owner: str) -> None:
        """Read this owner's channels with the token from now on: not all may see all of them."""
        self._private[owner] = bool(self._access.token)

    def records(self, place: Place, subdir: Subdir) -> Mapping[str, PackageRecord]:
        """Return the records of a subdir by path, as its index tells them at this moment."""
        denied = 0
        for is_private in self._ways(place.owner):
            for form in self._forms(place, subdir):
                answer = self._asked(place, f"{subdir}/{form}", is_private=is_private)
                if answer.status in _DENIED:
                    denied = answer.status
                    break
                if answer.status != HTTPStatus.NOT_FOUND:
                    self._private[place.owner] = is_private
                    if form == "repodata.json":
                        self._without_zst.add(f"{place.path}/{subdir}")
                    return self._parsed(answer, place, f"{subdir}/{form}", subdir)
        if denied:
            raise refusal(denied, self.shown_url(place, subdir), login=self._access.remedy)
        return {}

    def bring(self, record: PackageRecord, places: Sequence[Place], target: Path) -> None:
        """Bring a package file from the first of the places that has it, its hash checked."""
        for place in places:
            if self._access.token and place.owner not in self._private:
                self.records(place, record.subdir)  # and it is known how to read it
            is_private = self._private.get(place.owner, False)
            url = self._place_url(place, is_private=is_private)
            try:
                with self._without_token(place, record.path):
                    download(
                        self._client,
                        f"{url}/{record.path}",
                        target,
                        sha256=record.sha256,
                        size=record.size,
                    )
            except DamagedError as error:
                if place is places[-1] or "not there" not in error.what:
                    raise
            else:
                return

    def shown_url(self, place: Place, path: str) -> str:
        """Return the URL of something in a channel as it may be told."""
        return f"{self._url}/{place.path}/{path}"

    def _ways(self, owner: str) -> Sequence[bool]:
        if owner in self._private:
            return (self._private[owner],)
        return (False, True) if self._access.token else (False,)

    def _forms(self, place: Place, subdir: Subdir) -> Sequence[str]:
        if f"{place.path}/{subdir}" in self._without_zst:
            return ("repodata.json",)
        return ("repodata.json.zst", "repodata.json")

    def _place_url(self, place: Place, *, is_private: bool) -> str:
        secret = f"/t/{quote(self._access.token.reveal(), safe='')}" if is_private else ""
        return f"{self._url}{secret}/{place.path}"

    def _asked(self, place: Place, path: str, *, is_private: bool) -> Answer:
        known = self._known.get(f"{place.path}/{path}")
        with self._without_token(place, path):
            return self._client.ask(
                "GET",
                f"{self._place_url(place, is_private=is_private)}/{path}",
                headers={**_FRESH, **(known.validators if known else {})},
                accept=(200, 304, 401, 403, 404),
            )

    @contextmanager
    def _without_token(self, place: Place, path: str) -> Iterator[None]:
        try:
            yield
        except SluiceError as error:
            what, remedy = scrub(error.what), scrub(error.remedy)
            raise type(error)(what, self.shown_url(place, path), remedy) from None

    def _parsed(
        self, answer: Answer, place: Place, path: str, subdir: Subdir
    ) -> Mapping[str, PackageRecord]:
        key = f"{place.path}/{path}"
        if answer.status == HTTPStatus.NOT_MODIFIED:
            return self._known[key].records
        where = self.shown_url(place, path)
        data = _unpacked(answer.body, where) if path.endswith(".zst") else answer.body
        records = parse_records(parse_repodata(data, subdir, where), where)
        by_path = {record.path: record for record in records}
        if etag := answer.headers.get("etag"):  # a time alone is too coarse to tell two changes
            self._known[key] = _Known({"If-None-Match": etag}, by_path)
        return by_path


def _unpacked(data: bytes, where: str) -> bytes:
    import zstandard

    chunks: list[bytes] = []
    size = 0
    try:
        with zstandard.ZstdDecompressor().stream_reader(data, read_across_frames=True) as stream:
            while chunk := stream.read(_CHUNK):
                chunks.append(chunk)
                size += len(chunk)
                if size > _LIMIT:
                    raise DamagedError(f"unpacks to more than {_LIMIT >> 30} GiB", where)
    except zstandard.ZstdError as error:
        raise DamagedError(f"is no zst file: {error}", where, "run the command again") from error
    return b"".join(chunks)
