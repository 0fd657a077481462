"""What happens on the way to an S3 server, request by request, as a test tells it."""

import os
import signal
import threading
import time
from contextlib import contextmanager
from unittest.mock import patch

from botocore.exceptions import ConnectionClosedError
from urllib3.exceptions import ProtocolError

from servers.s3 import QUICK


class Wire:
    """The connection of one store; `sent` and `received` count the bytes of bodies.

    The answer to request `lost` does not arrive; before request `fatal` the process is killed; of
    each answer to a GET of a file that ends in `cut[0]`, `cut[1]` bytes arrive. A file that ends in
    `slow[0]` takes `slow[1]` seconds to be put; requests whose URL holds `forbidden` break, once
    a package has been put.
    """

    def __init__(self, store, *, delay=0.0):
        self.store = store
        self.delay = delay
        self.asked = []
        self.sent = 0
        self.received = 0
        self.lost = -1
        self.fatal = -1
        self.cut = ("", 0)
        self.forbidden = ""
        self.slow = ("", 0.0)
        self._lock = threading.Lock()

    def pass_on(self, send, request):
        with self._lock:
            number = len(self.asked)
            self.asked.append((request.method, request.url))
            self.sent += int(request.headers.get("Content-Length") or 0)
        if self.forbidden and self.forbidden in request.url and self._is_forbidden():
            raise ConnectionClosedError(endpoint_url=request.url)
        if self.slow[0] and request.method == "PUT" and request.url.endswith(self.slow[0]):
            time.sleep(self.slow[1])
        if number == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        if self.delay:
            time.sleep(self.delay)
        response = send(request)
        with self._lock:
            if request.method != "HEAD":
                self.received += int(response.headers.get("content-length", 0))
        if number == self.lost:
            response.raw.close()
            raise ConnectionClosedError(endpoint_url=request.url)
        suffix, left = self.cut
        if suffix and request.method == "GET" and request.url.endswith(suffix):
            response.raw = CutOff(response.raw, left)
        return response

    def _is_forbidden(self):
        return any(method == "PUT" and url.endswith(".conda") for method, url in self.asked)


@contextmanager
def wire(store, **more):
    """Put a wire between a store, which has a connection of its own, and its server."""
    session = store._server.client._endpoint.http_session
    send = session.send
    line = Wire(store, **more)
    with (
        patch.object(session, "send", lambda request: line.pass_on(send, request)),
        patch.object(store._server, "patience", QUICK),
    ):
        yield line


class CutOff:
    """The body of an answer, of which so many bytes arrive."""

    def __init__(self, raw, left):
        self._raw = raw
        self._left = left

    def read(self, amount=None):
        if not self._left:
            self._raw.close()
            raise ProtocolError("the connection broke")
        wanted = self._left if amount is None else min(amount, self._left)
        data = self._raw.read(wanted)
        self._left -= len(data)
        return data

    def __getattr__(self, name):
        return getattr(self._raw, name)
