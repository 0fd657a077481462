"""Clients solve with our indexes and install from our channels: whole, in shards, over HTTP."""

import asyncio
import hashlib
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from conda_sluice.index.patches import Instructions
from conda_sluice.model.names import Subdir
from conda_sluice.stores.directory.store import DirectoryStore
from factories import a_channel, an_artifact

pytestmark = pytest.mark.integration

NOARCH = Subdir("noarch")


class Handler(SimpleHTTPRequestHandler):
    """Answers as a static server does: with an ETag, and 304 to whoever has that version."""

    def do_GET(self):
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(404)
            return
        data = path.read_bytes()
        etag = f'"{hashlib.sha256(data).hexdigest()}"'
        is_known = self.headers.get("If-None-Match") == etag
        self.server.answers.append((path.name, is_known))
        self.send_response(304 if is_known else 200)
        self.send_header("ETag", etag)
        self.send_header("Cache-Control", "no-cache")
        self.send_header("Content-Length", "0" if is_known else str(len(data)))
        self.end_headers()
        if not is_known:
            self.wfile.write(data)

    def log_message(self, *args):
        """Say nothing."""


@pytest.fixture
def server(tmp_path):
    served = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(tmp_path)))
    served.answers = []
    thread = threading.Thread(target=served.serve_forever)
    thread.start()
    yield served
    served.shutdown()
    thread.join()
    served.server_close()


@pytest.fixture(params=["file", "http"])
def url_of(request, server):
    """Return how a client names a channel of these tests."""

    def url(channel):
        if request.param == "file":
            return channel.url
        return f"http://127.0.0.1:{server.server_port}/{channel.name}"

    return url


@pytest.fixture(params=[True, False], ids=["shards", "whole"])
def client(request, tmp_path):
    """Return what solves for one package and installs what comes out."""
    from rattler import Channel, Gateway, install
    from rattler import solve as rattler_solve
    from rattler.repo_data.gateway import SourceConfig

    config = SourceConfig(sharded_enabled=request.param)

    async def get(url, spec, prefix):
        gateway = Gateway(cache_dir=tmp_path / "cache", default_config=config)
        records = await rattler_solve(
            [Channel(url)],
            [spec],
            gateway=gateway,
            platforms=["noarch"],
            channel_relations="strict",
        )
        if prefix is not None:
            await install(
                records, target_prefix=prefix, cache_dir=tmp_path / "pkgs", show_progress=False
            )
        return sorted(f"{record.name.normalized} {record.version}" for record in records)

    return lambda url, spec, prefix=None: asyncio.run(get(url, spec, prefix))


@pytest.fixture(params=[1, 1000], ids=["written in shards", "written whole"])
def store(request):
    return DirectoryStore(shards_from=request.param)


def test_what_is_put_is_solved_and_installed(store, client, url_of, tmp_path):
    channel = a_channel(tmp_path)
    old = an_artifact(tmp_path / "in", "old", extension=".tar.bz2", text="old format")
    new = an_artifact(tmp_path / "in", "new", depends=("old",), text="new format")
    store.put([old], channel)
    assert client(url_of(channel), "old") == ["old 1.2.3"]
    store.put([new], channel)
    assert client(url_of(channel), "new", tmp_path / "env") == ["new 1.2.3", "old 1.2.3"]
    assert (tmp_path / "env" / "share" / "old.txt").read_text() == "old format"
    assert (tmp_path / "env" / "share" / "new.txt").read_text() == "new format"


def test_hidden_removed_and_patched_packages_are_seen_so(store, client, url_of, tmp_path):
    from rattler.exceptions import SolverError

    channel = a_channel(tmp_path)
    versions = [an_artifact(tmp_path / "in", "trips", f"{number}.0") for number in (1, 2, 3)]
    store.put([*versions, an_artifact(tmp_path / "in", "extra")], channel)
    assert client(url_of(channel), "trips") == ["trips 3.0"]
    store.hide([versions[2].record], channel)
    assert client(url_of(channel), "trips") == ["trips 2.0"]
    store.remove([versions[1].record], channel)
    assert client(url_of(channel), "trips") == ["trips 1.0"]
    patch = {versions[0].record.file: {"depends": ["extra"]}}
    store.patch(channel, NOARCH, Instructions({"packages.conda": patch}))
    assert client(url_of(channel), "trips") == ["extra 1.2.3", "trips 1.0"]
    store.show([versions[2].record], channel)
    assert client(url_of(channel), "trips") == ["trips 3.0"]
    store.reindex(channel)
    assert client(url_of(channel), "trips <3") == ["extra 1.2.3", "trips 1.0"]
    store.patch(channel, NOARCH, Instructions({"revoke": [versions[0].record.file]}))
    with pytest.raises(SolverError):
        client(url_of(channel), "trips <3")


def test_channel_above_is_found_whichever_form_is_read(store, client, url_of, tmp_path):
    lower, upper = a_channel(tmp_path), a_channel(tmp_path, "testing")
    store.put([an_artifact(tmp_path / "in", "below")], lower)
    store.put([an_artifact(tmp_path / "in", "above")], upper)
    store.relate(lower, upper)
    assert client(url_of(lower), "above") == ["above 1.2.3"]


def test_index_that_says_the_same_is_not_sent_again(store, client, server, tmp_path):
    channel = a_channel(tmp_path)
    artifact = an_artifact(tmp_path / "in")
    url = f"http://127.0.0.1:{server.server_port}/{channel.name}"
    store.put([artifact], channel)
    client(url, "trips")
    store.put([artifact], channel)
    store.reindex(channel)
    server.answers.clear()
    assert client(url, "trips") == ["trips 1.2.3"]
    answers = [is_known for name, is_known in server.answers if "repodata" in name]
    assert answers
    assert all(answers)
