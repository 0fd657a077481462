"""Run the quetz deployment in this folder, and end with whoever started it.

`quetz_launcher.py serve` listens on a free port and tells it on the first line of the output;
`quetz_launcher.py supervise` does the jobs that the server leaves for later. Started by `quetz.py`
with the interpreter of quetz's own environment, in a session of its own. Standard input is a pipe
whose other end nobody else holds: when the starter ends, however it ends, the pipe closes, and the
whole session is killed.
"""

import os
import signal
import socket
import sys
from pathlib import Path
from threading import Thread


def _end_with_the_starter():
    while os.read(0, 1):
        pass
    os.killpg(0, signal.SIGKILL)


def _serve():
    # asyncio sends small answers at once only where a socket says that it is TCP
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    listening.listen(128)
    os.write(1, f"{listening.getsockname()[1]}\n".encode())
    os.dup2(2, 1)  # quetz prints when it is imported, and nobody reads on

    import uvicorn
    from quetz.main import app

    uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listening])


def _supervise():
    os.dup2(2, 1)
    from quetz.cli import start_supervisor_daemon

    start_supervisor_daemon(Path.cwd(), 1)


if __name__ == "__main__":
    Thread(target=_end_with_the_starter, daemon=True).start()
    os.environ["QUETZ_CONFIG_FILE"] = str(Path("config.toml").resolve())
    {"serve": _serve, "supervise": _supervise}[sys.argv[1]]()
