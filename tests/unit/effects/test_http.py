"""A server that is slow, busy, picky or gone for a moment."""

import socket
import warnings
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from itertools import count

import pytest

from conda_sluice.effects.http.answers import shown
from conda_sluice.effects.http.client import HttpClient
from conda_sluice.effects.http.download import download
from conda_sluice.effects.http.patience import Patience, seconds_of
from conda_sluice.errors import DamagedError, StoreError, StoreWarning
from servers.scripted import CUT, Reply, scripted

KEY = "a-very-secret-key"
DATA = bytes(range(256)) * 4000
DIGEST = sha256(DATA).hexdigest()


@pytest.fixture
def slept():
    return []


@pytest.fixture
def client(slept):
    return HttpClient(
        credentials=lambda _url: {"X-API-Key": KEY}, login="set THE_KEY", sleep=slept.append
    )


def test_an_answer_is_given_with_its_status_headers_and_body(client):
    with scripted([Reply(body=b'{"a": [1]}', headers={"X-More": "yes"})]) as server:
        answer = client.ask("GET", f"{server.url}/x", params={"q": "a b"})
    assert (answer.status, answer.json(), answer.headers["x-more"]) == (200, {"a": [1]}, "yes")
    assert server.asked[0].path == "/x?q=a+b"
    assert server.asked[0].headers["x-api-key"] == KEY
    assert server.asked[0].headers["user-agent"] == "conda-sluice"


@pytest.mark.parametrize(
    "trouble", [Reply(503), Reply(429), Reply(500), Reply(409), CUT, Reply(200, b"", {}, 9)]
)
def test_what_may_pass_is_tried_again_after_a_while(client, slept, trouble):
    with scripted([trouble, trouble, Reply(body=b"at last")]) as server:
        assert client.ask("GET", server.url).body == b"at last"
    first, second = slept
    assert 0.25 <= first <= 0.5 <= second <= 1.0


def test_patience_ends(client, slept):
    with scripted([Reply(503)]) as server, pytest.raises(StoreError, match="answers 503"):
        client.ask("GET", server.url)
    assert len(server.asked) == 4
    assert len(slept) == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 412, 413])
def test_what_will_not_pass_is_asked_once(client, slept, status):
    with scripted([Reply(status)]) as server, pytest.raises(StoreError, match=f"{status}"):
        client.ask("GET", server.url)
    assert (len(server.asked), slept) == (1, [])


def test_status_that_the_caller_knows_is_no_error(client):
    with scripted([Reply(409), Reply(500)]) as server:
        assert client.ask("POST", server.url, accept=(201, 409)).status == 409
        assert client.ask("GET", server.url, accept=(200, 500)).status == 500


def test_what_must_not_happen_twice_is_asked_once(client, slept):
    with scripted([CUT]) as server, pytest.raises(StoreError, match="cannot be reached"):
        client.ask("POST", server.url, may_repeat=False)
    assert (len(server.asked), slept) == (1, [])


def test_server_says_how_long_to_wait(client, slept):
    with scripted([Reply(429, headers={"Retry-After": "7"}), Reply()]) as server:
        client.ask("GET", server.url)
    assert slept == [7.0]


def test_server_that_wants_too_much_time_is_not_waited_for(client, slept):
    busy = Reply(503, headers={"Retry-After": "3600"})
    with scripted([busy]) as server, pytest.raises(StoreError):
        client.ask("GET", server.url)
    assert slept == []


def test_retry_after_is_seconds_or_a_date():
    soon = datetime.now(UTC) + timedelta(seconds=30)
    assert seconds_of("12") == 12.0
    assert 25 < seconds_of(format_datetime(soon, usegmt=True)) <= 30
    assert seconds_of("Wed, 21 Oct 2015 07:28:00 GMT") == 0.0
    beyond = "Mon, 1 Jan 99999999999999999999 00:00:00 GMT"
    assert [seconds_of(text) for text in ("", "soon", "-3", beyond)] == [None] * 4


