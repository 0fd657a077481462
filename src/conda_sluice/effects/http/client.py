"""Ask a server: with time limits, tried again where that may help, and credentials kept close.

Credentials go as headers, and only to the origin that they are for, wherever it redirects to.
"""

import os
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urljoin, urlsplit

from conda_sluice.effects.http.answers import CONFLICT, TRANSIENT, Answer, refusal, shown
from conda_sluice.effects.http.patience import Patience, tell_waiting
from conda_sluice.effects.http.troubles import TransientError, translated
from conda_sluice.errors import StoreError

if TYPE_CHECKING:
    import requests

_CHUNK = 1 << 18
_LIMIT = 1 << 30
_REDIRECTS = 5
_REDIRECTING = frozenset({301, 302, 303, 307, 308})
_POOL = 32

Credentials = Callable[[str], Mapping[str, str]]
"""Gives the headers by which a URL lets one in, {} for none. They are secret."""

T = TypeVar("T")


def no_credentials(url: str) -> Mapping[str, str]:  # noqa: ARG001 - the same for all
    """Return no headers."""
    return {}


class HttpClient:
    """Asks servers; threads may share it, and what a fork makes of it connects anew.

    `login` tells people where credentials are looked for. Proxies and certificates are taken
    from the environment (HTTPS_PROXY, NO_PROXY, REQUESTS_CA_BUNDLE), users from no netrc.
    """

    def __init__(
        self,
        *,
        credentials: Credentials = no_credentials,
        login: str = "",
        patience: Patience | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.patience = patience or Patience()
        self._credentials = credentials
        self._login = login
        self._sleep = sleep
        self._sessions: dict[int, requests.Session] = {}
        self._lock = Lock()

    def ask(
        self,
        method: str,
        url: str,
        *,
        accept: Collection[int] = (200,),
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        json: object = None,
        file: Path | None = None,
        may_repeat: bool = True,
        limit: int = _LIMIT,
    ) -> Answer:
        """Ask and return the answer, whose status is one of `accept`; else raise StoreError.

        `file` is sent as the body, as a stream. `may_repeat` is False for what must not happen
        twice: when its answer is lost, that is a StoreError. An answer of more than `limit`
        bytes is refused.
        """

        def attempt() -> Answer:
            with ExitStack() as stack:
                body = None if file is None else stack.enter_context(file.open("rb"))
                response = stack.enter_context(
                    self.sent(method, url, params=params, headers=headers, json=json, data=body)
                )
                self.refuse(response, url, accept)
                return Answer(
                    url=shown(url),
                    status=response.status_code,
                    headers={name.lower(): text for name, text in response.headers.items()},
                    body=_read(response, url, limit),
                )

        return self.patiently(attempt, tries=None if may_repeat else 1)

    def patiently(self, attempt: Callable[[], T], *, tries: int | None = None) -> T:
        """Return what `attempt` returns; try again while it raises TransientError."""
        failed = 0
        while True:
            try:
                return attempt()
            except TransientError as error:
                failed = 1 if error.has_progressed else failed + 1
                wait = self.patience.wait_after(failed, error.retry_after)
                if wait is None or tries == failed:
                    raise error.trouble from error
                if error.is_silence:
                    tell_waiting(error.trouble.where)
            self._sleep(wait)

    @contextmanager
    def sent(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        json: object = None,
        data: object = None,
    ) -> "Iterator[requests.Response]":
        """Send once, follow redirections of what only reads, and give the open answer.

        What goes wrong on the way, in the block too, is a TransientError or a StoreError.
        """
        secrets = self._credentials(url)
        with ExitStack() as stack:
            stack.enter_context(translated(url))
            at = url
            for _ in range(_REDIRECTS + 1):
                response = self._session().request(
                    method,
                    at,
                    params=params if at == url else None,
                    headers=dict(headers or {}),
                    json=json,  # type: ignore[arg-type]  # JSON has no type of its own here
                    data=data,  # type: ignore[arg-type]  # an open file, or None
                    auth=_Headers(secrets if _origin(at) == _origin(url) else {}),
                    timeout=(self.patience.connect, self.patience.answer(method)),
                    allow_redirects=False,
                    stream=True,
                )
                stack.callback(response.close)
                if response.status_code not in _REDIRECTING:
                    yield response
                    return
                at = _next(method, at, response.headers.get("location", ""))
        raise StoreError("redirects without end", shown(url))

    def refuse(self, response: "requests.Response", url: str, accept: Collection[int]) -> None:
        """Raise TransientError or StoreError for a status that is not to be accepted.

        A conflict passes by itself where the caller knows no other meaning of it.
        """
        if response.status_code in accept:
            return
        trouble = refusal(response.status_code, url, login=self._login)
        if response.status_code in {*TRANSIENT, CONFLICT}:
            raise TransientError(trouble, retry_after=response.headers.get("retry-after", ""))
        raise trouble

    def _session(self) -> "requests.Session":
        with self._lock:
            session = self._sessions.get(os.getpid())
            if session is None:
                session = self._sessions[os.getpid()] = _new_session()
            return session


class _Headers:
    """Puts secret headers on a request; as `auth` it also keeps `requests` from reading netrc."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = headers

    def __call__(self, request: "requests.PreparedRequest") -> "requests.PreparedRequest":
        request.prepare_headers({**request.headers, **self._headers})
        return request


def _new_session() -> "requests.Session":
    from http.cookiejar import DefaultCookiePolicy

    import requests
    from requests.adapters import HTTPAdapter

    session = requests.Session()
    session.headers["User-Agent"] = "conda-sluice"
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    for scheme in ("http://", "https://"):
        session.mount(scheme, HTTPAdapter(pool_connections=_POOL, pool_maxsize=_POOL))
    return session


def _read(response: "requests.Response", url: str, limit: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    for chunk in response.iter_content(_CHUNK):
        size += len(chunk)
        if size > limit:
            raise StoreError(f"answers with more than {limit >> 20} MiB", shown(url))
        chunks.append(chunk)
    return b"".join(chunks)


def _next(method: str, at: str, location: str) -> str:
    """Return where a redirection leads; refuse it for changes, and where it gives up TLS."""
    target = urljoin(at, location)
    if not location or method not in {"GET", "HEAD"}:
        raise StoreError(
            f"redirects to {shown(target)}" if location else "redirects to nowhere",
            shown(at),
            "write the URL in channels.yaml at which the server itself answers",
        )
    if urlsplit(at).scheme == "https" and urlsplit(target).scheme != "https":
        raise StoreError(f"redirects to {shown(target)}, which is not encrypted", shown(at))
    return target


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc
