"""`sluice serve` as a program: clients solve and install from it, and it ends when asked to."""

import asyncio
import http.client
import json
import os
import re
import signal
import socket
import time
from urllib.parse import urlsplit

import pytest

from conda_sluice.model.channel import ChannelRef
from conda_sluice.stores.directory.store import DirectoryStore
from factories import an_artifact

pytestmark = pytest.mark.integration

CONFIG = """\
version: 1
upstream: [./channels/host]
ladder:
  - {name: unstable, url: ./channels/dev}
  - {name: testing, url: ./channels/testing, gates: [installable]}
  - {name: stable, url: ./channels/stable, versions: final, gates: [tested]}
projects: []
"""


class Server:
    """A running `sluice serve`."""

    def __init__(self, process):
        self.process = process
        self.lines = [process.stdout.readline() for _ in range(5)]  # its pages and four channels
        self.url = re.fullmatch(r"pages:  (http://127\.0\.0\.1:\d+)/\n", self.lines[0])[1]

    def ask(self, target, method="GET", **headers):
        """Return the answer to a request, whose target goes over the wire as it is."""
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=30)
        try:
            connection.putrequest(method, target, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name.replace("_", "-"), value)
            connection.endheaders()
            answer = connection.getresponse()
            answer.body = answer.read()
            return answer
        finally:
            connection.close()

    def page(self, target):
        """Return a page on which the gates have been asked."""
        while "still being asked" in (text := self.ask(target).body.decode()):
            pass  # the server waits a moment before it says that
        return text

    def stop(self, number=signal.SIGTERM):
        """Send a signal; return the exit code, the seconds that it took, and what was printed."""
        start = time.monotonic()
        self.process.send_signal(number)
        code = self.process.wait(timeout=10)
        seconds = time.monotonic() - start
        out, err = self.process.communicate()
        return code, seconds, "".join(self.lines) + out, err


@pytest.fixture
def ladder(program):
    """Return the channels of a workspace, by name: `unstable` lies in a folder called `dev`."""
    (program.root / "channels.yaml").write_text(CONFIG)
    folders = {"unstable": "dev", "testing": "testing", "stable": "stable", "host": "host"}
    return {
        name: ChannelRef(name, (program.root / "channels" / folder).as_uri())
        for name, folder in folders.items()
    }


@pytest.fixture(params=[1, 1000], ids=["written in shards", "written whole"])
def store(request):
    return DirectoryStore(shards_from=request.param)


@pytest.fixture
def serve(program):
    return lambda *argv: Server(program.start("serve", "--port", "0", *argv))


@pytest.fixture(params=[True, False], ids=["shards", "whole"])
def client(request, tmp_path):
    """Return what solves for one package in channels and installs what comes out."""
    from rattler import Channel, Gateway, install
    from rattler import solve as rattler_solve
    from rattler.repo_data.gateway import SourceConfig

    config = SourceConfig(sharded_enabled=request.param)

    async def get(urls, spec, prefix):
        gateway = Gateway(cache_dir=tmp_path / "client", default_config=config)
        records = await rattler_solve(
            [Channel(url) for url in urls],
            [spec],
            gateway=gateway,
            platforms=["noarch"],
            channel_relations="strict",
        )
        await install(
            records, target_prefix=prefix, cache_dir=tmp_path / "pkgs", show_progress=False
        )
        return sorted(f"{record.name.normalized} {record.version}" for record in records)

    return lambda urls, spec, prefix: asyncio.run(get(urls, spec, prefix))


def test_a_client_solves_and_installs_twice_in_a_row_and_sees_a_change_at_once(
    ladder, store, serve, client, tmp_path
):
    made = tmp_path / "made"
    store.put([an_artifact(made, "base", text="from the host")], ladder["host"])
    old = an_artifact(made, "trips", "1.0", depends=("base",), text="one")
    store.put([old], ladder["unstable"])
    server = serve()
    urls = [f"{server.url}/unstable", f"{server.url}/host"]
    for number in (1, 2):
        prefix = tmp_path / f"env{number}"
        assert client(urls, "trips", prefix) == ["base 1.2.3", "trips 1.0"]
        assert (prefix / "share" / "trips.txt").read_text() == "one"
    store.put([an_artifact(made, "trips", "2.0", depends=("base",))], ladder["unstable"])
    assert client(urls, "trips", tmp_path / "env3") == ["base 1.2.3", "trips 2.0"]


def test_a_client_finds_the_channels_above_by_their_relations(
    ladder, store, serve, client, tmp_path
):
    made = tmp_path / "made"
    for name in ("unstable", "testing", "stable"):
        store.put([an_artifact(made, f"in-{name}")], ladder[name])
    store.relate(ladder["unstable"], ladder["testing"])
    store.relate(ladder["testing"], ladder["stable"])
    server = serve()
    found = client([f"{server.url}/unstable"], "in-stable", tmp_path / "env")
    assert found == ["in-stable 1.2.3"]


def test_an_index_is_the_same_over_http_and_is_not_sent_twice(ladder, store, serve, tmp_path):
    artifact = an_artifact(tmp_path / "made")
    store.put([artifact], ladder["unstable"])
    server = serve()
    index = server.ask("/unstable/noarch/repodata.json")
    assert artifact.record.file in json.loads(index.body)["packages.conda"]
    etag = index.headers["ETag"]
    store.put([artifact], ladder["unstable"])  # which changes nothing
    again = server.ask("/unstable/noarch/repodata.json", If_None_Match=etag)
    assert (again.status, again.body) == (304, b"")
    store.hide([artifact.record], ladder["unstable"])
    assert server.ask("/unstable/noarch/repodata.json", If_None_Match=etag).status == 200
    package = f"/unstable/noarch/{artifact.record.file}"
    part = server.ask(package, Range="bytes=10-19")
    assert (part.status, part.body) == (206, artifact.path.read_bytes()[10:20])
    assert server.ask(package, "HEAD").headers["Content-Length"] == str(artifact.record.size)
    assert server.ask(package, Range="bytes=99999999-").status == 416


def test_what_is_not_published_cannot_be_reached(ladder, serve, program, tmp_path):
    DirectoryStore().put([an_artifact(tmp_path / "made")], ladder["unstable"])
    server = serve()
    for target in (
        "/unstable/.sluice/lock",
        "/unstable/../../channels.yaml",
        "/unstable/%2e%2e/%2e%2e/channels.yaml",
        "/unstable/..%2f..%2fchannels.yaml",
        "/channels.yaml",
        "/unstable/noarch/",
        "//etc/passwd",
        "/-/package/../../unstable/.sluice/lock",
    ):
        answer = server.ask(target)
        assert answer.status == 404, target
        assert b"version: 1" not in answer.body
    assert server.ask("/unstable/noarch/repodata.json", "PUT").status == 405
    code, _, _, err = server.stop()
    assert (code, err) == (0, "Ctrl-C ends it\n")


def test_it_says_where_pages_and_channels_are_and_shows_a_promotion_at_once(
    ladder, serve, tmp_path, program
):
    for name in ("host", "unstable"):
        DirectoryStore().put([an_artifact(tmp_path / name)], ladder[name])
    server = serve()
    page = server.page("/-/package/trips")
    assert "1.2.3 on its way to testing may climb" in page
    assert program("promote", "--to", "testing").code == 0
    page = server.page("/-/package/trips")
    assert "on its way to testing" not in page
    assert "promoted" in page
    assert f"conda install -c {server.url}/testing" in page
    _, _, out, _ = server.stop()
    assert out.splitlines() == [
        f"pages:  {server.url}/",
        *(f"{name:<8}  -c {server.url}/{name}" for name in ladder),
    ]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_it_ends_within_a_second_though_somebody_is_still_reading(
    ladder, serve, tmp_path, number, code
):
    artifact = an_artifact(tmp_path / "made", text=os.urandom(8 << 20).hex())
    DirectoryStore().put([artifact], ladder["unstable"])
    server = serve()
    with socket.create_connection(("127.0.0.1", urlsplit(server.url).port)) as idle:
        idle.sendall(
            f"GET /unstable/noarch/{artifact.record.file} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        )
        assert idle.recv(10).startswith(b"HTTP/1.1")
        left, seconds, _, err = server.stop(number)
    assert left == code
    assert seconds < 1.5  # a second, and what a busy machine takes
    assert "Traceback" not in err


def test_a_port_that_is_taken_is_told_with_what_to_do(ladder, program):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        done = program("serve", "--port", other.getsockname()[1])
    assert done.code == 2
    assert "Address already in use" in done.err
    assert "--port 0" in done.err


def test_an_address_of_another_machine_is_told(ladder, program):
    done = program("serve", "--host", "192.0.2.1", "--port", "0")
    assert done.code == 2
    assert done.err.startswith("error: 192.0.2.1:0: cannot be listened at")
