"""A quetz server: keys and roles, private and missing channels, answers that are lost."""

import os
import pickle
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from conda_sluice.environments.rattler import RattlerEnvironments
from conda_sluice.errors import ConflictError, DamagedError, StoreError
from conda_sluice.model.environment import ChannelSource, Unsolvable
from conda_sluice.model.names import NOARCH, Subdir
from conda_sluice.stores.quetz.settling import Settling
from factories import an_artifact
from servers import quetz_upload
from servers.quetz import running_quetz, shared_quetz, supervised
from servers.quetz_stores import a_quetz_store, damage
from servers.relay import relaying
from servers.scripted import CUT, Reply

pytestmark = pytest.mark.integration

TESTS = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def server():
    return shared_quetz()


@pytest.fixture
def store(server):
    return a_quetz_store(server.admin)


@pytest.fixture
def channel(server):
    return server.channel()


def files_in(store, channel):
    return [one.file for subdir in store.subdirs(channel) for one in store.records(channel, subdir)]


def in_front(front, channel):
    """Return the channel as clients of a server in front see it."""
    name = channel.place.rpartition("/")[2]
    return replace(channel, url=f"{front.url}/get/{name}", at=f"quetz+{front.url}/{name}")


@pytest.mark.parametrize("key", ["", "no-such-key"])
def test_wrong_key_is_told_with_where_keys_are_looked_for(server, channel, tmp_path, key):
    artifact = an_artifact(tmp_path)
    stranger = a_quetz_store(key)
    with pytest.raises(StoreError, match="asks for a key") as caught:
        stranger.put([artifact], channel)
    assert "QUETZ_API_KEY" in caught.value.remedy
    assert caught.value.where == channel.place
    assert "no-such-key" not in str(caught.value) + repr(stranger)
    assert files_in(stranger, channel) == []


def test_key_of_one_channel_does_not_open_another(server, store, channel, tmp_path):
    other = server.channel()
    scoped = a_quetz_store(server.key(**{channel.name: "maintainer"}))
    artifact = an_artifact(tmp_path)
    scoped.put([artifact], channel)
    for change in (
        lambda: scoped.put([artifact], other),
        lambda: scoped.copy([artifact.record], channel, other),
    ):
        with pytest.raises(StoreError, match=rf"write to the channel {other.name}") as caught:
            change()
        assert "role maintainer" in caught.value.remedy
    store.put([artifact], other)
    with pytest.raises(StoreError, match="403"):
        scoped.remove([artifact.record], other)
    assert files_in(store, other) == [artifact.record.file]


def test_private_channel_is_read_with_a_key_only(server, store, tmp_path):
    private = server.channel(private=True)
    artifact = an_artifact(tmp_path)
    store.put([artifact], private)
    reader = a_quetz_store(server.key(**{private.name: "member"}))
    assert files_in(reader, private) == [artifact.record.file]
    assert reader.get(artifact.record, private, tmp_path / "got").exists()
    with pytest.raises(StoreError, match="asks for a key that may read"):
        a_quetz_store().records(private, NOARCH)
    elsewhere = a_quetz_store(server.key(**{server.channel().name: "owner"}))
    with pytest.raises(StoreError, match="403") as caught:
        elsewhere.records(private, NOARCH)
    assert "role member" in caught.value.remedy


def test_channel_that_is_not_there_is_empty_and_has_to_be_made_first(server, store, tmp_path):
    missing = server.ref("nobody-made-it")
    artifact = an_artifact(tmp_path)
    assert files_in(store, missing) == []
    assert list(store.hidden(missing, NOARCH)) == []
    assert list(store.inspect(missing)) == []
    with pytest.raises(StoreError, match="there is no channel nobody-made-it") as caught:
        store.put([artifact], missing)
    assert "make it there first" in caught.value.remedy
    with pytest.raises(DamagedError):
        store.get(artifact.record, missing, tmp_path / "got")


def test_who_may_not_make_the_hidden_channel_is_told_what_to_ask_for(
    server, store, channel, tmp_path
):
    artifact = an_artifact(tmp_path)
    store.put([artifact], channel)
    scoped = a_quetz_store(server.key(**{channel.name: "maintainer"}))
    with pytest.raises(StoreError, match=f"{channel.name}-hidden") as caught:
        scoped.hide([artifact.record], channel)
    assert "not private" in caught.value.remedy
    assert files_in(store, channel) == [artifact.record.file]
    server.channel(f"{channel.name}-hidden")
    both = {channel.name: "maintainer", f"{channel.name}-hidden": "maintainer"}
    allowed = a_quetz_store(server.key(**both))
    allowed.hide([artifact.record], channel)
    assert files_in(store, channel) == []
    assert list(allowed.hidden(channel, NOARCH)) == [artifact.record]


def test_what_a_private_channel_hides_stays_private(server, store, tmp_path):
    private = server.channel(private=True)
    artifact = an_artifact(tmp_path)
    store.put([artifact], private)
    store.hide([artifact.record], private)
    with pytest.raises(StoreError, match="asks for a key"):
        a_quetz_store().hidden(private, NOARCH)


