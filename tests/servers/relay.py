"""A server in front of another one, which loses answers or says something else."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import requests

from servers.scripted import Asked, Reply, Scripted, scripted

Meddling = Callable[[Asked, Callable[[], Reply]], Reply]
"""Is given what was asked and a way to ask the server behind; returns what is to be answered."""


@contextmanager
def relaying(server: str, meddle: Meddling) -> Iterator[Scripted]:
    """Run a server in front of `server`."""

    def answer(asked: Asked) -> Reply:
        return meddle(asked, lambda: _ask(server, asked))

    with scripted(answer) as front:
        yield front


def _ask(server: str, asked: Asked) -> Reply:
    kept = {"x-api-key", "content-type", "range", "accept-encoding"}
    answer = requests.request(
        asked.method,
        f"{server}{asked.path}",
        data=asked.body,
        headers={name: text for name, text in asked.headers.items() if name in kept},
        timeout=60,
        stream=True,
    )
    headers = {
        name: text
        for name, text in answer.headers.items()
        if name.lower() in {"content-type", "content-encoding", "etag", "content-size"}
    }
    return Reply(answer.status_code, answer.raw.read(decode_content=False), headers)
