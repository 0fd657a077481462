"""Ask an S3 server again where that may help: as often as for any other server.

botocore's own way is switched off. It counts what failed for as long as the process lives, answers
such as "there is no such object" among it, and at some point repeats nothing any more; it knows
neither Retry-After, nor the 429 of servers other than AWS's, nor the 409 that says that others
write the same object at this moment. A request that has a condition keeps it: if that fails by
now, the server says so.
"""

from collections.abc import Callable
from typing import Any

from conda_sluice.effects.http.answers import TRANSIENT
from conda_sluice.effects.http.patience import Patience, tell_waiting

_CODES = frozenset(
    {
        "OperationAborted",
        "ConditionalRequestConflict",
        "409",  # all that is known where an answer has no body
        "RequestTimeout",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "TooManyRequests",
    }
)


def ask_again(client: Any, patience: Callable[[], Patience]) -> None:
    """Let a client of boto3, which repeats nothing by itself, be as patient as that."""
    from botocore.exceptions import ConnectionError as NoConnectionError
    from botocore.exceptions import HTTPClientError, ReadTimeoutError

    def wait(
        response: Any, attempts: int, caught_exception: Exception | None, **_: object
    ) -> float | None:
        if response is None:
            is_passing = isinstance(caught_exception, NoConnectionError | HTTPClientError)
            pause = patience().wait_after(attempts) if is_passing else None
            if pause is not None and isinstance(caught_exception, ReadTimeoutError):
                tell_waiting(str(caught_exception.kwargs.get("endpoint_url", "s3")))
            return pause
        http, parsed = response
        code = parsed.get("Error", {}).get("Code")
        if http.status_code not in TRANSIENT and code not in _CODES:
            return None
        return patience().wait_after(attempts, http.headers.get("retry-after", ""))

    client.meta.events.register("needs-retry.s3", wait, unique_id="sluice-ask-again")
