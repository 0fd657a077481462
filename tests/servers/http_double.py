"""A small HTTP server for doubles of services: it answers, logs, and fails when told to.

A double gives it one function, `Request -> Answer`. Connections are kept alive, bodies may come
in chunks, and all of it ends with `stop`: no thread and no socket is left.
"""

import json
import re
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

ORDERED = "ordered by the test"
"""What the error of an ordered failure says."""


class Exchange(NamedTuple):
    """A request and its answer; `status` 0: the connection was cut. Sizes are of the bodies."""

    method: str
    path: str
    status: int
    received: int
    sent: int
    server: str


@dataclass(frozen=True, slots=True)
class Request:
    """What a client sent; `path` is still percent-encoded and has no query."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What the client gets."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def said(value: object, status: int = 200) -> Answer:
    """Return an answer in JSON."""
    headers = {"Content-Type": "application/json"}
    return Answer(status, json.dumps(value).encode(), headers)


def refused(status: int, message: str) -> Answer:
    """Return an error as anaconda.org words it."""
    return said({"error": message}, status)


@dataclass(slots=True)
class Fault:
    """What goes wrong with the next requests of a kind; `status` None cuts the connection."""

    method: str
    path: re.Pattern[str]
    status: int | None
    times: int
    after: bool


class Faults:
    """What was ordered to go wrong and has not yet."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []

    def order(self, fault: Fault) -> None:
        with self._lock:
            self._waiting.append(fault)

    def take(self, method: str, path: str) -> Fault | None:
        """Return the first fault that fits this request, and count it as done."""
        with self._lock:
            for fault in self._waiting:
                if fault.method in {"*", method} and fault.path.search(path):
                    fault.times -= 1
                    if fault.times == 0:
                        self._waiting.remove(fault)
                    return fault
        return None

    @property
    def waiting(self) -> int:
        """Say how many orders nobody has met yet."""
        with self._lock:
            return len(self._waiting)


class Listener:
    """Serves one function on a port of 127.0.0.1 that the system chose."""

    def __init__(
        self,
        name: str,
        answer: Callable[[Request], Answer],
        faults: Faults,
        log: list[Exchange],
        worded: Callable[[int, str], Answer] = refused,
    ) -> None:
        self.name = name
        self._worded = worded
        self.crashes: list[Exception] = []
        self._answer = answer
        self._faults = faults
        self._log = log
        self._server = _Server(self)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.hang_up()
        self._server.server_close()  # waits for the threads of all connections

    def meet(self, request: Request) -> Answer | None:
        """Answer a request, or return None: cut the connection."""
        fault = self._faults.take(request.method, request.path)
        answer = None
        if fault is None or fault.after:
            answer = self._answer_or_crash(request)
        if fault is not None:
            answer = None if fault.status is None else self._worded(fault.status, ORDERED)
        self._log.append(
            Exchange(
                method=request.method,
                path=request.path,
                status=answer.status if answer else 0,
                received=len(request.body),
                sent=len(answer.body) if answer and request.method != "HEAD" else 0,
                server=self.name,
            )
        )
        return answer

    def _answer_or_crash(self, request: Request) -> Answer:
        try:
            return self._answer(request)
        except Exception as error:  # noqa: BLE001 - told at the end, not printed by a thread
            self.crashes.append(error)
            return self._worded(500, f"the double crashed: {error!r}")


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    request_queue_size = 128

    def __init__(self, listener: Listener) -> None:
        self.listener = listener
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", 0), _Handler)

    def process_request(self, request, client_address):
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request):
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """Wake the threads that wait for one more request of a client."""
        with self._lock:
            for one in self._open:
                cut(one)

    def handle_error(self, request, client_address):
        """Say nothing: a client that went away is no news."""


def cut(connection: socket.socket) -> None:
    """End a connection in both directions, without an answer."""
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # the client was faster


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16
    server: _Server

    def _do(self) -> None:
        body = self._chunks() if self._is_chunked() else self._counted()
        parts = urlsplit(self.path)
        answer = self.server.listener.meet(
            Request(
                method=self.command,
                path=parts.path,
                query=dict(parse_qsl(parts.query)),
                headers=self.headers,
                body=body,
            )
        )
        if answer is None:
            self.close_connection = True
            cut(self.connection)
            return
        self._send(answer)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _do  # noqa: N815 - not our names

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if "Content-Length" not in answer.headers and answer.status not in {204, 304}:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD" and answer.status not in {204, 304}:
            self.wfile.write(answer.body)

    def _is_chunked(self) -> bool:
        return self.headers.get("Transfer-Encoding", "").lower() == "chunked"

    def _counted(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _chunks(self) -> bytes:
        found = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            found.append(self.rfile.read(size))
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass  # trailers
        return b"".join(found)

    def log_message(self, *args):
        """Say nothing: the log is a list."""
