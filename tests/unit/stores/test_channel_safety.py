"""Channels in folders survive whatever fails, whoever dies and whoever writes at the same time.

A sample of the steps in each run; all of them, and many more deaths, in tests/soak.
"""

import errno
import json
import os
import random
import threading

import pytest

from channel_changes import (
    LINUX,
    NOARCH,
    VERBS,
    Scene,
    a_store,
    check_failure,
    check_state,
    end_of,
    kill,
)
from conda_sluice.errors import DamagedError, PackageError, StoreError, UsageError
from conda_sluice.stores.directory.store import DirectoryStore
from factories import a_channel, a_record, an_artifact

SAMPLE = 6


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    made = Scene(tmp_path_factory.mktemp("scene"))
    made.prepare()
    return made


@pytest.fixture(scope="module")
def ends(scene):
    """Return for each verb what is seen behind it, and how many steps it takes."""
    return {verb: end_of(scene, verb) for verb in VERBS}


def some_of(steps, verb):
    return sorted(random.Random(verb).sample(range(1, steps + 1), min(SAMPLE, steps)))


@pytest.mark.parametrize("verb", VERBS)
def test_change_that_fails_leaves_each_subdir_old_or_new(scene, ends, verb):
    end, steps = ends[verb]
    for number in some_of(steps, verb):
        check_failure(scene, verb, number, end)


@pytest.mark.parametrize("verb", VERBS)
def test_change_that_is_killed_leaves_each_subdir_old_or_new(scene, ends, verb):
    end, steps = ends[verb]
    numbers = some_of(steps, f"{verb} killed")
    kill(scene, verb, numbers)
    for number in numbers:
        check_state(scene, scene.channel(f"{verb}-{number}"), verb, end)


def test_another_change_than_the_one_that_died_tidies_up_too(scene, ends):
    _, steps = ends["put"]
    numbers = range(8, steps, 9)
    kill(scene, "put", numbers)
    for number in numbers:
        channel = scene.channel(f"put-{number}")
        other = an_artifact(scene.folder / "other", "other")
        a_store().put([other], channel)
        for subdir in (NOARCH, LINUX):
            a_store().put([an_artifact(scene.folder / "o", "o", subdir=subdir)], channel)
        assert list(a_store().inspect(channel)) == []
        assert not list((scene.folder / channel.name).rglob("*.tmp"))


def test_readers_see_whole_indexes_while_many_write(tmp_path):
    channel = a_channel(tmp_path)
    artifacts = [an_artifact(tmp_path / "in", f"p{number}") for number in range(16)]
    a_store().put([an_artifact(tmp_path / "in", "first")], channel)
    done = threading.Event()
    seen_counts = []

    def read():
        while not done.is_set():
            data = (tmp_path / "unstable" / "noarch" / "repodata.json").read_bytes()
            seen_counts.append(len(json.loads(data)["packages.conda"]))

    reader = threading.Thread(target=read)
    writers = [
        threading.Thread(target=lambda one=one: a_store().put([one], channel)) for one in artifacts
    ]
    reader.start()
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    done.set()
    reader.join()
    assert seen_counts == sorted(seen_counts)
    assert len(a_store().records(channel, NOARCH)) == 17
    assert list(a_store().inspect(channel)) == []


@pytest.mark.parametrize(
    ("subdir", "file", "error"),
    [
        ("noarch", "../../victim-1-0.conda", PackageError),
        ("noarch", "..", PackageError),
        ("noarch", "/victim-1-0.conda", PackageError),
        ("..", "victim-1-0.conda", UsageError),
        ("noarch/../..", "victim-1-0.conda", UsageError),
    ],
)
def test_name_that_climbs_out_of_the_folder_is_refused(tmp_path, subdir, file, error):
    channel, other = a_channel(tmp_path / "channels"), a_channel(tmp_path / "channels", "other")
    store = a_store()
    store.put([an_artifact(tmp_path / "in")], channel)
    victim = tmp_path / "channels" / "victim-1-0.conda"
    victim.write_bytes(b"victim")
    record = a_record("victim", subdir=subdir, file=file)
    for change in (
        lambda: store.remove([record], channel),
        lambda: store.hide([record], channel),
        lambda: store.show([record], channel),
        lambda: store.copy([record], channel, other),
        lambda: store.get(record, channel, tmp_path / "got"),
    ):
        with pytest.raises(error):
            change()
    assert victim.read_bytes() == b"victim"
    assert not (tmp_path / "channels" / "other").exists()


def test_shards_of_another_tool_do_not_hide_what_was_put_before_a_crash(tmp_path):
    """The first change of the channel by sluice dies between the index and the shards."""
    channel = a_channel(tmp_path)
    a_store().put([an_artifact(tmp_path / "in", "a")], channel)
    for path in (tmp_path / "unstable" / ".sluice").glob("*.json"):
        path.unlink()
    shards = tmp_path / "unstable" / "noarch" / "repodata_shards.msgpack.zst"
    old = shards.read_bytes()
    a_store().put([an_artifact(tmp_path / "in", "b")], channel)
    (tmp_path / "unstable" / ".sluice" / "noarch.index.json").unlink()
    shards.write_bytes(old)
    (tmp_path / "unstable" / ".sluice" / "unfinished").write_bytes(b"[]")
    a_store().put([an_artifact(tmp_path / "in", "c", subdir="linux-64")], channel)
    assert list(a_store().inspect(channel)) == []
    assert shards.read_bytes() != old


