"""Channels on a web server: read fresh and whole, taken up where it broke off, never changed."""

import bz2
import json
import os
import pickle

import msgpack
import pytest
import zstandard

from conda_sluice.effects.credentials import Credentials
from conda_sluice.effects.files import sha256_of
from conda_sluice.effects.http.answers import Answer
from conda_sluice.effects.http.patience import Patience
from conda_sluice.errors import DamagedError, MissingFileError, StoreError, UsageError
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.credential import Secret, Token, TokenKind
from conda_sluice.model.flaw import FlawKind
from conda_sluice.model.names import PackageName, Subdir
from conda_sluice.stores.directory.store import DirectoryStore
from conda_sluice.stores.http.index_files import IndexFiles
from conda_sluice.stores.http.store import HttpStore
from factories import an_artifact
from servers.static import Login, static_server

NOARCH, LINUX = Subdir("noarch"), Subdir("linux-64")
PLANTED = "pl4nted-s3cret-value"
HURRY = Patience(tries=3, first_wait=0.001, longest_wait=0.01)
IMPATIENT = Patience(tries=1)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "www"


@pytest.fixture
def here(folder):
    """The channel as the folder that is shown."""
    return ChannelRef("here", (folder / "chan").as_uri())


@pytest.fixture
def artifacts(tmp_path, here):
    made = [
        an_artifact(tmp_path / "files", "base", text=os.urandom(1_000_000).hex()),
        an_artifact(tmp_path / "files", "old", extension=".tar.bz2"),
        an_artifact(tmp_path / "files", "native", subdir="linux-64", about={"home": "x"}),
    ]
    DirectoryStore().put(made, here)
    return made


@pytest.fixture
def server(folder, artifacts):
    with static_server(folder) as running:
        yield running


@pytest.fixture
def channel(server):
    return ChannelRef("chan", f"{server.url}/chan")


def opened(tmp_path, patience=HURRY, **more):
    nobody = Credentials({}, tmp_path / "home", ask_keyring=lambda _host: None)
    given = {"patience": patience, "find_credentials": lambda: nobody, **more}
    return HttpStore(tmp_path / "cache", **given)


@pytest.fixture
def store(tmp_path):
    return opened(tmp_path)


def test_channel_is_read_as_the_folder_behind_it(store, channel, here):
    directory = DirectoryStore()
    assert store.subdirs(channel) == directory.subdirs(here) == (LINUX, NOARCH)
    for subdir in (LINUX, NOARCH):
        assert store.records(channel, subdir) == tuple(directory.records(here, subdir))
        assert store.hidden(channel, subdir) == ()
    assert store.records(channel, Subdir("osx-arm64")) == ()


def test_names_choose_among_the_records(store, channel):
    found = store.records(channel, NOARCH, names={PackageName("old"), PackageName("x")})
    assert [one.name for one in found] == ["old"]


def test_channel_that_is_not_there_is_empty(store, server):
    nowhere = ChannelRef("nowhere", f"{server.url}/nowhere")
    assert store.subdirs(nowhere) == ()
    assert store.state(nowhere).digests == {}


@pytest.mark.parametrize("form", ["repodata.json.zst", "repodata.json", "repodata.json.bz2"])
def test_each_form_of_an_index_is_read(store, channel, folder, form):
    at = folder / "chan" / "noarch"
    text = (at / "repodata.json").read_bytes()
    (at / "repodata.json.bz2").write_bytes(bz2.compress(text))
    for other in {"repodata.json.zst", "repodata.json", "repodata.json.bz2"} - {form}:
        (at / other).unlink()
    assert [one.name for one in store.records(channel, NOARCH)] == ["base", "old"]


def test_index_that_is_packed_in_frames_is_read_to_its_end(store, channel, folder):
    text = (folder / "chan/noarch/repodata.json").read_bytes()
    frames = (zstandard.compress(part) for part in (text[:100], text[100:]))
    (folder / "chan/noarch/repodata.json.zst").write_bytes(b"".join(frames))
    assert [one.name for one in store.records(channel, NOARCH)] == ["base", "old"]


