"""The bad network that stores are tested behind does what its forecast says."""

import asyncio
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from servers.weather import CUT_ANSWER, CUT_REQUEST, LOSE_ANSWER, BadWeather, Forecast, as_s3

BODY = b"0123456789" * 1000


class Echo(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    puts: list[int] = []  # noqa: RUF012 - one server a test

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)

    def do_PUT(self):
        size = len(self.rfile.read(int(self.headers["Content-Length"])))
        self.puts.append(size)
        self.send_response(201)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    Echo.puts = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}/base"
        running.shutdown()
        thread.join()


def test_good_weather_changes_nothing(server):
    with BadWeather(server) as proxy, requests.Session() as session:
        assert proxy.url.endswith("/base")
        assert session.get(f"{proxy.url}/a").content == BODY
        assert session.put(f"{proxy.url}/b", data=BODY).status_code == 201
    assert [(one.method, one.path, one.status) for one in proxy.passed] == [
        ("GET", "/base/a", 200),
        ("PUT", "/base/b", 201),
    ]
    assert [(one.sent, one.received) for one in proxy.passed] == [(0, 10_000), (10_000, 0)]


def test_answers_are_given_instead_of_the_servers(server):
    forecast = Forecast(statuses={429: 1.0}, in_a_row=2)
    with BadWeather(server, forecast) as proxy, requests.Session() as session:
        told = [session.put(f"{proxy.url}/b", data=BODY).status_code for _ in range(4)]
    assert told == [429, 429, 201, 429]
    assert Echo.puts == [10_000]


def test_an_answer_is_cut_in_its_middle(server):
    with (
        BadWeather(server, Forecast(cut_answer=1.0)) as proxy,
        requests.Session() as session,
        pytest.raises(requests.exceptions.ChunkedEncodingError, match="5000 more expected"),
    ):
        session.get(f"{proxy.url}/a")
    assert proxy.troubles == {CUT_ANSWER: 1}


def test_a_lost_answer_leaves_what_was_done(server):
    with BadWeather(server, Forecast(lose_answer=1.0)) as proxy, requests.Session() as session:
        with pytest.raises(requests.exceptions.ConnectionError):
            session.put(f"{proxy.url}/a", data=BODY)
        assert Echo.puts == [10_000]
    assert proxy.troubles == {LOSE_ANSWER: 1}


def test_a_request_is_cut_before_the_server_has_it_whole(server):
    with (
        BadWeather(server, Forecast(cut_request=1.0)) as proxy,
        requests.Session() as session,
        pytest.raises(requests.exceptions.ConnectionError),
    ):
        session.put(f"{proxy.url}/a", data=b"x" * 5_000_000)
    assert proxy.troubles == {CUT_REQUEST: 1}
    assert max(Echo.puts, default=0) < 5_000_000


def test_the_same_seed_is_the_same_weather(server):
    drawn = []
    for _ in range(2):
        forecast = Forecast(seed=7, statuses={500: 0.3, 409: 0.2})
        with BadWeather(server, forecast) as proxy, requests.Session() as session:
            drawn.append([session.get(f"{proxy.url}/{n}").status_code for n in range(30)])
    assert drawn[0] == drawn[1]
    assert {200, 409, 500} == set(drawn[0])


def test_answers_are_in_the_words_of_the_service(server):
    forecast = Forecast(statuses={409: 1.0}, words=as_s3, in_a_row=20)
    with BadWeather(server, forecast) as proxy, requests.Session() as session:
        told = {session.get(f"{proxy.url}/a").text.split(">")[2].split("<")[0] for _ in range(20)}
        assert session.head(f"{proxy.url}/b").status_code == 409
    assert told == {"OperationAborted", "ConditionalRequestConflict"}


def test_what_is_under_way_ends_quietly_when_the_proxy_closes(server, caplog):
    with BadWeather(server, Forecast(delay=30)) as proxy:
        client = socket.create_connection(("127.0.0.1", proxy._port))
        client.sendall(b"GET /base/a HTTP/1.1\r\nHost: here\r\n\r\n")
        while len(asyncio.all_tasks(proxy._loop)) == 0:
            time.sleep(0.01)
    client.close()
    assert not caplog.records
