"""Requests of anaconda-client that fail for a moment."""

import pytest
import requests

from conda_sluice.effects.http.patience import Patience
from conda_sluice.stores.anaconda.sessions import make_patient
from servers.scripted import CUT, Reply, scripted

FINE = Reply(200, b"{}")


def ask(replies, *, tries=3, method="POST"):
    """Return the status, the pauses, and how often the server was asked."""
    pauses = []
    patience = Patience(tries=tries, first_wait=0.5, longest_wait=30.0)
    with scripted(replies) as server, requests.Session() as session:
        make_patient(session, 2, patience, pauses.append)
        try:
            status = session.request(method, f"{server.url}/x", json={"a": 1}).status_code
        except requests.ConnectionError:
            status = None
        return status, pauses, [one.body for one in server.asked]


@pytest.mark.parametrize("failure", [CUT, Reply(500), Reply(502), Reply(503), Reply(429)])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_what_failed_for_a_moment_is_asked_again_with_the_same_body(failure, method):
    status, pauses, bodies = ask([failure, failure, FINE], method=method)
    assert status == 200
    assert pauses[0] <= 0.5
    assert pauses[1] <= 1.0
    assert bodies == [b'{"a": 1}'] * 3


@pytest.mark.parametrize(("failure", "status"), [(CUT, None), (Reply(503), 503)])
def test_patience_ends(failure, status):
    told, pauses, bodies = ask([failure] * 3)
    assert told == status
    assert (len(pauses), len(bodies)) == (2, 3)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422])
def test_what_will_not_change_is_asked_once(status):
    assert ask([Reply(status)])[::2] == (status, [b'{"a": 1}'])


def test_server_that_asks_for_time_is_given_it():
    status, pauses, _ = ask([Reply(429, headers={"Retry-After": "7"}), FINE])
    assert (status, pauses) == (200, [7.0])


def test_server_that_asks_for_too_much_time_is_not_waited_for():
    status, pauses, _ = ask([Reply(429, headers={"Retry-After": "3600"})])
    assert (status, pauses) == (429, [])


def test_conflict_says_nothing_of_what_is_only_read():
    assert ask([Reply(409), FINE], method="GET")[0] == 200
    assert ask([Reply(409), FINE], method="DELETE")[0] == 409
