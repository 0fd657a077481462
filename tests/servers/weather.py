"""A proxy in this process that makes a good network a bad one: it delays, cuts and refuses.

`with BadWeather(server_url, Forecast(delay=0.05)) as proxy:` gives `proxy.url` to use instead of
the server's. What happens to a request is drawn from a seed, so that a run can be repeated; the
requests of one path are spared after `in_a_row` troubles, so that whoever tries again gets through.
"""

import asyncio
import contextlib
import json
import random
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit

import h11

_CHUNK = 1 << 16

CUT_REQUEST = "cut the request"
CUT_ANSWER = "cut the answer"
LOSE_ANSWER = "lose the answer"


def in_json(status: int, random: random.Random) -> str:
    """Say what happened as most services do."""
    return json.dumps({"error": "bad weather", "detail": "bad weather"})


def as_s3(status: int, random: random.Random) -> str:
    """Say what happened as S3 does; of the two kinds of conflict one or the other."""
    conflict = random.choice(["OperationAborted", "ConditionalRequestConflict"])
    codes = {409: conflict, 429: "TooManyRequests", 500: "InternalError", 503: "SlowDown"}
    return f"<Error><Code>{codes[status]}</Code><Message>bad weather</Message></Error>"


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """How bad it gets: seconds before each request, and how likely each trouble is.

    To the `delay` come up to `gusts` seconds more. `statuses` are answers given instead of asking
    the server, in the `words` of the service; a request may be cut in its middle, its answer be
    cut in its middle, or be lost whole though the server has done what it was asked.
    """

    seed: int = 0
    delay: float = 0.0
    gusts: float = 0.0
    cut_request: float = 0.0
    cut_answer: float = 0.0
    lose_answer: float = 0.0
    statuses: dict[int, float] = field(default_factory=dict)
    words: Callable[[int, random.Random], str] = in_json
    in_a_row: int = 2


@dataclass(frozen=True)
class Passed:
    """One request that came by: what became of it, and how many bytes of bodies went each way."""

    method: str
    path: str
    trouble: str
    status: int
    sent: int
    received: int


