"""Channels in buckets on real servers: what they look like, and what happens when things break."""

import base64
import faulthandler
import hashlib
import json
import os
import pickle
import time
import warnings
from dataclasses import replace

import pytest

from conda_sluice.effects.files import sha256_of
from conda_sluice.effects.leases import Terms
from conda_sluice.errors import (
    ChangedError,
    ConflictError,
    DamagedError,
    StoreError,
    StoreWarning,
)
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.names import Subdir
from conda_sluice.stores.directory.store import DirectoryStore
from conda_sluice.stores.s3.store import Limits
from factories import a_channel, an_artifact
from servers.s3 import ENVIRONMENT, shared_s3
from servers.s3_troubles import wire

pytestmark = pytest.mark.integration

NOARCH, LINUX = Subdir("noarch"), Subdir("linux-64")
MIB = 1 << 20


@pytest.fixture(params=["moto", "rclone"])
def place(request):
    return shared_s3(request.param)


@pytest.fixture
def moto():
    return shared_s3("moto")


@pytest.fixture
def rclone():
    return shared_s3("rclone")


def names(store, channel, subdir=NOARCH):
    assert list(store.inspect(channel)) == []
    return [record.name for record in store.records(channel, subdir)]


def left(place, channel):
    """Return the objects of a channel that are there for a while only."""
    return {
        path
        for path in place.paths(channel)
        if path.startswith(".sluice/claims/") or path == ".sluice/unfinished"
    }


def a_big_artifact(folder, name="big", size=6 * MIB):
    text = base64.b85encode(hashlib.shake_256(name.encode()).digest(size)).decode()
    return an_artifact(folder, name, text=text)


def in_folder(channel):
    folder = channel.folder
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "lock"
    }


def test_a_channel_is_laid_out_as_a_folder_is_file_for_file(place, tmp_path):
    artifacts = [an_artifact(tmp_path / "in", name) for name in ("a", "b")]
    linux = an_artifact(tmp_path / "in", "c", subdir="linux-64")
    folder, bucket = a_channel(tmp_path), place.channel(tmp_path)
    for store, channel in (
        (DirectoryStore(shards_from=1, clock=lambda: 0), folder),
        (place.store(shards_from=1, clock=lambda: 0), bucket),
    ):
        store.put([*artifacts, linux], channel)
        store.hide([artifacts[0].record], channel)
        store.relate(channel, replace(channel, url=channel.url.replace("unstable", "testing")))
    expected = in_folder(folder)
    assert place.paths(bucket) == set(expected)
    assert {path: place.read(bucket, path) for path in expected} == expected


def test_a_folder_that_is_synchronised_into_a_bucket_is_a_channel(place, tmp_path):
    folder, bucket = a_channel(tmp_path), place.channel(tmp_path)
    one, other = an_artifact(tmp_path / "in", "a"), an_artifact(tmp_path / "in", "b")
    DirectoryStore().put([one], folder)
    for path, data in in_folder(folder).items():
        place.write(bucket, path, data)
    store = place.store()
    store.put([other], bucket)
    assert names(store, bucket) == ["a", "b"]
    back = ChannelRef("back", (tmp_path / "back").as_uri())
    for path in place.paths(bucket):
        file = tmp_path / "back" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(place.read(bucket, path))
    DirectoryStore().remove([one.record], back)
    assert names(DirectoryStore(), back) == ["b"]


def test_objects_say_what_they_are_and_how_long_to_keep_them(moto, tmp_path):
    channel, store = moto.channel(tmp_path), moto.store(shards_from=1)
    artifact = an_artifact(tmp_path / "in")
    store.put([artifact], channel)
    (shard,) = [path for path in moto.paths(channel) if "/shards/" in path]
    kinds = {}
    for path in ("noarch/repodata.json", "noarch/repodata.json.zst", artifact.record.path, shard):
        bucket, key = moto.key(channel, path)
        head = moto.client.head_object(Bucket=bucket, Key=key)
        kinds[path] = head["ContentType"], head["CacheControl"]
    for_ever = "public, max-age=31536000, immutable"
    assert kinds == {
        "noarch/repodata.json": ("application/json", "no-cache"),
        "noarch/repodata.json.zst": ("application/zstd", "no-cache"),
        artifact.record.path: ("application/octet-stream", for_ever),
        shard: ("application/zstd", for_ever),
    }