def test_waits_double_and_end():
    patience = Patience(tries=20, first_wait=1.0, longest_wait=10.0)
    waits = [patience.wait_after(failed) for failed in range(1, 20)]
    assert all(0.5 <= wait <= 10.0 for wait in waits)
    assert all(wait >= 5.0 for wait in waits[5:])
    assert patience.wait_after(20) is None


def test_nobody_there_is_said_in_words(client):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/get"
        with pytest.raises(StoreError, match="Connection refused") as caught:
            client.ask("GET", url)
    assert caught.value.where == url


def test_server_that_says_nothing_is_told_once_and_given_up():
    quick = Patience(tries=3, read=0.05, change=0.05, first_wait=0.0)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        server = f"127.0.0.1:{mute.getsockname()[1]}"
        with warnings.catch_warnings(record=True, action="always") as told:
            for method in ("GET", "POST"):
                with pytest.raises(StoreError, match="does not answer in time"):
                    HttpClient(patience=quick).ask(method, f"http://{server}/a?secret")
    assert [(one.category, str(one.message)) for one in told] == [
        (StoreWarning, f"{server} does not answer in time; it is asked again")
    ]


def test_an_answer_to_a_change_is_waited_for_longer():
    patience = Patience(read=1, change=2)
    assert [patience.answer(method) for method in ("GET", "HEAD", "POST", "DELETE")] == [1, 1, 2, 2]


def test_refused_credentials_are_told_with_where_they_are_looked_for(client):
    with scripted([Reply(401)]) as server, pytest.raises(StoreError) as caught:
        client.ask("GET", f"{server.url}/x?token=abc")
    assert "401" in caught.value.what
    assert caught.value.remedy == "set THE_KEY"
    assert caught.value.where == f"{server.url}/x"


def test_no_secret_is_told():
    assert shown("https://me:pw@host:8/t?X-Sign=abc#f") == "https://host:8/t"
    client = HttpClient(credentials=lambda _url: {"X-API-Key": f"{KEY}\n"})
    with pytest.raises(StoreError) as caught:
        client.ask("GET", "http://127.0.0.1:9/")
    assert KEY not in str(caught.value) + repr(client)


@pytest.mark.parametrize("url", ["http://", "nowhere", "ftp://host/x", "http://[::1"])
def test_what_is_no_url_is_said_and_not_tried(client, slept, url):
    with pytest.raises(StoreError, match="cannot be asked"):
        client.ask("GET", url)
    assert slept == []


def test_credentials_do_not_follow_a_redirection_to_another_server(client):
    with scripted([Reply(body=b"here")]) as other:
        moved = [Reply(302, headers={"Location": "/again"})]
        moved += [Reply(307, headers={"Location": f"{other.url}/y?sign=1"})]
        with scripted(moved) as server:
            assert client.ask("GET", f"{server.url}/x").body == b"here"
    assert [one.headers.get("x-api-key") for one in server.asked] == [KEY, KEY]
    assert "x-api-key" not in other.asked[0].headers
    assert other.asked[0].path == "/y?sign=1"


def test_redirection_of_a_change_is_refused(client):
    with scripted([Reply(301, headers={"Location": "/new"})]) as server:
        with pytest.raises(StoreError, match="redirects to"):
            client.ask("POST", f"{server.url}/x")
        with pytest.raises(StoreError, match="redirects without end"):
            client.ask("GET", f"{server.url}/x")


