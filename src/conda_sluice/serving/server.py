"""The server process: a socket, and uvicorn on it until somebody asks it to stop."""

import logging
import signal
import socket
from types import FrameType
from typing import cast

import uvicorn
from starlette.applications import Starlette

from conda_sluice.errors import UsageError

_GRACE = 0.3
"""Seconds for answers that are under way when the server is asked to stop."""


class _Server(uvicorn.Server):
    """Says nothing of answers that it cuts off because it was asked to stop."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        super().handle_exit(sig, frame)


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens; port 0 lets the system choose. Raise UsageError."""
    where = f"{host}:{port}"
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, protocol)
    except OSError as error:
        raise UsageError(f"is no address of this machine: {error.strerror}", where) from error
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen()
    except OSError as error:
        listening.close()
        raise UsageError(
            f"cannot be listened at: {error.strerror}",
            where,
            "choose another one: --port 0 takes one that is free",
        ) from error
    listening.settimeout(0)  # asyncio waits by itself
    return listening


def url_of(listening: socket.socket, host: str) -> str:
    """Return the URL at which others reach the socket; where it is every address, by our name."""
    address, port = listening.getsockname()[:2]
    name = socket.gethostname() if address in {"0.0.0.0", "::"} else host  # noqa: S104 - asked for
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def serve(app: Starlette, listening: socket.socket) -> None:
    """Serve until SIGTERM; raise KeyboardInterrupt after Ctrl-C; each takes less than a second."""
    config = uvicorn.Config(
        app,
        http="h11",
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=cast("int", _GRACE),  # asyncio, which gets it, takes parts too
    )
    stopped_by: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        stopped_by.append(number)

    # uvicorn stops at these signals and then sends them again to whoever handled them before
    before = {one: signal.signal(one, note) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        _Server(config).run(sockets=[listening])
    finally:
        listening.close()
        for number, handler in before.items():
            signal.signal(number, handler)
    if signal.SIGINT in stopped_by:
        raise KeyboardInterrupt