def test_big_files_go_in_parts_and_come_back_whole(place, tmp_path):
    limits = Limits(part=5 * MIB, whole=5 * MIB)
    store, channel = place.store(limits=limits), place.channel(tmp_path)
    testing = place.channel(tmp_path, "testing")
    artifact = a_big_artifact(tmp_path / "in")
    assert artifact.record.size > 5 * MIB
    store.put([artifact], channel)
    store.copy([artifact.record], channel, testing)
    for one in (channel, testing):
        path = store.get(artifact.record, one, tmp_path / "got")
        assert sha256_of(path) == artifact.record.sha256


def test_download_goes_on_where_the_connection_broke(place, tmp_path):
    store, channel = place.own_store(), place.channel(tmp_path)
    artifact = a_big_artifact(tmp_path / "in", size=3 * MIB)
    store.put([artifact], channel)
    with wire(store) as line:
        line.cut = (".conda", MIB)
        path = store.get(artifact.record, channel, tmp_path / "got")
    assert sha256_of(path) == artifact.record.sha256
    assert len([url for method, url in line.asked if url.endswith(".conda")]) == 4


def test_copies_move_no_bytes_of_packages(place, tmp_path):
    store, channel = place.own_store(), place.channel(tmp_path)
    testing = place.channel(tmp_path, "testing")
    artifacts = [a_big_artifact(tmp_path / "in", f"p{number}", MIB) for number in range(8)]
    store.put(artifacts, channel)
    with wire(store) as line:
        store.copy([one.record for one in artifacts], channel, testing)
    assert len(store.records(testing, NOARCH)) == 8
    assert line.sent + line.received < MIB // 4


def test_packages_that_another_tool_uploaded_are_copied_too(moto, tmp_path):
    """Without a sha256 among what was written with them, and with an md5 that is none."""
    store, channel, testing = (
        moto.store(),
        moto.channel(tmp_path),
        moto.channel(tmp_path, "testing"),
    )
    artifact = a_big_artifact(tmp_path / "in", size=9 * MIB)
    store.put([artifact], channel)
    bucket, key = moto.key(channel, artifact.record.path)
    moto.client.upload_file(str(artifact.path), bucket, key)
    assert "-" in moto.client.head_object(Bucket=bucket, Key=key)["ETag"]
    store.copy([artifact.record], channel, testing)
    assert names(store, testing) == ["big"]


def requests_of(place, tmp_path, artifacts):
    """Return how many requests a put takes."""
    store = place.own_store()
    with wire(store) as line:
        store.put(artifacts, place.channel(tmp_path / "count"))
    return len(line.asked)


def test_a_lost_answer_is_neither_an_error_nor_a_double(place, tmp_path):
    first, *more = [an_artifact(tmp_path / "in", name) for name in ("a", "b")]
    store = place.own_store(jobs=1)
    step = 1 if place is shared_s3("rclone") else 4
    for number in range(0, requests_of(place, tmp_path, more), step):
        channel = place.channel(tmp_path / str(number))
        store.put([first], channel)
        with wire(store) as line:
            line.lost = number
            store.put(more, channel)
        assert names(store, channel) == ["a", "b"]
        assert left(place, channel) == set()


def claim_of_another_machine(store, channel):
    name = f".sluice/claims/{1:020d}-elsewhere-7-{'0' * 16}.json"
    store._bucket(channel).objects.write(name, b"{}")


def test_a_writer_whose_lock_ran_out_is_followed_by_the_next(place, tmp_path):
    terms = Terms(lease=0.5, grace=1.5)
    store, channel = place.store(limits=Limits(lock=terms)), place.channel(tmp_path)
    claim_of_another_machine(store, channel)
    start = time.monotonic()
    store.put([an_artifact(tmp_path / "in")], channel)
    assert time.monotonic() - start < 10
    assert left(place, channel) == set()


def test_who_waits_too_long_is_told_for_whom(place, tmp_path):
    terms = Terms(lease=30, timeout=0.2)
    store, channel = place.store(limits=Limits(lock=terms)), place.channel(tmp_path)
    claim_of_another_machine(store, channel)
    with pytest.raises(StoreError, match=r"another program .* \(process 7 on elsewhere") as caught:
        store.put([an_artifact(tmp_path / "in")], channel)
    assert "30 seconds" in caught.value.remedy
    assert names(store, channel) == []