def test_package_of_a_change_that_failed_goes_also_from_a_channel_edited_by_hand(
    tmp_path, monkeypatch
):
    channel = a_channel(tmp_path)
    a_store().put([an_artifact(tmp_path / "in")], channel)
    index = tmp_path / "unstable" / "noarch" / "repodata.json"
    index.write_bytes(index.read_bytes() + b"\n")
    replace = os.replace

    def refuse_index(source, target):
        if target.name == "repodata.json":
            raise OSError(errno.EIO, "Input/output error")
        replace(source, target)

    new = an_artifact(tmp_path / "in", "new")
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", refuse_index)
        with pytest.raises(StoreError):
            a_store().put([new], channel)
    assert not (tmp_path / "unstable" / new.record.path).exists()
    assert list(a_store().inspect(channel)) == []


def test_mark_that_names_other_files_removes_none(tmp_path):
    channel = a_channel(tmp_path)
    a_store().put([an_artifact(tmp_path / "in")], channel)
    victim = tmp_path / "victim-1-0.conda"
    victim.write_bytes(b"victim")
    mark = tmp_path / "unstable" / ".sluice" / "unfinished"
    names = ["../victim-1-0.conda", "noarch/../../victim-1-0.conda", 1, "noarch/repodata.json"]
    mark.write_text(json.dumps(names))
    a_store().put([an_artifact(tmp_path / "in", "b")], channel)
    assert victim.exists()
    assert list(a_store().inspect(channel)) == []


def test_edit_by_hand_is_seen_whatever_the_clock_says(tmp_path):
    """Same size, same inode, same time of modification."""
    channel, store = a_channel(tmp_path), a_store()
    store.put([an_artifact(tmp_path / "in", "a", license="MIT")], channel)
    before = store.state(channel)
    path = tmp_path / "unstable" / "noarch" / "repodata.json"
    status = path.stat()
    with path.open("r+b") as file:
        data = file.read()
        file.seek(0)
        file.write(data.replace(b'"MIT"', b'"X11"'))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert path.stat().st_size == status.st_size
    assert store.state(channel) != before
    assert [record.license for record in store.records(channel, NOARCH)] == ["X11"]
    store.put([an_artifact(tmp_path / "in", "b", license="MIT")], channel)
    assert [record.license for record in DirectoryStore().records(channel, NOARCH)] == [
        "X11",
        "MIT",
    ]


def test_package_edited_by_hand_is_not_taken_for_the_one_that_was_verified(tmp_path):
    channel, store = a_channel(tmp_path), a_store()
    artifact = an_artifact(tmp_path / "in")
    store.put([artifact], channel)
    path = tmp_path / "unstable" / artifact.record.path
    status = path.stat()
    with path.open("r+b") as file:
        file.seek(40)
        file.write(b"?")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    with pytest.raises(DamagedError, match="sha256"):
        store.copy([artifact.record], channel, a_channel(tmp_path, "testing"))


@pytest.mark.parametrize("verb", ["put", "copy", "hide", "show", "relate", "reindex", "remove"])
def test_change_that_changes_nothing_writes_nothing_that_clients_read(scene, verb):
    channel = scene.copy_of_start(f"again-{verb}")
    VERBS[verb](scene, channel, a_store())
    before = clients_view(scene.folder / channel.name)
    VERBS[verb](scene, channel, a_store())
    assert clients_view(scene.folder / channel.name) == before


def clients_view(folder):
    return {
        path: (path.stat().st_mtime_ns, path.stat().st_ino, path.stat().st_size)
        for path in folder.rglob("*")
        if path.is_file() and path.parent.name != ".sluice"
    }


def test_shards_stay_for_readers_of_an_old_index_and_go_later(tmp_path):
    channel, now = a_channel(tmp_path), [1_000_000.0]
    store = DirectoryStore(shards_from=1, clock=lambda: now[0])
    shards = tmp_path / "unstable" / "noarch" / "shards"
    store.put([an_artifact(tmp_path / "in", "a", "1.0")], channel)
    (first,) = shards.iterdir()
    store.put([an_artifact(tmp_path / "in", "a", "2.0")], channel)
    now[0] -= 50_000
    store.put([an_artifact(tmp_path / "in", "b")], channel)
    now[0] += 50_000 + 23 * 3600
    store.put([an_artifact(tmp_path / "in", "c")], channel)
    assert first.exists()
    now[0] += 2 * 3600
    store.put([an_artifact(tmp_path / "in", "d")], channel)
    assert not first.exists()
    assert len(list(shards.iterdir())) == 4
    assert list(store.inspect(channel)) == []
