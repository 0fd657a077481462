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
from conda_sluice.errors import AnswerError, DamagedError, MissingFileError, SluiceError
from conda_sluice.index.packing import from_zst
from conda_sluice.index.repodata import parse_records, parse_repodata
from conda_sluice.model.names import Subdir
from conda_sluice.model.package import PackageRecord
from conda_sluice.stores.anaconda.access import Access
from conda_sluice.stores.anaconda.place import Place

_FRESH = {"Cache-Control": "no-cache", "Pragma": "no-cache"}
"""Caches on the way are to ask the server, where they heed it."""

_FORMS = ("repodata.json.zst", "repodata.json")
"""In the order in which clients look for them."""

_LIMIT = 4 << 30
"""Bytes to which an index may unpack; conda-forge's greatest has a tenth of that."""

_DENIED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


@dataclass(frozen=True, slots=True)
class _Known:
    """An index as it was read last, and by what the server can tell it."""

    etag: str
    records: Mapping[str, PackageRecord]


class ChannelReader:
    """Reads channels below `url`, with the token where there is one, as conda does.

    Without it private packages are not there. The token goes into the path (`/t/<token>/`), and
    into no error.
    """

    def __init__(self, url: str, access: Access, client: HttpClient) -> None:
        self._url = url
        self._access = access
        self._client = client
        self._known: dict[tuple[str, bool], _Known] = {}
        self._without_zst: set[tuple[str, bool]] = set()

    @property
    def has_token(self) -> bool:
        """Tell whether more may be read than everybody may."""
        return bool(self._access.token)

    def records(self, place: Place, subdir: Subdir) -> Mapping[str, PackageRecord]:
        """Return the records of a subdir by path, as its index tells them at this moment."""
        return self._read(place, subdir, with_token=self.has_token)

    def open_records(self, place: Place, subdir: Subdir) -> Mapping[str, PackageRecord] | None:
        """Return the records that everybody may read, None where they may read none."""
        try:
            return self._read(place, subdir, with_token=False)
        except AnswerError as error:
            if error.status in _DENIED:
                return None
            raise

    def bring(self, record: PackageRecord, places: Sequence[Place], target: Path) -> None:
        """Bring a package file from the first of the places that has it, its hash checked."""
        for place in places:
            try:
                with self._without_token(place, record.path):
                    download(
                        self._client,
                        f"{self._place_url(place, with_token=self.has_token)}/{record.path}",
                        target,
                        sha256=record.sha256,
                        size=record.size,
                    )
            except MissingFileError:
                if place is places[-1]:
                    raise
            else:
                return

    def shown_url(self, place: Place, path: str) -> str:
        """Return the URL of something in a channel as it may be told."""
        return f"{self._url}/{place.path}/{path}"

    def _read(
        self, place: Place, subdir: Subdir, *, with_token: bool
    ) -> Mapping[str, PackageRecord]:
        view = (f"{place.path}/{subdir}", with_token)
        forms = ["repodata.json"] if view in self._without_zst else list(_FORMS)
        for form in forms:
            path = f"{subdir}/{form}"
            answer = self._asked(place, path, with_token=with_token)
            if answer.status in _DENIED:
                trouble = refusal(
                    answer.status, self.shown_url(place, path), login=self._access.remedy
                )
                raise AnswerError(trouble.what, trouble.where, trouble.remedy, answer.status)
            if answer.status != HTTPStatus.NOT_FOUND:
                if form == _FORMS[-1]:
                    self._without_zst.add(view)
                return self._parsed(answer, place, path, with_token=with_token)
        return {}

    def _place_url(self, place: Place, *, with_token: bool) -> str:
        token = f"/t/{quote(self._access.token.reveal(), safe='')}" if with_token else ""
        return f"{self._url}{token}/{place.path}"

    def _asked(self, place: Place, path: str, *, with_token: bool) -> Answer:
        known = self._known.get((f"{place.path}/{path}", with_token))
        with self._without_token(place, path):
            return self._client.ask(
                "GET",
                f"{self._place_url(place, with_token=with_token)}/{path}",
                headers={**_FRESH, **({"If-None-Match": known.etag} if known else {})},
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
        self, answer: Answer, place: Place, path: str, *, with_token: bool
    ) -> Mapping[str, PackageRecord]:
        key = (f"{place.path}/{path}", with_token)
        if answer.status == HTTPStatus.NOT_MODIFIED:
            return self._known[key].records
        where = self.shown_url(place, path)
        data = _unpacked(answer.body, where) if path.endswith(".zst") else answer.body
        repodata = parse_repodata(data, Subdir(path.partition("/")[0]), where)
        records = {record.path: record for record in parse_records(repodata, where)}
        if etag := answer.headers.get("etag"):  # a time alone is too coarse to tell two changes
            self._known[key] = _Known(etag, records)
        return records


def _unpacked(data: bytes, where: str) -> bytes:
    try:
        return from_zst(data, _LIMIT)
    except ValueError as error:
        raise DamagedError(
            f"cannot be unpacked: {error}", where, "run the command again"
        ) from error