def test_a_writer_who_lost_the_lock_changes_nothing(place, tmp_path):
    store, channel = place.store(), place.channel(tmp_path)
    one, other = an_artifact(tmp_path / "in", "a"), an_artifact(tmp_path / "in", "b")
    store.put([one], channel)
    before = store.state(channel)
    slow = place.own_store(limits=Limits(lock=Terms(lease=0.5)))
    with wire(slow) as line:
        line.forbidden = "/claims/"
        line.slow = (".conda", 0.6)
        with pytest.raises(StoreError, match="ran out"):
            slow.put([other], channel)
    assert store.state(channel) == before
    for path in left(place, channel):
        if "/claims/" in path:
            place.delete(channel, path)
    store.put([other], channel)
    assert names(store, channel) == ["a", "b"]


def test_the_lock_is_renewed_while_a_change_takes_long(place, tmp_path):
    store, channel = place.own_store(limits=Limits(lock=Terms(lease=0.6))), place.channel(tmp_path)
    with wire(store) as line:
        line.slow = (".conda", 2.0)
        store.put([an_artifact(tmp_path / "in")], channel)
    assert names(store, channel) == ["trips"]
    claims = [url for method, url in line.asked if method == "PUT" and "/claims/" in url]
    assert len(claims) > 3


def test_what_was_written_past_the_lock_is_kept(moto, tmp_path):
    """Only a server that honours conditions notices it."""
    store, channel = moto.own_store(), moto.channel(tmp_path)
    one, other, third = (an_artifact(tmp_path / "in", name) for name in "abc")
    store.put([one], channel)
    intruder = moto.store()
    state = store.state(channel)

    def intrude(number, artifact):
        with wire(store) as line:
            pass_on = line.pass_on

            def passing(send, request):
                if request.method == "PUT" and request.url.endswith("noarch/repodata.json"):
                    line.pass_on = pass_on
                    _past_the_lock(intruder, moto, channel, artifact)
                return pass_on(send, request)

            line.pass_on = passing
            number()

    intrude(lambda: store.put([other], channel), third)
    assert names(store, channel) == ["a", "b", "c"]
    state = store.state(channel)
    fourth, fifth = (an_artifact(tmp_path / "in", name) for name in "de")
    with pytest.raises(ChangedError):
        intrude(lambda: store.put([fourth], channel, expected=state), fifth)
    assert names(store, channel) == ["a", "b", "c", "e"]


def _past_the_lock(store, place, channel, artifact):
    """Change a channel as somebody does who does not ask for the lock."""
    held = {path for path in place.paths(channel) if "/claims/" in path}
    mark = place.read(channel, ".sluice/unfinished")
    kept = {path: place.read(channel, path) for path in held}
    for path in held:
        place.delete(channel, path)
    place.delete(channel, ".sluice/unfinished")
    store.put([artifact], channel)
    for path, data in {**kept, ".sluice/unfinished": mark}.items():
        place.write(channel, path, data)


def test_uploads_of_a_channel_below_are_left_alone_by_who_tidies_up(moto, tmp_path):
    store, channel = moto.store(), moto.channel(tmp_path)
    store.put([an_artifact(tmp_path / "in", "a")], channel)
    bucket, _ = moto.key(channel, "")
    begun = {}
    for path in ("noarch/x-1-0.conda", "below/noarch/x-1-0.conda"):
        _, key = moto.key(channel, path)
        moto.client.create_multipart_upload(Bucket=bucket, Key=key)
        begun[path] = key
    moto.write(channel, ".sluice/unfinished", b"{}")
    store.put([an_artifact(tmp_path / "in", "b")], channel)
    left = moto.client.list_multipart_uploads(Bucket=bucket)["Uploads"]
    assert [one["Key"] for one in left] == [begun["below/noarch/x-1-0.conda"]]


def test_a_file_that_the_index_does_not_name_is_never_replaced(place, tmp_path):
    store, channel = place.store(), place.channel(tmp_path)
    testing = place.channel(tmp_path, "testing")
    artifact = an_artifact(tmp_path / "in")
    store.put([artifact], testing)
    place.write(channel, artifact.record.path, b"somebody's")
    for change in (
        lambda: store.put([artifact], channel),
        lambda: store.copy([artifact.record], testing, channel),
    ):
        with pytest.raises(ConflictError, match="does not name"):
            change()
    assert list(store.records(channel, NOARCH)) == []