def test_index_that_has_not_changed_is_not_sent_again_to_the_next_process(
    tmp_path, channel, server
):
    first = opened(tmp_path).records(channel, NOARCH)
    sent = server.sent
    assert opened(tmp_path).records(channel, NOARCH) == first
    assert server.sent == sent


def test_package_that_came_a_moment_ago_is_seen(store, channel, here, tmp_path):
    before = store.state(channel)
    store.records(channel, NOARCH)
    DirectoryStore().put([an_artifact(tmp_path / "files", "new")], here)
    assert [one.name for one in store.records(channel, NOARCH)] == ["base", "new", "old"]
    assert store.state(channel) != before


def test_what_is_kept_and_damaged_is_fetched_again(store, channel, tmp_path):
    found = store.records(channel, NOARCH)
    for kept in (tmp_path / "cache" / "index").glob("*.index"):
        kept.write_bytes(b"half")
    assert opened(tmp_path).records(channel, NOARCH) == found


def test_index_is_that_of_its_tag_also_where_another_process_writes_meanwhile(tmp_path, channel):
    class Asking:
        def get(self, url, *, accept, headers):  # noqa: ARG002 - as the store asks
            if 304 not in accept:
                return Answer(url=url, status=200, headers={"etag": '"1"'}, body=b"first")
            for kept in tmp_path.glob("*.index"):
                kept.unlink()
            return Answer(url=url, status=304, headers={})

    files = IndexFiles(Asking(), tmp_path)
    assert [files.read(channel, NOARCH).body for _ in range(2)] == [b"first", b"first"]


def test_server_without_etags_is_read_each_time(tmp_path, channel, server):
    server.sends_etags = False
    assert opened(tmp_path).records(channel, NOARCH) == opened(tmp_path).records(channel, NOARCH)


def test_packages_come_whole(store, channel, artifacts, tmp_path):
    for one in artifacts:
        got = store.get(one.record, channel, tmp_path / "got")
        assert sha256_of(got) == one.record.sha256
        assert got.stat().st_mode & 0o777 == 0o644
    assert list((tmp_path / "cache" / "partial").iterdir()) == []


def test_a_package_is_asked_what_it_says_of_itself(store, channel, artifacts):
    assert store.about(artifacts[2].record, channel) == {"home": "x"}
    assert store.about(artifacts[0].record, channel) == {}