def test_move_that_was_broken_off_is_brought_to_its_end(server, store, channel, tmp_path):
    artifact = an_artifact(tmp_path)
    store.put([artifact], channel)
    store.put([artifact], server.channel(f"{channel.name}-hidden"))
    assert files_in(store, channel) == [artifact.record.file]
    assert list(store.hidden(channel, NOARCH)) == []
    (flaw,) = store.inspect(channel)
    assert flaw.kind == "stray-file"
    store.show([artifact.record], channel)
    assert list(store.inspect(channel)) == []
    assert files_in(store, channel) == [artifact.record.file]


def test_eight_processes_upload_at_once(server, store, channel, tmp_path):
    artifacts = [an_artifact(tmp_path, f"p{number}") for number in range(8)]
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "QUETZ_API_KEY": server.admin,
    }
    shared = an_artifact(tmp_path, "shared")
    command = [sys.executable, quetz_upload.__file__, channel.url, channel.place, shared.path]
    running = [
        subprocess.Popen([*command, one.path], env=environ, stderr=subprocess.PIPE)
        for one in artifacts
    ]
    assert [one.communicate(timeout=120)[1] for one in running] == [b""] * 8
    assert files_in(store, channel) == [one.record.file for one in (*artifacts, shared)]
    assert list(store.inspect(channel)) == []


def test_two_writers_of_one_name_do_not_overwrite_each_other(server, store, channel, tmp_path):
    ours, theirs = an_artifact(tmp_path / "a", text="ours"), an_artifact(tmp_path / "b", text="x")

    def meddle(asked, ask):
        if asked.method == "POST":  # somebody is faster, after we have looked
            store.put([theirs], channel)
        return ask()

    with relaying(server.url, meddle) as front, pytest.raises(ConflictError):
        store.put([ours], in_front(front, channel))
    assert list(store.records(channel, NOARCH)) == [theirs.record]


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_answer_that_is_lost_is_no_error_and_no_double(server, store, channel, tmp_path, method):
    artifact = an_artifact(tmp_path)
    lost = []

    def meddle(asked, ask):
        reply = ask()
        if asked.method == method and not lost:
            lost.append(reply)
            return CUT
        return reply

    with relaying(server.url, meddle) as front:
        store.put([artifact], in_front(front, channel))
        assert files_in(store, channel) == [artifact.record.file]
        store.remove([artifact.record], in_front(front, channel))
    assert files_in(store, channel) == []
    assert [reply.status for reply in lost] == [201 if method == "POST" else 200]


def test_torn_batch_is_taken_back(server, store, channel, tmp_path):
    batch = [an_artifact(tmp_path, name) for name in ("a", "b", "c")]

    def meddle(asked, ask):
        is_look = asked.method == "GET" and "/versions/noarch/b-" in asked.path
        return Reply(507) if is_look else ask()

    with relaying(server.url, meddle) as front, pytest.raises(StoreError, match="507"):
        store.put(batch, in_front(front, channel))
    assert files_in(store, channel) == []


def test_small_packages_are_sent_together(server, store, channel, tmp_path):
    batch = [an_artifact(tmp_path, f"p{number}") for number in range(30)]
    posts = []

    def meddle(asked, ask):
        posts.extend([asked.path.rpartition(channel.name)[2]] if asked.method == "POST" else [])
        return ask()

    with relaying(server.url, meddle) as front:
        store.put(batch, in_front(front, channel))
    assert posts == ["/files/", "/files/"]
    assert files_in(store, channel) == sorted(one.record.file for one in batch)
    assert list(store.inspect(channel)) == []


def test_what_did_not_arrive_with_the_others_is_sent_alone(server, store, channel, tmp_path):
    batch = [an_artifact(tmp_path, name) for name in ("a", "b", "c")]

    def meddle(asked, ask):
        is_together = asked.method == "POST" and asked.path.endswith("/files/")
        return Reply(409, b'{"detail": "Duplicate"}') if is_together else ask()

    with relaying(server.url, meddle) as front:
        store.put(batch, in_front(front, channel))
    assert files_in(store, channel) == [one.record.file for one in batch]


def test_file_that_changed_is_not_sent_with_the_others(store, channel, tmp_path):
    batch = [an_artifact(tmp_path, name) for name in ("a", "b", "c")]
    batch[1].path.write_bytes(an_artifact(tmp_path / "other", "b", text="other").path.read_bytes())
    with pytest.raises(DamagedError):
        store.put(batch, channel)
    assert files_in(store, channel) == []


