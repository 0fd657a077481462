"""Run the quetz deployment in this folder on a free port, and end with whoever started it.

Started by `quetz.py` with the interpreter of quetz's own environment. The port is told on the
first line of the output. Standard input is a pipe whose other end nobody else holds: when the
starter ends, however it ends, the pipe closes, and this process is gone.
"""

import os
import socket
from pathlib import Path
from threading import Thread


def _end_with_the_starter():
    while os.read(0, 1):
        pass
    os._exit(0)


def main():
    Thread(target=_end_with_the_starter, daemon=True).start()
    os.environ["QUETZ_CONFIG_FILE"] = str(Path("config.toml").resolve())
    # asyncio sends small answers at once only where a socket says that it is TCP
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    listening.listen(128)
    os.write(1, f"{listening.getsockname()[1]}\n".encode())
    os.dup2(2, 1)  # quetz prints when it is imported, and nobody reads on

    import uvicorn
    from quetz.main import app

    uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listening])


if __name__ == "__main__":
    main()
