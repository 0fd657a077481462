"""The session of anaconda-client, with time limits, and what failed for a moment tried again."""

import time
from collections.abc import Callable
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from conda_sluice.effects.http.answers import CONFLICT, TRANSIENT
from conda_sluice.effects.http.patience import Patience, tell_waiting

Sleep = Callable[[float], None]


def make_patient(
    session: requests.Session, jobs: int, patience: Patience, sleep: Sleep = time.sleep
) -> None:
    """Give a session time limits, repetition, and a connection for each of `jobs` threads."""
    for scheme in ("http://", "https://"):
        session.mount(scheme, _PatientAdapter(jobs, patience, sleep))


def keep_connections(session: requests.Session, jobs: int) -> None:
    """Keep a connection for each of `jobs` threads, and repeat nothing: bodies are streams."""
    for scheme in ("http://", "https://"):
        session.mount(scheme, HTTPAdapter(pool_connections=4, pool_maxsize=max(jobs, 1)))


def _is_passing(request: requests.PreparedRequest, response: requests.Response) -> bool:
    """Tell whether another try may help; callers of changes look what a conflict means."""
    is_read = request.method in {"GET", "HEAD"}
    status = response.status_code
    return status in TRANSIENT or (is_read and status == CONFLICT)


class _PatientAdapter(HTTPAdapter):
    """Repeats what failed for a moment; not by urllib3's Retry, which logs a warning each time.

    Changes are repeated too: each of this store's changes is the same when it is done twice, or
    its caller looks what became of it.
    """

    def __init__(self, jobs: int, patience: Patience, sleep: Sleep) -> None:
        super().__init__(pool_connections=4, pool_maxsize=max(jobs, 1))
        self._patience = patience
        self._sleep = sleep

    def send(
        self, request: requests.PreparedRequest, *args: Any, **kwargs: Any
    ) -> requests.Response:
        patience = self._patience
        kwargs["timeout"] = kwargs.get("timeout") or (
            patience.connect,
            patience.answer(str(request.method)),
        )
        failed = 0
        while True:
            failed += 1
            try:
                response = super().send(request, *args, **kwargs)
                _ = response.content  # an answer may break off in its middle, too
            except requests.exceptions.SSLError:
                raise
            except (
                requests.ConnectionError,
                requests.Timeout,
                requests.exceptions.ChunkedEncodingError,
            ) as error:
                wait = patience.wait_after(failed)
                if wait is None:
                    raise
                if isinstance(error, requests.Timeout):
                    tell_waiting(str(request.url))
            else:
                if not _is_passing(request, response):
                    return response
                wait = patience.wait_after(failed, response.headers.get("Retry-After", ""))
                if wait is None:
                    return response
                response.close()
            self._sleep(wait)
