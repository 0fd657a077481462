"""The connection to an S3 server, made when it is first needed and shared by all threads."""

import os
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from conda_sluice.effects.http.patience import Patience
from conda_sluice.effects.s3.again import ask_again
from conda_sluice.effects.s3.refusals import refusals
from conda_sluice.errors import StoreError, ToolError
from conda_sluice.model.stores import S3Options

_PATIENCE = Patience(tries=5, connect=10.0, read=30.0)
_SPARE = 4
"""Connections beyond those of transfers: the lease is renewed beside them."""

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


class S3Server:
    """One server; `jobs` requests run at a time."""

    def __init__(self, options: S3Options, jobs: int, *, patience: Patience = _PATIENCE) -> None:
        self.options = options
        self.jobs = jobs
        self.patience = patience
        self.honours_conditions: dict[str, bool] = {}
        """By bucket: whether a write with a condition that does not hold is refused."""
        self._client: Any = None
        self._pool: ThreadPoolExecutor | None = None
        self._making = threading.Lock()
        self._process = os.getpid()

    @property
    def client(self) -> Any:
        """Return boto3's client; raise ToolError without boto3, StoreError where it cannot be."""
        self._begin_anew_after_fork()
        with self._making:
            if self._client is None:
                self._client = _client(self.options, self.jobs, self.patience)
                ask_again(self._client, lambda: self.patience)
            return self._client

    def map(self, function: Callable[[_Item], _Result], items: Iterable[_Item]) -> list[_Result]:
        """Apply a function to all items, `jobs` at a time; call it from no such function.

        The first error is raised when all have ended; what has not begun by then does not.
        """
        self._begin_anew_after_fork()
        with self._making:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(self.jobs, thread_name_prefix="s3")
        futures = [self._pool.submit(function, item) for item in items]
        try:
            return [future.result() for future in futures]
        except BaseException:
            for future in futures:
                future.cancel()
            for future in futures:
                if not future.cancelled():
                    future.exception()
            raise

    def _begin_anew_after_fork(self) -> None:
        """Drop connections and threads that belong to the process from which this one came."""
        if self._process != os.getpid():
            self._client = self._pool = None
            self._making = threading.Lock()
            self._process = os.getpid()


def _client(options: S3Options, jobs: int, patience: Patience) -> Any:
    try:
        import boto3
        from botocore.config import Config
    except ImportError as error:
        raise ToolError(
            "boto3 is missing, without which no s3:// channel can be used",
            remedy="pip install 'conda-sluice[s3]'",
        ) from error
    config = Config(
        connect_timeout=patience.connect,
        read_timeout=patience.read,
        retries={"mode": "standard", "total_max_attempts": 1},  # see ask_again
        max_pool_connections=jobs + _SPARE,
        s3={"addressing_style": options.addressing.value},
        # Newer checksums are no part of what servers other than AWS's know; Content-MD5 is.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    where = options.endpoint or "s3"
    try:
        with refusals(where):
            return boto3.session.Session().client(
                "s3",
                endpoint_url=options.endpoint or None,
                region_name=options.region or None,
                config=config,
            )
    except ValueError as error:
        raise StoreError(
            "is no address of an S3 server", where, "correct stores: {s3: {endpoint: …}}"
        ) from error
