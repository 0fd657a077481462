"""Indexes as clients read them."""

import json

import pytest
import zstandard

from conda_sluice.effects.http.client import HttpClient
from conda_sluice.effects.http.patience import Patience
from conda_sluice.errors import DamagedError, StoreError
from conda_sluice.model.credential import Secret
from conda_sluice.model.names import Subdir
from conda_sluice.stores.anaconda.access import Access
from conda_sluice.stores.anaconda.place import Place
from conda_sluice.stores.anaconda.reading import ChannelReader
from factories import an_index
from servers.scripted import Reply, scripted

NOARCH = Subdir("noarch")
DEV = Place("lab", "dev")
TOKEN = "tk-never/shown"
FILE = "trips-1.2.3-h0123456_0.conda"
PATH = f"noarch/{FILE}"
GONE = Reply(404)


def an_answer(*, is_packed=False, etag="", sha256="a" * 64):
    entry = {**an_index(), "sha256": sha256, "md5": "b" * 32, "size": 3}
    data = json.dumps({"info": {"subdir": "noarch"}, "packages.conda": {FILE: entry}}).encode()
    body = zstandard.compress(data) if is_packed else data
    return Reply(200, body, {"ETag": etag} if etag else {})


def read(replies, times=1, token="", how="records"):
    """Return what was read last, and what was asked."""
    with scripted(replies) as server:
        client = HttpClient(patience=Patience(tries=1))
        reader = ChannelReader(server.url, Access(Secret(token), "a test"), client)
        found = [getattr(reader, how)(DEV, NOARCH) for _ in range(times)]
        return found[-1], server.asked


def paths(asked):
    return [one.path for one in asked]


def test_packed_index_is_read_first_because_clients_do():
    records, asked = read([an_answer(is_packed=True)])
    assert list(records) == [PATH]
    assert paths(asked) == ["/lab/label/dev/noarch/repodata.json.zst"]
    assert asked[0].headers["cache-control"] == "no-cache"


def test_server_without_packed_indexes_is_asked_for_one_once():
    records, asked = read([GONE, an_answer(), an_answer()], times=2)
    assert list(records) == [PATH]
    assert [path.rpartition("/")[2] for path in paths(asked)] == [
        "repodata.json.zst",
        "repodata.json",
        "repodata.json",
    ]


def test_channel_that_does_not_exist_is_empty():
    assert read([GONE, GONE])[0] == {}


def test_index_that_did_not_change_does_not_come_again():
    records, asked = read([an_answer(is_packed=True, etag='"one"'), Reply(304)], times=2)
    assert list(records) == [PATH]
    assert "if-none-match" not in asked[0].headers
    assert asked[1].headers["if-none-match"] == '"one"'


def test_token_goes_into_the_path_and_into_no_error():
    _, asked = read([an_answer(is_packed=True)], token=TOKEN)
    assert paths(asked) == ["/t/tk-never%2Fshown/lab/label/dev/noarch/repodata.json.zst"]
    for reply in (Reply(503), Reply(401), Reply(200, b"no zst")):
        with pytest.raises((StoreError, DamagedError)) as caught:
            read([reply], token=TOKEN)
        assert "never" not in str(caught.value)
        assert "/lab/label/dev/noarch/repodata.json.zst" in str(caught.value)
        assert caught.value.__cause__ is None or "never" not in str(caught.value.__cause__)


def test_what_nobody_may_read_openly_is_none_and_not_empty():
    assert read([Reply(401)], how="open_records")[0] is None
    assert read([Reply(403)], token=TOKEN, how="open_records")[0] is None
    _, asked = read([GONE, GONE], token=TOKEN, how="open_records")
    assert not any("/t/" in path for path in paths(asked))


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b'{"packages": []}'])
def test_index_that_is_none_is_damage(body):
    with pytest.raises(DamagedError):
        read([GONE, Reply(200, body)])


def test_index_that_unpacks_without_end_is_refused(monkeypatch):
    monkeypatch.setattr("conda_sluice.stores.anaconda.reading._LIMIT", 1 << 20)
    with pytest.raises(DamagedError, match="unpacks to more"):
        read([Reply(200, zstandard.compress(b"0" * (3 << 20)))])
