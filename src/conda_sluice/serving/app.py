"""The application: which URL is a file, which a page, and how the rest is refused."""

import hashlib
import re
from collections.abc import Callable
from urllib.parse import unquote_to_bytes

import anyio
import anyio.to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from conda_sluice.effects.scrub import scrub
from conda_sluice.errors import SluiceError, StoreError, UsageError
from conda_sluice.model.view import Asked
from conda_sluice.serving.addresses import PAGES, Addresses
from conda_sluice.serving.conditions import names_etag
from conda_sluice.serving.files import open_published
from conda_sluice.serving.pages import Pages
from conda_sluice.serving.sending import answer_with

_HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'"
_LONGEST_SEARCH = 200
_AT_ONCE = 4
"""So many pages are made side by side; files are sent meanwhile."""

_SAID = {
    400: ("Not understood", "This address asks for something that cannot be."),
    403: ("Not readable", "The server is not allowed to read this file."),
    404: ("Not here", "Nothing is published at this address."),
    405: ("Only for reading", "Channels are shown here, and changed with sluice."),
}


def make_app(addresses: Addresses, pages: Pages, tell: Callable[[SluiceError], None]) -> Starlette:
    """Return the application; `tell` is told what kept a page from being made."""
    site = _Site(addresses, pages, tell)
    return Starlette(
        routes=[Route("/{path:path}", site.answer, methods=["GET"])],
        exception_handlers={HTTPException: site.refuse, SluiceError: site.fail},
    )


class _Site:
    def __init__(
        self, addresses: Addresses, pages: Pages, tell: Callable[[SluiceError], None]
    ) -> None:
        self._addresses = addresses
        self._pages = pages
        self._tell = tell
        self._making: anyio.CapacityLimiter | None = None

    async def answer(self, request: Request) -> Response:
        """Answer GET and HEAD."""
        path = _parts(request)
        names = self._addresses.names.values()
        match path:
            case ("",):
                return await self._page(request, self._pages.front)
            case (name, "") if name in names:
                return await self._page(request, lambda asked: self._pages.channel(name, asked))
            case (name,) if name in names:
                query = f"?{request.url.query}" if request.url.query else ""
                return RedirectResponse(f"{request.url.path.rpartition('/')[2]}/{query}", 307)
            case (folder, "package", name) if folder == PAGES:
                return await self._page(request, lambda asked: self._pages.package(name, asked))
            case _:
                return await self._file(request, path)

    async def _file(self, request: Request, path: tuple[str, ...]) -> Response:
        found = self._addresses.find(path)
        if found is None:
            raise HTTPException(404)
        try:
            published = await anyio.to_thread.run_sync(open_published, *found)
        except PermissionError as error:
            raise HTTPException(403) from error
        if published is None:
            raise HTTPException(404)
        return answer_with(published, request.headers)

    async def _page(self, request: Request, make: Callable[[Asked], str | None]) -> Response:
        asked = _asked(request)
        if self._making is None:  # belongs to the loop that runs by now
            self._making = anyio.CapacityLimiter(_AT_ONCE)
        html = await anyio.to_thread.run_sync(
            make, asked, abandon_on_cancel=True, limiter=self._making
        )
        if html is None:
            raise HTTPException(404)
        return _html(html, 200, request)

    async def refuse(self, request: Request, error: Exception) -> Response:
        """Answer with a short page on a status."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        title, text = _SAID.get(status, ("Refused", "This cannot be answered."))
        headers = error.headers if isinstance(error, HTTPException) else None
        page = self._pages.trouble(title, text, _up(request))
        return _html(page, status, request, dict(headers or {}))

    async def fail(self, request: Request, error: Exception) -> Response:
        """Answer with a short page on an error of ours, without places on this machine."""
        what = error.what if isinstance(error, SluiceError) else ""
        if isinstance(error, UsageError):
            return _html(self._pages.trouble("Not understood", what, _up(request)), 400, request)
        if isinstance(error, SluiceError):
            self._tell(error)
        status = 503 if isinstance(error, StoreError) else 500
        page = self._pages.trouble("This page cannot be made", what, _up(request))
        return _html(page, status, request)


def _html(
    text: str, status: int, request: Request, headers: dict[str, str] | None = None
) -> Response:
    data = scrub(text).encode()
    etag = f'"{hashlib.sha256(data).hexdigest()}"'
    told = {
        "Cache-Control": "no-cache",
        "Content-Security-Policy": _POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        **(headers or {}),
    }
    is_good = status == 200  # noqa: PLR2004 - that is how HTTP says it
    if is_good:
        told["ETag"] = etag
        if names_etag(request.headers.get("if-none-match", ""), etag):
            return Response(status_code=304, headers=told)
    return Response(data, status, told, media_type="text/html; charset=utf-8")


def _parts(request: Request) -> tuple[str, ...]:
    """Return the parts of the path, each decoded by itself, so that `%2F` is no way around."""
    raw: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    try:
        parts = tuple(unquote_to_bytes(one).decode() for one in raw.partition(b"?")[0].split(b"/"))
    except UnicodeDecodeError as error:
        raise HTTPException(404) from error
    if parts[0] or any(set(one) & set("/\\\0") or one in {".", ".."} for one in parts):
        raise HTTPException(404)
    return parts[1:]


def _asked(request: Request) -> Asked:
    number = request.query_params.get("page", "1")
    search = request.query_params.get("q", "").strip()
    is_number = re.fullmatch("[1-9][0-9]{0,6}", number)
    if not is_number or len(search) > _LONGEST_SEARCH:
        raise HTTPException(400)
    return Asked(_base(request), search, int(number))


def _base(request: Request) -> str:
    """Return the URL of this server, by the name under which it was asked."""
    host = request.headers.get("host", "")
    if not host:
        address, port = request.scope.get("server") or ("localhost", None)
        host = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
    if not _HOST.fullmatch(host):
        raise HTTPException(400)
    return f"{request.url.scheme}://{host}"


def _up(request: Request) -> str:
    """Return the relative way from a page to the front page."""
    raw: bytes = request.scope.get("raw_path") or b"/"
    return "../" * (raw.count(b"/") - 1) or "./"
