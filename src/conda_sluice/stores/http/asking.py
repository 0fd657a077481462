"""Ask a web server with the credential for it, through mirrors, and errors that name no secret."""

from collections.abc import Callable, Collection, Mapping
from functools import cached_property
from http import HTTPStatus
from pathlib import Path

from conda_sluice.effects.credentials import Credentials, open_credentials
from conda_sluice.effects.http.answers import Answer
from conda_sluice.effects.http.client import HttpClient
from conda_sluice.effects.http.download import download
from conda_sluice.effects.http.patience import Patience
from conda_sluice.model.credential import headers_of, url_with
from conda_sluice.stores.http.routes import Routes

_SIZE_OR_NONE = frozenset(
    {
        HTTPStatus.OK,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.GONE,
        HTTPStatus.METHOD_NOT_ALLOWED,
        HTTPStatus.NOT_IMPLEMENTED,
    }
)
"""What HEAD may answer: not every server knows it."""

_FRESH = {"Cache-Control": "no-cache"}
"""What lies between must ask the server too: a package was put there a moment ago."""


class Asking:
    """Gets texts and files; credentials are looked up when the first URL is asked for."""

    def __init__(
        self,
        routes: Routes,
        patience: Patience,
        find_credentials: Callable[[], Credentials] = open_credentials,
    ) -> None:
        self._routes = routes
        self._patience = patience
        self._find_credentials = find_credentials

    def get(
        self,
        url: str,
        *,
        accept: Collection[int] = (200,),
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Return the answer for a URL; raise StoreError for a status that is not in `accept`."""
        asked = {**_FRESH, **(headers or {})}
        return self._routes.first_answer(
            url,
            lambda at: self._client.ask("GET", self._on_the_wire(at), accept=accept, headers=asked),
        )

    def size_of(self, url: str) -> int:
        """Return how many bytes lie at a URL, 0 where nothing does or the server does not tell."""
        answer = self._routes.first_answer(
            url,
            lambda at: self._client.ask(
                "HEAD", self._on_the_wire(at), accept=_SIZE_OR_NONE, headers=_FRESH
            ),
        )
        said = answer.headers.get("content-length", "") if answer.status == HTTPStatus.OK else ""
        return int(said) if said.isdecimal() else 0

    def download(self, url: str, target: Path, *, sha256: str, size: int, partial: Path) -> None:
        """Bring a file, going on with what `partial` holds of it; see `effects/http/download`."""
        self._routes.first_answer(
            url,
            lambda at: download(
                self._client,
                self._on_the_wire(at),
                target,
                sha256=sha256,
                size=size,
                partial=partial,
            ),
        )

    def _on_the_wire(self, url: str) -> str:
        return url_with(self._credentials.of(url), url)

    @cached_property
    def _credentials(self) -> Credentials:
        return self._find_credentials()

    @cached_property
    def _client(self) -> HttpClient:
        places = ", ".join(self._credentials.places())
        return HttpClient(
            credentials=lambda url: headers_of(self._credentials.of(url)),
            login=f"a login for this host is looked for in {places}",
            patience=self._patience,
        )
