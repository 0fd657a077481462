"""A server that shows a folder of channels, as a lab's nginx would: ETag, ranges, a login."""

import base64
import hashlib
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True, kw_only=True)
class Login:
    """What a request has to bring, in one of three ways; nothing where all are empty."""

    bearer: str = ""
    user: str = ""
    password: str = ""
    token: str = ""

    def opens(self, headers: Mapping[str, str], path: str) -> str | None:
        """Return the path to show, None where the request may not see it."""
        said = headers.get("Authorization", "")
        if self.bearer:
            return path if said == f"Bearer {self.bearer}" else None
        if self.user:
            basic = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
            return path if said == f"Basic {basic}" else None
        if self.token:
            start = f"/t/{self.token}/"
            return path.removeprefix(start[:-1]) if path.startswith(start) else None
        return path


@dataclass
class Static:
    """A running server. `asked` are the requests, `METHOD path` each, without their login.

    `cuts` are how many bytes of a package come before the connection breaks, one for each answer
    to come, and with `ends_with_cuts` nothing but 503 comes after the last. `is_down` answers
    503, `knows_ranges`, `knows_head` and `sends_etags` may be switched off.
    """

    folder: Path
    login: Login = field(default_factory=Login)
    url: str = ""
    asked: list[str] = field(default_factory=list)
    ranges: list[str] = field(default_factory=list)
    cuts: list[int] = field(default_factory=list)
    sent: int = 0
    is_down: bool = False
    ends_with_cuts: bool = False
    knows_ranges: bool = True
    knows_head: bool = True
    sends_etags: bool = True


@contextmanager
def static_server(
    folder: Path, login: Login | None = None, *, host: str = "127.0.0.1"
) -> Iterator[Static]:
    """Show `folder` at a port that the system chooses."""
    server = Static(folder, login or Login())

    class Handler(_Handler):
        shown = server

    with ThreadingHTTPServer((host, 0), Handler) as running:
        running.daemon_threads = True
        running.block_on_close = False
        server.url = f"http://{host}:{running.server_port}"
        thread = Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            running.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    shown: Static

    def do_GET(self):
        server = self.shown
        path = server.login.opens(self.headers, unquote(urlsplit(self.path).path))
        server.asked.append(f"{self.command} {path or urlsplit(self.path).path}")
        if server.is_down:
            return self._answer(503)
        if self.command == "HEAD" and not server.knows_head:
            return self._answer(405)
        if path is None:
            return self._answer(401, {"WWW-Authenticate": 'Basic realm="lab"'})
        file = (server.folder / path.lstrip("/")).resolve()
        if not file.is_relative_to(server.folder.resolve()) or not file.is_file():
            return self._answer(404)
        return self._show(file)

    do_HEAD = do_GET  # noqa: N815 - as http.server calls it

    def _show(self, file: Path) -> None:
        body = file.read_bytes()
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        headers = {"ETag": tag} if self.shown.sends_etags else {}
        if self.shown.sends_etags and self.headers.get("If-None-Match") == tag:
            return self._answer(304, headers)
        asked = self.headers.get("Range", "")
        if_range = self.headers.get("If-Range", tag)
        if not asked or not self.shown.knows_ranges or if_range != tag:
            return self._answer(200, headers, body)
        self.shown.ranges.append(asked)
        first, _, last = asked.removeprefix("bytes=").partition("-")
        start, end = int(first or max(0, len(body) - int(last))), len(body) - 1
        end = min(end, int(last)) if first and last else end
        if start >= len(body):
            return self._answer(416, {"Content-Range": f"bytes */{len(body)}"})
        part = body[start : end + 1]
        told = f"bytes {start}-{start + len(part) - 1}/{len(body)}"
        return self._answer(206, headers | {"Content-Range": told}, part)

    def _answer(
        self, status: int, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> None:
        self.send_response(status)
        for name, text in (headers or {}).items():
            self.send_header(name, text)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "HEAD":
            return
        is_package = self.path.endswith((".conda", ".tar.bz2"))
        if status in {200, 206} and is_package and self.shown.cuts:
            body = body[: self.shown.cuts.pop(0)]
            self.close_connection = True
            self.shown.is_down = self.shown.ends_with_cuts and not self.shown.cuts
        self.wfile.write(body)
        self.shown.sent += len(body)

    def log_message(self, *_):
        pass


def main() -> None:
    """Show a folder, with a bearer token if one is given, until standard input ends."""
    folder, host, *bearer = sys.argv[1:]
    with static_server(
        Path(folder), Login(bearer=bearer[0] if bearer else ""), host=host
    ) as server:
        sys.stdout.write(f"{server.url}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
