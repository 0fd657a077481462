"""What an S3 server is asked once more, and how long after."""

from types import SimpleNamespace
from unittest.mock import Mock

import pytest
from botocore.exceptions import ConnectionClosedError, NoCredentialsError, ReadTimeoutError

from conda_sluice.effects.http.patience import Patience
from conda_sluice.effects.s3.again import ask_again

PATIENCE = Patience(tries=3, first_wait=0.5, longest_wait=30.0)


@pytest.fixture
def wait():
    """Return what botocore asks after each try."""
    events = Mock()
    ask_again(SimpleNamespace(meta=SimpleNamespace(events=events)), lambda: PATIENCE)
    event, asked = events.register.call_args.args
    assert event == "needs-retry.s3"
    return asked


def answered(status, code="", **headers):
    parsed = {"Error": {"Code": code}} if code else {}
    return SimpleNamespace(status_code=status, headers=headers), parsed


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (500, "InternalError"),
        (503, "SlowDown"),
        (429, "TooManyRequests"),
        (409, "OperationAborted"),
        (409, "ConditionalRequestConflict"),
        (409, "409"),
        (400, "RequestTimeout"),
    ],
)
def test_what_may_pass_is_asked_again_until_patience_ends(wait, status, code):
    waits = [wait(answered(status, code), attempts, None) for attempts in (1, 2, 3)]
    assert 0.25 <= waits[0] <= 0.5 <= waits[1] <= 1.0
    assert waits[2] is None


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (200, ""),
        (304, "304"),
        (403, "AccessDenied"),
        (404, "NoSuchKey"),
        (409, "BucketNotEmpty"),
        (412, "PreconditionFailed"),
    ],
)
def test_what_will_not_change_is_asked_once(wait, status, code):
    assert wait(answered(status, code), 1, None) is None


def test_a_server_that_asks_for_time_is_given_it(wait):
    busy = answered(503, "SlowDown", **{"retry-after": "7"})
    assert wait(busy, 1, None) == 7.0


@pytest.mark.parametrize("error", [ConnectionClosedError, ReadTimeoutError])
def test_a_connection_that_broke_is_made_anew(wait, error):
    assert wait(None, 1, error(endpoint_url="http://here")) is not None


def test_what_is_wrong_on_this_side_is_not_repeated(wait):
    assert wait(None, 1, NoCredentialsError()) is None
