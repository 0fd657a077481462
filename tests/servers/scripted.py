"""A server that answers as a test tells it to, and notes what it was asked."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """What to answer; `length` is what Content-Length says, None for the truth."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    length: int | None = None


CUT = Reply(status=0)
"""Close the connection without a word."""

Answering = Callable[[Asked], Reply]


@dataclass
class Scripted:
    """A running server; `asked` grows with each request."""

    url: str
    asked: list[Asked] = field(default_factory=list)


@contextmanager
def scripted(answer: Answering | Sequence[Reply]) -> Iterator[Scripted]:
    """Run a server whose answers a function gives, or a list of which the last one stays."""
    replies = [] if callable(answer) else list(answer)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one(self):
            size = int(self.headers.get("content-length", 0))
            headers = {name.lower(): text for name, text in self.headers.items()}
            one = Asked(self.command, self.path, headers, self.rfile.read(size))
            server.asked.append(one)
            if callable(answer):
                reply = answer(one)
            else:
                reply = replies.pop(0) if len(replies) > 1 else replies[0]
            self.close_connection = reply.status == 0 or reply.length is not None
            if not reply.status:
                return
            self.send_response(reply.status)
            for name, text in reply.headers.items():
                self.send_header(name, text)
            length = len(reply.body) if reply.length is None else reply.length
            self.send_header("Content-Length", str(length))
            self.end_headers()
            self.wfile.write(reply.body)

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = handle_one  # noqa: N815

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.daemon_threads = True
        running.block_on_close = False
        server = Scripted(f"http://127.0.0.1:{running.server_port}")
        thread = Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            running.shutdown()
            thread.join()