def test_a_server_that_ignores_conditions_is_noticed_and_told_of_once(rclone, tmp_path):
    store, channel = rclone.store(), rclone.channel(tmp_path)
    one, other = an_artifact(tmp_path / "in", "a"), an_artifact(tmp_path / "in", "b")
    with pytest.warns(StoreWarning, match="ignores conditional writes"):
        store.put([one], channel)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        store.put([other], channel)


def test_a_server_that_honours_conditions_is_not_spoken_of(moto, tmp_path):
    store, channel = moto.store(), moto.channel(tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        store.put([an_artifact(tmp_path / "in")], channel)
    assert list(store._server.honours_conditions.values()) == [True]


def test_an_index_of_another_tool_is_taken_over(place, tmp_path):
    store, channel = place.store(), place.channel(tmp_path)
    one, other = an_artifact(tmp_path / "in", "a"), an_artifact(tmp_path / "in", "b")
    store.put([one], channel)
    document = json.loads(place.read(channel, "noarch/repodata.json"))
    for entry in document["packages.conda"].values():
        del entry["sha256"]
    place.write(channel, "noarch/repodata.json", json.dumps(document, indent=1).encode())
    place.write(channel, "noarch/current_repodata.json", b"{}")
    place.delete(channel, ".sluice/noarch.index.json")
    assert list(place.store().records(channel, NOARCH)) == [one.record]
    place.store().put([other], channel)
    assert names(place.store(), channel) == ["a", "b"]
    assert "noarch/current_repodata.json" not in place.paths(channel)


def test_lost_index_is_not_forgotten_and_comes_back(place, tmp_path):
    store, channel = place.store(), place.channel(tmp_path)
    one, other = an_artifact(tmp_path / "in", "a"), an_artifact(tmp_path / "in", "b")
    store.put([one, other], channel)
    store.hide([other.record], channel)
    place.delete(channel, "noarch/repodata.json")
    with pytest.raises(DamagedError, match="not there any more"):
        store.put([an_artifact(tmp_path / "in", "c")], channel)
    assert [flaw.kind for flaw in store.inspect(channel)] == ["broken-index"]
    store.reindex(channel)
    assert names(store, channel) == ["a"]
    assert [one.name for one in store.hidden(channel, NOARCH)] == ["b"]


def test_eight_transfers_at_a_time_take_a_fraction_of_one_by_one(place, tmp_path):
    artifacts = [an_artifact(tmp_path / "in", f"p{number}") for number in range(40)]
    seconds = {}
    for jobs in (1, 8):
        store, channel = place.own_store(jobs=jobs), place.channel(tmp_path / str(jobs))
        with wire(store, delay=0.05):
            start = time.monotonic()
            store.put(artifacts, channel)
            seconds[jobs] = time.monotonic() - start
    assert seconds[1] > 2 * seconds[8]


def test_a_put_of_many_takes_few_requests_beside_those_of_its_packages(place, tmp_path):
    store, channel = place.own_store(), place.channel(tmp_path)
    store.put([an_artifact(tmp_path / "in")], channel)
    with wire(store) as line:
        store.put([an_artifact(tmp_path / "in", f"p{number}") for number in range(20)], channel)
    assert len([url for _, url in line.asked if ".conda" not in url]) < 15


def test_a_store_that_went_to_another_process_goes_on_there(moto, tmp_path, monkeypatch):
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    store, channel = moto.store(jobs=3, shards_from=1), moto.channel(tmp_path)
    artifact = an_artifact(tmp_path / "in")
    store.put([artifact], channel)
    there = pickle.loads(pickle.dumps(store))
    assert list(there.records(channel, NOARCH)) == [artifact.record]
    assert there.__reduce__() == store.__reduce__()


def test_a_store_that_was_used_goes_on_in_a_fork(moto, tmp_path, monkeypatch):
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    store, channel = moto.store(), moto.channel(tmp_path)
    one, other = an_artifact(tmp_path / "in", "a"), an_artifact(tmp_path / "in", "b")
    store.put([one], channel)
    child = os.fork()
    if child == 0:
        faulthandler.dump_traceback_later(30, exit=True)
        store.put([other], channel)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert names(store, channel) == ["a", "b"]