def test_package_that_is_cut_off_is_taken_up_where_it_broke(store, channel, server, artifacts):
    size = artifacts[0].record.size
    server.cuts = [size // 2, size // 4]
    got = store.get(artifacts[0].record, channel, store._cache / "got")
    assert sha256_of(got) == artifacts[0].record.sha256
    assert len(server.ranges) == 2
    assert server.sent < 1.2 * size + 10_000


def test_another_process_goes_on_where_the_first_one_ended(tmp_path, channel, server, artifacts):
    record = artifacts[0].record
    server.cuts = [record.size * 3 // 4]
    with pytest.raises(StoreError):
        opened(tmp_path, IMPATIENT).get(record, channel, tmp_path / "got")
    assert not (tmp_path / "got" / record.file).exists()
    before = server.sent
    got = opened(tmp_path, IMPATIENT).get(record, channel, tmp_path / "got")
    assert sha256_of(got) == record.sha256
    assert server.sent - before < record.size // 2


def test_rest_of_another_file_is_thrown_away(tmp_path, channel, server, artifacts):
    record = artifacts[0].record
    left = tmp_path / "cache" / "partial" / record.sha256
    left.parent.mkdir(parents=True)
    left.write_bytes(b"something else")
    got = opened(tmp_path).get(record, channel, tmp_path / "got")
    assert sha256_of(got) == record.sha256


def test_server_without_ranges_sends_a_package_anew(store, channel, server, artifacts, tmp_path):
    server.knows_ranges = False
    server.cuts = [artifacts[0].record.size // 2]
    got = store.get(artifacts[0].record, channel, tmp_path / "got")
    assert sha256_of(got) == artifacts[0].record.sha256


def test_other_file_than_the_record_describes_is_refused(
    store, channel, folder, artifacts, tmp_path
):
    record = artifacts[0].record
    (folder / "chan" / record.path).write_bytes(b"x" * record.size)
    with pytest.raises(DamagedError, match="record describes"):
        store.get(record, channel, tmp_path / "got")
    assert list((tmp_path / "got").iterdir()) == []
    assert [flaw.file for flaw in store.inspect(channel)] == [record.file]


def test_file_that_is_not_there_is_told_from_another_one(
    store, channel, folder, artifacts, tmp_path
):
    gone, other = artifacts[0].record, artifacts[1].record
    (folder / "chan" / gone.path).unlink()
    (folder / "chan" / other.path).write_bytes(b"x" * other.size)
    with pytest.raises(MissingFileError):
        store.get(gone, channel, tmp_path / "got")
    assert {(flaw.kind, flaw.file) for flaw in store.inspect(channel)} == {
        (FlawKind.MISSING_FILE, gone.file),
        (FlawKind.WRONG_HASH, other.file),
    }


def test_packages_may_lie_elsewhere_as_base_url_says(store, channel, folder, artifacts, tmp_path):
    at = folder / "chan" / "noarch"
    (at / "repodata.json.zst").unlink()
    document = json.loads((at / "repodata.json").read_bytes())
    document["info"]["base_url"] = "../../files"
    (at / "repodata.json").write_text(json.dumps(document), encoding="utf-8")
    (folder / "files").mkdir()
    record = artifacts[0].record
    (at / record.file).rename(folder / "files" / record.file)
    assert sha256_of(store.get(record, channel, tmp_path / "got")) == record.sha256


def test_index_that_is_none_is_an_error_that_names_it(store, channel, folder):
    (folder / "chan/noarch/repodata.json.zst").write_bytes(b"no")
    with pytest.raises(DamagedError, match="cannot be unpacked"):
        store.records(channel, NOARCH)
    (folder / "chan/noarch/repodata.json.zst").unlink()
    (folder / "chan/noarch/repodata.json").write_bytes(b"<html>")
    with pytest.raises(DamagedError, match="is no JSON"):
        store.records(channel, NOARCH)


@pytest.mark.parametrize(
    "entry", [None, "x", {"name": ["base"], "version": "1", "build": "0"}, {"name": None}]
)
def test_entry_that_is_none_is_named_also_where_names_are_looked_for(store, channel, folder, entry):
    at = folder / "chan" / "noarch"
    (at / "repodata.json.zst").unlink()
    (at / "repodata.json").write_text(json.dumps({"packages.conda": {"x-1-0.conda": entry}}))
    with pytest.raises(DamagedError, match=r"x-1-0\.conda"):
        store.records(channel, NOARCH)
    if not isinstance(entry, dict):
        with pytest.raises(DamagedError, match=r"x-1-0\.conda"):
            store.records(channel, NOARCH, names={PackageName("base")})
    else:
        assert store.records(channel, NOARCH, names={PackageName("base")}) == ()


def test_server_that_knows_no_head_is_read_all_the_same(store, channel, server):
    server.knows_head = False
    assert store.subdirs(channel) == (LINUX, NOARCH)
    assert len(store.records(channel, NOARCH, names={PackageName("base")})) == 1


def changes(store, channel, artifacts):
    records = [one.record for one in artifacts]
    return [
        lambda: store.put(artifacts, channel),
        lambda: store.copy(records, channel, channel),
        lambda: store.remove(records, channel),
        lambda: store.hide(records, channel),
        lambda: store.show(records, channel),
        lambda: store.reindex(channel),
        lambda: store.relate(channel, None),
    ]


def test_no_change_is_possible(store, channel, artifacts):
    assert not store.traits(channel).is_writable
    for change in changes(store, channel, artifacts):
        with pytest.raises(UsageError, match="can only be read"):
            change()


@pytest.mark.parametrize("kind", [TokenKind.BEARER, TokenKind.CONDA])
def test_private_channel_is_read_with_a_credential_and_shows_none_of_it(
    tmp_path, folder, artifacts, kind
):
    login = Login(bearer=PLANTED) if kind is TokenKind.BEARER else Login(token=PLANTED)
    token = Token(kind, Secret(PLANTED))
    one = Credentials({}, tmp_path / "home", ask_keyring=lambda _host: token)
    with static_server(folder, login) as server:
        channel = ChannelRef("chan", f"{server.url}/chan")
        store = opened(tmp_path, find_credentials=lambda: one)
        assert len(store.records(channel, NOARCH)) == 2
        store.get(artifacts[0].record, channel, tmp_path / "got")
        (folder / "chan" / artifacts[1].record.path).unlink()
        with pytest.raises(DamagedError) as raised:
            store.get(artifacts[1].record, channel, tmp_path / "got")
        assert PLANTED not in str(raised.value)
        with pytest.raises(StoreError, match="rattler auth login") as refused:
            opened(tmp_path / "other").records(channel, NOARCH)
    assert "401" in str(refused.value)


def test_mirrors_are_asked_in_turn_and_the_one_that_answers_stays(tmp_path, folder, artifacts):
    with static_server(folder) as dead, static_server(folder) as mirror:
        dead.is_down = True
        store = opened(tmp_path, mirrors=(("https://lab.invalid", (dead.url, mirror.url)),))
        channel = ChannelRef("chan", "https://lab.invalid/chan")
        assert len(store.records(channel, NOARCH)) == 2
        asked = len(dead.asked)
        assert store.get(artifacts[0].record, channel, tmp_path / "got").is_file()
        assert len(dead.asked) == asked == HURRY.tries


def test_store_travels_to_another_process(store, channel):
    plain = pickle.loads(pickle.dumps(HttpStore(store._cache)))
    assert len(plain.records(channel, NOARCH)) == 2


@pytest.fixture
def sharded(folder, here, artifacts, monkeypatch):
    """The same channel, with shards, and an index that counts as large."""
    monkeypatch.setattr("conda_sluice.stores.http.index_files.LARGE", 1)
    DirectoryStore(shards_from=1).reindex(here)
    assert (folder / "chan/noarch/repodata_shards.msgpack.zst").is_file()
    return artifacts


def test_names_are_looked_up_in_shards_where_the_index_is_large(
    sharded, store, channel, server, tmp_path
):
    found = store.records(channel, NOARCH, names={PackageName("base"), PackageName("x")})
    assert found == (sharded[0].record,)
    assert store.subdirs(channel) == (LINUX, NOARCH)
    assert sha256_of(store.get(found[0], channel, tmp_path / "got")) == found[0].sha256
    wholes = {f"GET /chan/{subdir}/repodata.json.zst" for subdir in (LINUX, NOARCH)}
    assert not wholes & set(server.asked)


def test_shard_that_is_another_one_is_refused(sharded, store, channel, folder):
    for shard in (folder / "chan/noarch/shards").iterdir():
        shard.write_bytes(b"other")
    with pytest.raises(DamagedError, match="not the shard"):
        store.records(channel, NOARCH, names={PackageName("base")})


def test_shard_of_another_name_is_refused(sharded, store, channel, folder):
    at = folder / "chan/noarch/repodata_shards.msgpack.zst"
    packed = zstandard.ZstdDecompressor().stream_reader(at.read_bytes()).read()
    told = msgpack.unpackb(packed)
    told["shards"]["base"] = told["shards"]["old"]
    at.write_bytes(zstandard.ZstdCompressor().compress(msgpack.packb(told)))
    with pytest.raises(DamagedError, match="not called base"):
        store.records(channel, NOARCH, names={PackageName("base")})


def test_index_of_shards_that_is_none_is_refused(sharded, store, channel, folder):
    (folder / "chan/noarch/repodata_shards.msgpack.zst").write_bytes(b"other")
    with pytest.raises(DamagedError, match="cannot be unpacked"):
        store.records(channel, NOARCH, names={PackageName("base")})