def test_netrc_is_not_read(tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with scripted([Reply()]) as server:
        HttpClient().ask("GET", server.url)
    assert "authorization" not in server.asked[0].headers


def test_cookies_are_not_kept(client):
    with scripted([Reply(headers={"Set-Cookie": "session=1; Path=/"})]) as server:
        client.ask("GET", server.url)
        client.ask("GET", server.url)
    assert "cookie" not in server.asked[1].headers


def test_file_is_sent_whole_in_each_try(client, tmp_path):
    (tmp_path / "file").write_bytes(DATA)
    with scripted([Reply(503), CUT, Reply(201)]) as server:
        client.ask("POST", server.url, accept=(201,), file=tmp_path / "file")
    assert [one.body for one in server.asked] == [DATA] * 3


def test_answer_beyond_all_measure_is_refused(client):
    with scripted([Reply(body=b"x" * 100)]) as server, pytest.raises(StoreError, match="more than"):
        client.ask("GET", server.url, limit=99)


def test_answer_that_is_no_json_is_refused(client):
    with scripted([Reply(body=b"<html>")]) as server, pytest.raises(StoreError, match="JSON"):
        client.ask("GET", server.url).json()


def test_file_arrives_under_its_name_and_nothing_else_does(client, tmp_path):
    target = tmp_path / "new" / "file"
    with scripted([Reply(body=DATA)]) as server:
        download(client, server.url, target, sha256=DIGEST, size=len(DATA))
    assert target.read_bytes() == DATA
    assert target.stat().st_mode & 0o777 == 0o644
    assert list(target.parent.iterdir()) == [target]
    assert server.asked[0].headers["accept-encoding"] == "identity"


def in_pieces(asked, step=100_000, etag='"one"'):
    """Break off after each piece, and go on where the client asks."""
    start = int(asked.headers.get("range", "bytes=0-")[6:-1])
    status = 206 if start else 200
    rest = len(DATA) - start
    headers = {"ETag": etag, "Content-Range": f"bytes {start}-{len(DATA) - 1}/{len(DATA)}"}
    return Reply(status, DATA[start : start + step], headers, rest)


def test_broken_download_goes_on_where_it_broke_off(client, tmp_path):
    with scripted(in_pieces) as server:
        download(client, server.url, tmp_path / "file", sha256=DIGEST)
    assert (tmp_path / "file").read_bytes() == DATA
    assert len(server.asked) > 10  # more than patience allows without progress
    assert server.asked[1].headers["range"] == "bytes=65536-"
    assert server.asked[-1].headers["if-range"] == '"one"'


def test_download_starts_anew_where_the_server_cannot_go_on(client, tmp_path):
    replies = [Reply(200, DATA[:100_000], {}, len(DATA)), Reply(416), Reply(200, DATA)]
    with scripted(replies) as server:
        download(client, server.url, tmp_path / "file", sha256=DIGEST)
    assert (tmp_path / "file").read_bytes() == DATA
    assert "range" not in server.asked[2].headers


def test_file_that_changed_while_it_came_is_brought_anew(client, tmp_path):
    number = count()

    def answer(asked):
        if next(number) == 0:
            return Reply(200, b"x" * 100_000, {}, len(DATA))
        return in_pieces(asked, step=len(DATA))

    with scripted(answer) as server:
        download(client, server.url, tmp_path / "file", sha256=DIGEST)
    assert (tmp_path / "file").read_bytes() == DATA


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(body=DATA[:-1] + b"?"), "is not the file that its record describes"),
        (Reply(body=DATA[:-1]), "is not the file"),
        (Reply(body=DATA + b"more"), "more bytes"),
        (Reply(404), "not there"),
    ],
)
def test_other_file_is_refused_and_nothing_is_left(client, tmp_path, reply, words):
    (tmp_path / "file").write_bytes(b"before")
    with scripted([reply]) as server, pytest.raises(DamagedError, match=words):
        download(client, server.url, tmp_path / "file", sha256=DIGEST, size=len(DATA))
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"before"]


def test_download_that_never_comes_is_given_up(client, tmp_path):
    with scripted([CUT]) as server, pytest.raises(StoreError):
        download(client, server.url, tmp_path / "file", sha256=DIGEST)
    assert list(tmp_path.iterdir()) == []
    assert len(server.asked) == 4