class BadWeather:
    """The proxy before one server; as a context manager it runs in a thread."""

    def __init__(self, server: str, forecast: Forecast | None = None) -> None:
        parts = urlsplit(server)
        assert parts.scheme == "http"
        assert parts.hostname
        assert parts.port
        self._server = parts.hostname, parts.port
        self._rest = parts.path
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._port = 0
        self._serving: set[asyncio.Task | None] = set()
        self.passed: list[Passed] = []
        self.forecast = forecast or Forecast()

    @property
    def forecast(self) -> Forecast:
        """Return what the weather is like now; a new forecast begins with its own seed."""
        return self._forecast

    @forecast.setter
    def forecast(self, forecast: Forecast) -> None:
        self._forecast = forecast
        self._random = random.Random(forecast.seed)
        self._in_a_row: Counter[tuple[str, str]] = Counter()

    @property
    def url(self) -> str:
        """Return the URL to use instead of the server's."""
        return f"http://127.0.0.1:{self._port}{self._rest}"

    @property
    def troubles(self) -> Counter[str]:
        """Return how often each trouble came."""
        return Counter(one.trouble for one in self.passed if one.trouble)

    def __enter__(self) -> Self:
        self._thread.start()
        self._listener = self._wait(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self._port = self._listener.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        self._wait(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _wait(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(30)

    async def _close(self) -> None:
        self._listener.close()
        # One that has not begun yet is let begin, or asyncio would log it; one that is just closing
        # a connection goes on after its first cancellation.
        while tasks := asyncio.all_tasks() - {asyncio.current_task()}:
            for one in tasks & self._serving:
                one.cancel()
            await asyncio.wait(tasks, timeout=0.05)

    def _trouble_for(self, method: str, path: str) -> str:
        drawn, forecast, key = self._random.random(), self._forecast, (method, path)
        likely = {
            CUT_REQUEST: forecast.cut_request,
            CUT_ANSWER: forecast.cut_answer,
            LOSE_ANSWER: forecast.lose_answer,
            **{str(status): chance for status, chance in forecast.statuses.items()},
        }
        if self._in_a_row[key] >= forecast.in_a_row:
            likely = {}
        for trouble, chance in likely.items():
            drawn -= chance
            if drawn < 0:
                self._in_a_row[key] += 1
                return trouble
        self._in_a_row[key] = 0
        return ""

    async def _delay(self) -> None:
        seconds = self._forecast.delay
        if self._forecast.gusts:
            seconds += self._random.uniform(0, self._forecast.gusts)
        if seconds:
            await asyncio.sleep(seconds)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        client = _Side(h11.Connection(h11.SERVER), reader, writer)
        task = asyncio.current_task()
        self._serving.add(task)  # asyncio itself holds on to no task
        try:
            while await self._pass_on(client):
                client.connection.start_next_cycle()
        except (ConnectionError, h11.ProtocolError, asyncio.IncompleteReadError):
            pass  # a client that went away; tests look at what became of it
        except asyncio.CancelledError:
            pass  # the proxy closes; asyncio would log what ends as cancelled
        finally:
            await client.close()
            self._serving.discard(task)

    async def _pass_on(self, client: "_Side") -> bool:
        """Pass one request on, and its answer back; tell whether another one may follow."""
        request = await client.next_event()
        if not isinstance(request, h11.Request):
            return False
        method, path = request.method.decode(), request.target.decode()
        await self._delay()
        trouble = self._trouble_for(method, path)
        if trouble.isdigit():
            sent = await client.drain()
            said = self._forecast.words(int(trouble), self._random)
            await client.answer(int(trouble), said if method != "HEAD" else "")
            self.passed.append(Passed(method, path, trouble, int(trouble), sent, 0))
            return client.connection.our_state is h11.DONE
        if trouble == CUT_REQUEST and not _has_body(request):
            self.passed.append(Passed(method, path, trouble, 0, 0, 0))
            return False
        server = _Side(h11.Connection(h11.CLIENT), *await asyncio.open_connection(*self._server))
        try:
            return await self._exchange(client, server, request, trouble)
        finally:
            await server.close()

    async def _exchange(
        self, client: "_Side", server: "_Side", request: h11.Request, trouble: str
    ) -> bool:
        method, path = request.method.decode(), request.target.decode()
        length = int(dict(request.headers).get(b"content-length", b"0"))
        headers = [one for one in request.headers if one[0] not in {b"expect", b"connection"}]
        asked = h11.Request(
            method=request.method,
            target=request.target,
            headers=[*headers, (b"connection", b"close")],
        )
        await server.send(asked)
        sent = 0
        while not isinstance(event := await client.next_event(), h11.EndOfMessage):
            if not isinstance(event, h11.Data):
                raise ConnectionResetError("the client went away")
            sent += len(event.data)
            if trouble == CUT_REQUEST and sent > length // 2:
                break
            await server.send(event)
        if trouble == CUT_REQUEST:
            self.passed.append(Passed(method, path, trouble, 0, sent, 0))
            return False
        await server.send(h11.EndOfMessage())
        response = await server.next_event()
        while isinstance(response, h11.InformationalResponse):
            response = await server.next_event()
        if not isinstance(response, h11.Response):
            raise ConnectionResetError("the server went away")
        if trouble == LOSE_ANSWER:
            await server.drain()
            self.passed.append(Passed(method, path, trouble, response.status_code, sent, 0))
            return False
        return await self._answer(client, server, response, (method, path, trouble, sent))

    async def _answer(self, client, server, response, asked) -> bool:
        method, path, trouble, sent = asked
        length = int(dict(response.headers).get(b"content-length", b"0"))
        await client.send(
            h11.Response(
                status_code=response.status_code,
                reason=response.reason,
                headers=[one for one in response.headers if one[0] != b"connection"],
            )
        )
        received = 0
        while not isinstance(event := await server.next_event(), h11.EndOfMessage):
            if not isinstance(event, h11.Data):
                raise ConnectionResetError("the server went away")
            part = event.data
            if trouble == CUT_ANSWER and received + len(part) > length // 2:
                await client.send(h11.Data(data=part[: max(length // 2 - received, 0)]))
                self.passed.append(
                    Passed(method, path, trouble, response.status_code, sent, received)
                )
                return False
            received += len(part)
            await client.send(h11.Data(data=part))
        await client.send(h11.EndOfMessage())
        self.passed.append(Passed(method, path, trouble, response.status_code, sent, received))
        return client.connection.our_state is h11.DONE


def _has_body(request: h11.Request) -> bool:
    headers = dict(request.headers)
    return b"transfer-encoding" in headers or headers.get(b"content-length", b"0") != b"0"


@dataclass
class _Side:
    """One of the two connections."""

    connection: h11.Connection
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def next_event(self):
        while (event := self.connection.next_event()) is h11.NEED_DATA:
            if self.connection.they_are_waiting_for_100_continue:
                await self.send(h11.InformationalResponse(status_code=100, headers=[]))
            self.connection.receive_data(await self.reader.read(_CHUNK))
        return event

    async def send(self, event) -> None:
        data = self.connection.send(event)
        if data:
            self.writer.write(data)
            await self.writer.drain()

    async def drain(self) -> int:
        """Read what is left of a message and return how many bytes its body had."""
        size = 0
        while not isinstance(event := await self.next_event(), h11.EndOfMessage):
            if isinstance(event, h11.ConnectionClosed):
                raise ConnectionResetError("the other side went away")
            size += len(event.data) if isinstance(event, h11.Data) else 0
        return size

    async def answer(self, status: int, said: str) -> None:
        kind = "application/xml" if said.startswith("<") else "application/json"
        headers = [("content-type", kind), ("content-length", str(len(said)))]
        await self.send(h11.Response(status_code=status, headers=headers))
        await self.send(h11.Data(data=said.encode("ascii")))
        await self.send(h11.EndOfMessage())

    async def close(self) -> None:
        with contextlib.suppress(ConnectionError, asyncio.CancelledError, TimeoutError):
            self.writer.close()
            # whoever reads no more would keep what is still to be sent, and us, for ever
            await asyncio.wait_for(self.writer.wait_closed(), 2)
        self.writer.transport.abort()
