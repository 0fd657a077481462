"""What a look at a channel finds, and what a full index repairs and what it does not."""

import json
import shutil
from pathlib import Path

import pytest

from conda_sluice.errors import DamagedError
from conda_sluice.model.names import Subdir
from conda_sluice.stores.directory.store import DirectoryStore
from factories import a_channel, an_artifact

NOARCH, LINUX = Subdir("noarch"), Subdir("linux-64")


@pytest.fixture
def store():
    return DirectoryStore(shards_from=1)


@pytest.fixture
def artifacts(tmp_path):
    return [
        an_artifact(tmp_path / "in", "a"),
        an_artifact(tmp_path / "in", "h"),
        an_artifact(tmp_path / "in", "b", subdir="linux-64"),
    ]


@pytest.fixture
def channel(store, artifacts, tmp_path):
    """Return a channel of three packages, `h` hidden, that stands below another."""
    made = a_channel(tmp_path)
    store.put(artifacts, made)
    store.relate(made, a_channel(tmp_path, "testing"))
    store.hide([artifacts[1].record], made)
    return made


@pytest.fixture
def folder(channel):
    return Path(channel.url.removeprefix("file://")) / "noarch"


def flaws(store, channel):
    return [(flaw.kind.value, flaw.subdir, flaw.file) for flaw in store.inspect(channel)]


def edited(folder, change):
    path = folder / "repodata.json"
    document = json.loads(path.read_bytes())
    change(document["packages.conda"])
    path.write_text(json.dumps(document))


def test_file_that_is_missing_is_found_and_not_forgotten(store, channel, folder, artifacts):
    file = artifacts[0].record.file
    (folder / file).unlink()
    assert flaws(store, channel) == [("missing-file", NOARCH, file)]
    before = store.state(channel)
    with pytest.raises(DamagedError, match=file) as caught:
        store.reindex(channel)
    assert caught.value.remedy
    assert store.state(channel) == before
    store.remove([artifacts[0].record], channel)
    assert flaws(store, channel) == []


def test_hidden_file_that_is_missing_is_found(store, channel, folder, artifacts):
    (folder / artifacts[1].record.file).unlink()
    assert flaws(store, channel) == [("missing-file", NOARCH, artifacts[1].record.file)]


def test_file_that_is_cut_off_is_found(store, channel, folder, artifacts):
    path = folder / artifacts[0].record.file
    path.write_bytes(path.read_bytes()[:-1])
    assert flaws(store, channel) == [("wrong-size", NOARCH, path.name)]
    with pytest.raises(DamagedError, match=path.name):
        store.reindex(channel)


@pytest.mark.parametrize(("key", "value"), [("sha256", "0" * 64), ("md5", "0" * 32)])
def test_wrong_hash_in_the_index_is_found_and_not_believed(
    store, channel, folder, artifacts, *, tmp_path, key, value
):
    file = artifacts[0].record.file
    edited(folder, lambda entries: entries[file].update({key: value}))
    assert ("wrong-hash", NOARCH, file) in flaws(store, channel)
    (record,) = store.records(channel, NOARCH)
    for change in (
        lambda: store.reindex(channel),
        lambda: store.copy([record], channel, a_channel(tmp_path, "testing")),
        lambda: store.get(record, channel, tmp_path / "got"),
    ):
        with pytest.raises(DamagedError):
            change()


def test_record_that_disagrees_with_its_package_is_found_and_repaired(
    store, channel, folder, artifacts
):
    file = artifacts[0].record.file
    edited(folder, lambda entries: entries[file].update(depends=["evil"]))
    (found, *_) = [one for one in store.inspect(channel) if one.file == file]
    assert found.kind == "record-disagrees-with-package"
    assert "depends" in found.text
    store.reindex(channel)
    assert flaws(store, channel) == []
    assert list(store.records(channel, NOARCH)) == [artifacts[0].record]


def test_stray_package_is_found_and_not_taken_in(store, channel, folder, tmp_path):
    stray = an_artifact(folder, "stray")
    assert flaws(store, channel) == [("stray-file", NOARCH, stray.record.file)]
    store.reindex(channel)
    assert flaws(store, channel) == [("stray-file", NOARCH, stray.record.file)]


@pytest.mark.parametrize("damage", ["cut", "gone", "list"])
def test_index_that_cannot_be_read_is_made_from_the_files(
    store, channel, folder, artifacts, damage
):
    path = folder / "repodata.json"
    intact = path.read_bytes()
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(intact[: len(intact) // 2] if damage == "cut" else b"[]")
    assert flaws(store, channel) == [("broken-index", NOARCH, "repodata.json")]
    store.reindex(channel)
    assert path.read_bytes() == intact
    assert flaws(store, channel) == []
    assert list(store.hidden(channel, NOARCH)) == [artifacts[1].record]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("repodata.json.zst", b"old"),
        ("repodata_shards.msgpack.zst", b"old"),
        ("current_repodata.json", b"{}"),
        ("shard", b"old"),
        ("shard", None),
    ],
)
def test_form_that_says_something_else_is_found_and_repaired(store, channel, folder, name, content):
    path = next((folder / "shards").iterdir()) if name == "shard" else folder / name
    if name == "shard":
        named = set(flaws(store, channel))
        assert named == set()
        store.put([an_artifact(folder.parent.parent / "in", "late")], channel)
        path = max((folder / "shards").iterdir(), key=lambda one: one.stat().st_mtime_ns)
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)
    kinds = {kind for kind, _, _ in flaws(store, channel)}
    assert kinds == {"stale-form"}
    store.reindex(channel)
    assert flaws(store, channel) == []


def test_nothing_is_put_into_a_subdir_whose_index_is_gone(store, channel, folder, tmp_path):
    (folder / "repodata.json").unlink()
    for change in (
        lambda: store.put([an_artifact(tmp_path / "in", "new")], channel),
        lambda: store.records(channel, NOARCH),
        lambda: store.hidden(channel, NOARCH),
    ):
        with pytest.raises(DamagedError, match=r"repodata\.json"):
            change()
    assert not (folder / "repodata.json").exists()


def test_subdir_that_was_deleted_by_hand_is_empty_after_a_full_index(store, channel, folder):
    shutil.rmtree(folder)
    store.reindex(channel)
    assert flaws(store, channel) == []
    assert list(store.subdirs(channel)) == [LINUX]


def test_looking_changes_nothing(store, channel, folder):
    def everything():
        return {
            path: (path.stat().st_mtime_ns, path.stat().st_ctime_ns)
            for path in folder.parent.rglob("*")
        }

    before = everything()
    list(store.inspect(channel))
    assert everything() == before


def test_full_index_keeps_the_relation(store, channel, folder):
    before = json.loads((folder / "repodata.json").read_bytes())["info"]
    store.reindex(channel)
    assert json.loads((folder / "repodata.json").read_bytes())["info"] == before