def test_file_that_the_server_lost_while_it_took_it_is_sent_again(server, store, channel, tmp_path):
    artifact = an_artifact(tmp_path)
    store.put([artifact], channel)
    server.file(channel, artifact.record.path).unlink()
    assert [flaw.kind for flaw in store.inspect(channel)] == ["missing-file"]
    with pytest.raises(DamagedError):
        store.get(artifact.record, channel, tmp_path / "got")
    looks = []

    def meddle(asked, ask):
        if "/versions/" in asked.path and not looks:  # as it was before the server broke down
            looks.append(asked)
            return Reply(404, b"{}")
        return ask()

    hasty = a_quetz_store(server.admin, settling=Settling(itself=0.05))
    with relaying(server.url, meddle) as front:
        hasty.put([artifact], in_front(front, channel))
    assert store.get(artifact.record, channel, tmp_path / "got").exists()
    assert list(store.inspect(channel)) == []


@pytest.fixture
def behind(server, store, channel, tmp_path):
    """Return two packages of which the index shows one: the older index was written later."""
    one, other = an_artifact(tmp_path, "one"), an_artifact(tmp_path, "other")
    store.put([one], channel)
    folder = server.file(channel, "noarch")
    shutil.copytree(folder, tmp_path / "older")
    store.put([other], channel)
    for path in (tmp_path / "older").glob("repodata.json*"):
        shutil.copy(path, folder)
    return one, other


def test_index_that_lacks_a_package_is_made_anew(server, store, channel, behind):
    one, other = behind
    assert files_in(store, channel) == [one.record.file]
    (flaw,) = store.inspect(channel)
    assert (flaw.kind, flaw.file) == ("stale-form", other.record.file)
    with supervised(server):
        store.reindex(channel)
    assert files_in(store, channel) == [one.record.file, other.record.file]
    assert list(store.inspect(channel)) == []


def test_server_that_does_not_index_is_told_of(server, channel, behind):
    hasty = a_quetz_store(server.admin, settling=Settling(itself=0.05, supervised=0.1))
    with pytest.raises(StoreError, match="index up to date") as caught:
        hasty.reindex(channel)
    assert "supervisor" in caught.value.remedy


def test_package_that_the_index_lacks_is_shown_once_it_is_put_again(server, channel, behind):
    one, other = behind
    store = a_quetz_store(server.admin, settling=Settling(itself=0.05))
    store.put([other], channel)
    assert files_in(store, channel) == [one.record.file, other.record.file]


def test_package_that_is_damaged_in_the_source_is_not_copied(server, store, channel, tmp_path):
    sound, damaged = an_artifact(tmp_path, "sound"), an_artifact(tmp_path, "damaged")
    store.put([sound, damaged], channel)
    damage(server, channel, damaged.record)
    target = server.channel()
    with pytest.raises(DamagedError):
        store.copy([sound.record, damaged.record], channel, target)
    assert files_in(store, target) == []


def test_packages_are_copied_to_another_server(server, channel, tmp_path):
    artifacts = [an_artifact(tmp_path, name) for name in ("a", "b")]
    with running_quetz(tmp_path / "other") as other:
        there = other.channel()
        a_quetz_store(server.admin).put(artifacts, channel)
        # the first server shows what is public to everybody, so one key is enough
        store = a_quetz_store(other.admin)
        store.copy([one.record for one in artifacts], channel, there)
        assert files_in(store, there) == [one.record.file for one in artifacts]


def test_store_comes_back_from_a_pickle(server, store, channel, tmp_path):
    artifact = an_artifact(tmp_path)
    pickle.loads(pickle.dumps(store)).put([artifact], channel)
    assert files_in(store, channel) == [artifact.record.file]
    assert server.admin not in repr(store)


def test_newer_package_is_seen_although_the_server_lets_clients_believe_the_old_index(
    store, channel, tmp_path
):
    environments = RattlerEnvironments(tmp_path / "cache")
    for version in ("1.0", "1.1", "1.2"):
        store.put([an_artifact(tmp_path, "trips", version)], channel)
        found = environments.solve(["trips"], [ChannelSource(channel.url)], Subdir("linux-64"))
        assert not isinstance(found, Unsolvable), found
        assert [one.url.rpartition("/")[2] for one in found.packages] == [
            f"trips-{version}-h0123456_0.conda"
        ]
    environments.install(found, tmp_path / "prefix")
    assert (tmp_path / "prefix" / "share" / "trips.txt").exists()


@pytest.mark.parametrize("what", ["/upload/", "/api/channels"])
def test_server_that_says_that_it_is_there_already_is_not_believed(
    server, store, channel, tmp_path, what
):
    artifact = an_artifact(tmp_path)
    lies = []

    def meddle(asked, ask):
        is_that = what in asked.path if what == "/upload/" else asked.path.endswith(what)
        if asked.method == "POST" and is_that and len(lies) < 2:
            lies.append(asked)
            return Reply(409, b'{"detail": "Duplicate"}')
        return ask()

    with relaying(server.url, meddle) as front:
        store.put([artifact], in_front(front, channel))
        assert files_in(store, channel) == [artifact.record.file]
        store.hide([artifact.record], in_front(front, channel))
    assert len(lies) == 2
    assert list(store.hidden(channel, NOARCH)) == [artifact.record]
