"""What is special about channels in folders: the files, the index, and everything that can fail."""

import errno
import json
import os
import pickle
import random
import resource
import threading
from pathlib import Path

import pytest
import zstandard

from conda_sluice.effects.files import sha256_of
from conda_sluice.errors import ConflictError, DamagedError, StoreError, UsageError
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.names import Subdir
from conda_sluice.stores.directory.store import DirectoryStore
from factories import a_channel, an_artifact, an_index

NOARCH, LINUX = Subdir("noarch"), Subdir("linux-64")


@pytest.fixture
def store():
    return DirectoryStore()


@pytest.fixture
def unstable(tmp_path):
    return a_channel(tmp_path / "channels")


@pytest.fixture
def testing(tmp_path):
    return a_channel(tmp_path / "channels", "testing")


def folder_of(channel):
    return Path(channel.url.removeprefix("file://"))


def index_of(channel, subdir="noarch"):
    return json.loads((folder_of(channel) / subdir / "repodata.json").read_bytes())


def contents(folder):
    """Return every file below a folder with its bytes, but for the lock."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.parent.name != ".sluice"
    }


def a_foreign_channel(channel, tmp_path, **more):
    """Make a channel as another tool would: an entry without sha256, keys of its own."""
    artifact = an_artifact(tmp_path / "foreign", "old")
    folder = folder_of(channel) / "noarch"
    folder.mkdir(parents=True)
    (folder / artifact.path.name).write_bytes(artifact.path.read_bytes())
    entry = {**an_index("old"), "md5": artifact.record.md5, "size": artifact.record.size}
    document = {"info": {"by": "hand"}, "packages.conda": {artifact.path.name: entry}, "x": 1}
    (folder / "repodata.json").write_text(json.dumps({**document, **more}, indent=2))
    return artifact


def test_channel_is_laid_out_as_conda_expects(store, unstable, tmp_path):
    store.put([an_artifact(tmp_path, subdir="linux-64")], unstable)
    assert sorted(contents(folder_of(unstable))) == [
        "linux-64/repodata.json",
        "linux-64/repodata.json.zst",
        "linux-64/trips-1.2.3-h0123456_0.conda",
        "noarch/repodata.json",
        "noarch/repodata.json.zst",
    ]


def test_entry_carries_all_that_the_package_says_and_its_checksums(store, unstable, tmp_path):
    record = an_artifact(tmp_path, track_features="mkl").record
    store.put([an_artifact(tmp_path, track_features="mkl")], unstable)
    assert index_of(unstable)["packages.conda"][record.file] == an_index(track_features="mkl") | {
        "md5": record.md5,
        "sha256": record.sha256,
        "size": record.size,
    }


def test_copied_entry_keeps_keys_that_sluice_does_not_know(store, unstable, testing, tmp_path):
    artifact = an_artifact(tmp_path, track_features="mkl")
    store.put([artifact], unstable)
    store.copy([artifact.record], unstable, testing)
    assert index_of(testing) == index_of(unstable)


def test_both_forms_of_the_index_say_the_same(store, unstable, tmp_path):
    store.put([an_artifact(tmp_path)], unstable)
    folder = folder_of(unstable) / "noarch"
    packed = (folder / "repodata.json.zst").read_bytes()
    assert zstandard.decompress(packed) == (folder / "repodata.json").read_bytes()


def test_published_files_can_be_read_by_everybody(store, unstable, tmp_path):
    artifact = an_artifact(tmp_path)
    artifact.path.chmod(0o600)
    store.put([artifact], unstable)
    modes = {
        path.stat().st_mode & 0o777
        for path in folder_of(unstable).rglob("*")
        if path.is_file() and path.name != "lock"
    }
    assert modes == {0o644}


def test_copy_takes_no_space_where_hard_links_are_possible(store, unstable, testing, tmp_path):
    artifact = an_artifact(tmp_path)
    store.put([artifact], unstable)
    store.copy([artifact.record], unstable, testing)
    path = artifact.record.path
    assert (folder_of(unstable) / path).samefile(folder_of(testing) / path)
    index = "noarch/repodata.json"
    assert not (folder_of(unstable) / index).samefile(folder_of(testing) / index)


def test_copy_without_hard_links_copies_the_bytes(store, unstable, testing, tmp_path, monkeypatch):
    artifact = an_artifact(tmp_path)
    store.put([artifact], unstable)

    def fail(*args, **kwargs):
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", fail)
    store.copy([artifact.record], unstable, testing)
    path = artifact.record.path
    assert sha256_of(folder_of(testing) / path) == artifact.record.sha256
    assert not (folder_of(unstable) / path).samefile(folder_of(testing) / path)


def test_adding_reads_no_other_package(store, unstable, tmp_path):
    artifact = an_artifact(tmp_path)
    store.put([artifact], unstable)
    (folder_of(unstable) / artifact.record.path).unlink()
    store.put([an_artifact(tmp_path, "other")], unstable)
    assert len(store.records(unstable, NOARCH)) == 2


def test_change_by_another_process_is_seen(store, unstable, tmp_path):
    assert list(store.records(unstable, NOARCH)) == []
    DirectoryStore().put([an_artifact(tmp_path, "a")], unstable)
    assert len(store.records(unstable, NOARCH)) == 1
    DirectoryStore().put([an_artifact(tmp_path, "b")], unstable)
    assert len(store.records(unstable, NOARCH)) == 2


def test_channel_of_another_tool_is_a_channel(store, unstable, testing, tmp_path):
    artifact = a_foreign_channel(unstable, tmp_path)
    (record,) = store.records(unstable, NOARCH)
    assert record.sha256 == artifact.record.sha256
    store.copy([record], unstable, testing)
    assert index_of(testing)["packages.conda"][record.file]["sha256"] == record.sha256
    assert list(store.records(testing, NOARCH)) == [record]


def test_index_of_another_tool_keeps_its_keys(store, unstable, tmp_path):
    a_foreign_channel(unstable, tmp_path)
    store.put([an_artifact(tmp_path)], unstable)
    index = index_of(unstable)
    assert index["info"] == {"by": "hand", "subdir": "noarch"}
    assert index["x"] == 1
    assert len(index["packages.conda"]) == 2


def test_forms_of_the_index_that_would_hide_the_new_one_go(store, unstable, tmp_path):
    a_foreign_channel(unstable, tmp_path)
    folder = folder_of(unstable) / "noarch"
    (folder / "repodata_shards.msgpack.zst").write_bytes(b"old")
    (folder / "current_repodata.json").write_bytes(b"old")
    store.put([an_artifact(tmp_path)], unstable)
    assert {path.name for path in folder.iterdir() if path.suffix in {".json", ".zst"}} == {
        "repodata.json",
        "repodata.json.zst",
    }


def test_same_file_again_leaves_the_index_of_another_tool_alone(store, unstable, tmp_path):
    artifact = a_foreign_channel(unstable, tmp_path)
    before = contents(folder_of(unstable))
    store.put([artifact], unstable)
    assert contents(folder_of(unstable)) == before


def test_file_that_the_index_does_not_name_is_no_package(store, unstable, tmp_path):
    store.put([an_artifact(tmp_path, "a")], unstable)
    an_artifact(folder_of(unstable) / "noarch", "b")
    an_artifact(folder_of(unstable) / "osx-64", "c")
    assert [record.name for record in store.records(unstable, NOARCH)] == ["a"]
    assert list(store.subdirs(unstable)) == [NOARCH]


def test_package_left_behind_by_a_crash_can_be_put(store, unstable, tmp_path):
    artifact = an_artifact(tmp_path)
    left = folder_of(unstable) / artifact.record.path
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half a package")
    store.put([artifact], unstable)
    assert sha256_of(left) == artifact.record.sha256


def test_temporary_files_of_a_crash_go_with_the_next_change(store, unstable, tmp_path):
    store.put([an_artifact(tmp_path, "a")], unstable)
    stray = folder_of(unstable) / "noarch" / ".sluice-0123456789abcdef.tmp"
    stray.write_bytes(b"half")
    (folder_of(unstable) / ".sluice" / "unfinished").write_bytes(b"[]")
    store.put([an_artifact(tmp_path, "b")], unstable)
    assert not stray.exists()


@pytest.mark.parametrize("remembered", [None, b"", b"{}", b'{"version": 1, "sha256": 1}'])
def test_packed_index_left_behind_by_a_crash_is_renewed(store, unstable, tmp_path, remembered):
    artifact = an_artifact(tmp_path)
    store.put([artifact], unstable)
    folder = folder_of(unstable) / "noarch"
    (folder / "repodata.json.zst").write_bytes(zstandard.compress(b"{}"))
    bookmark = folder_of(unstable) / ".sluice" / "noarch.index.json"
    bookmark.unlink()
    if remembered is not None:
        bookmark.write_bytes(remembered)
    store.put([artifact], unstable)
    packed = (folder / "repodata.json.zst").read_bytes()
    assert zstandard.decompress(packed) == (folder / "repodata.json").read_bytes()


def test_file_deleted_by_hand_is_named(store, unstable, testing, tmp_path):
    artifact = an_artifact(tmp_path)
    store.put([artifact], unstable)
    (folder_of(unstable) / artifact.record.path).unlink()
    with pytest.raises(DamagedError, match=artifact.record.path):
        store.get(artifact.record, unstable, tmp_path / "got")
    with pytest.raises(DamagedError, match=artifact.record.path):
        store.copy([artifact.record], unstable, testing)


def test_file_deleted_by_hand_comes_back_with_the_same_package(store, unstable, tmp_path):
    artifact = an_artifact(tmp_path)
    store.put([artifact], unstable)
    (folder_of(unstable) / artifact.record.path).unlink()
    store.put([artifact], unstable)
    assert store.get(artifact.record, unstable, tmp_path / "got").exists()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"packages.conda": {"../x.conda": {}}}'])
def test_damaged_index_is_named_and_left_as_it_is(store, unstable, testing, tmp_path, text):
    artifact = an_artifact(tmp_path)
    store.put([artifact], unstable)
    store.put([artifact], testing)
    path = folder_of(unstable) / "noarch" / "repodata.json"
    path.write_text(text)
    before = contents(folder_of(unstable))
    other = an_artifact(tmp_path, "other")
    for change in (
        lambda: store.records(unstable, NOARCH),
        lambda: store.subdirs(unstable),
        lambda: store.put([other], unstable),
        lambda: store.copy([artifact.record], testing, unstable),
        lambda: store.relate(unstable, testing),
    ):
        with pytest.raises(DamagedError, match=str(path)):
            change()
    assert contents(folder_of(unstable)) == before


def test_files_that_lie_elsewhere_are_found(store, unstable, tmp_path):
    artifact = a_foreign_channel(unstable, tmp_path, info={"base_url": "../files"})
    (folder_of(unstable) / "noarch").joinpath(artifact.path.name).rename(
        folder_of(unstable) / artifact.path.name
    )
    (folder_of(unstable) / "files").mkdir()
    (folder_of(unstable) / artifact.path.name).rename(
        folder_of(unstable) / "files" / artifact.path.name
    )
    (record,) = store.records(unstable, NOARCH)
    assert sha256_of(store.get(record, unstable, tmp_path / "got")) == artifact.record.sha256


@pytest.mark.parametrize("base_url", ["../files/", "https://example.org/noarch/"])
def test_nothing_is_put_where_files_lie_elsewhere(store, unstable, tmp_path, base_url):
    a_foreign_channel(unstable, tmp_path, info={"base_url": base_url})
    before = contents(folder_of(unstable))
    with pytest.raises(StoreError, match="lie"):
        store.put([an_artifact(tmp_path)], unstable)
    assert contents(folder_of(unstable)) == before


def test_relation_stands_in_every_subdir_also_in_later_ones(store, unstable, testing, tmp_path):
    store.put([an_artifact(tmp_path, subdir="linux-64")], unstable)
    store.relate(unstable, testing)
    store.put([an_artifact(tmp_path, subdir="osx-arm64")], unstable)
    for subdir in ("noarch", "linux-64", "osx-arm64"):
        assert index_of(unstable, subdir)["info"]["channel_relations"] == {
            "overrides": "../testing"
        }


def test_relation_makes_the_channel(store, unstable, testing):
    store.relate(unstable, testing)
    assert index_of(unstable)["info"]["channel_relations"] == {"overrides": "../testing"}


def test_topmost_channel_is_made_without_a_relation(store, testing):
    store.relate(testing, None)
    assert "channel_relations" not in index_of(testing)["info"]


def test_relation_that_stands_already_writes_nothing(store, unstable, testing):
    store.relate(unstable, testing)
    before = (folder_of(unstable) / "noarch" / "repodata.json").stat()
    store.relate(unstable, testing)
    assert (folder_of(unstable) / "noarch" / "repodata.json").stat() == before


def test_channel_on_another_server_cannot_be_named(store, unstable):
    store.relate(unstable, ChannelRef("stable", "https://example.org/stable"))
    assert "channel_relations" not in index_of(unstable)["info"]


@pytest.mark.parametrize("url", ["https://example.org/c", "file://elsewhere/c", "s3://bucket/c"])
def test_channel_that_is_no_folder_here_is_refused(store, url):
    with pytest.raises(UsageError, match="no folder of this machine"):
        store.records(ChannelRef("unstable", url), NOARCH)


def test_folder_with_blanks_and_umlauts_is_a_channel(store, tmp_path):
    channel = a_channel(tmp_path / "mit Leerzeichen äöü #1")
    artifact = an_artifact(tmp_path)
    store.put([artifact], channel)
    assert (tmp_path / "mit Leerzeichen äöü #1" / "unstable" / artifact.record.path).exists()


def test_channel_below_a_file_is_a_store_error(store, unstable, testing, tmp_path):
    artifact = an_artifact(tmp_path)
    store.put([artifact], testing)
    (tmp_path / "channels" / "unstable").write_bytes(b"a file")
    for use in (
        lambda: store.subdirs(unstable),
        lambda: store.records(unstable, NOARCH),
        lambda: store.put([artifact], unstable),
        lambda: store.copy([artifact.record], testing, unstable),
        lambda: store.get(artifact.record, unstable, tmp_path / "got"),
    ):
        with pytest.raises(StoreError, match="unstable") as caught:
            use()
        assert caught.value.exit_code == 3


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.EROFS, "Read-only file system"),
        OSError(errno.EACCES, "Permission denied"),
        OSError(errno.ENOSPC, "No space left on device"),
    ],
)
@pytest.mark.parametrize("function", ["mkdir", "open", "write", "fsync", "replace"])
def test_trouble_with_the_disk_says_so_and_changes_nothing(
    store, unstable, tmp_path, *, monkeypatch, function, error
):
    store.put([an_artifact(tmp_path, "a")], unstable)
    before = contents(folder_of(unstable))
    new = an_artifact(tmp_path, "b", subdir="linux-64")

    def fail(*args, **kwargs):
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(os, function, fail)
        with pytest.raises(StoreError, match=error.strerror) as caught:
            store.put([new], unstable)
    assert caught.value.remedy
    assert contents(folder_of(unstable)) == before
    store.put([new], unstable)
    assert list(store.records(unstable, LINUX)) == [new.record]


def test_file_that_the_disk_does_not_take_changes_nothing(store, unstable, tmp_path):
    """The kernel itself refuses here, and it refuses root as well."""
    store.put([an_artifact(tmp_path, "a")], unstable)
    big = an_artifact(tmp_path, "big", text=random.Random(1).randbytes(300_000).hex())
    before = contents(folder_of(unstable))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(StoreError, match="File too large"):
            store.put([big], unstable)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert contents(folder_of(unstable)) == before


FUNCTIONS = ("open", "write", "fsync", "fchmod", "link", "replace", "mkdir", "unlink")


class Faults:
    """Makes the n-th call that changes the disk fail, whichever it is."""

    def __init__(self, monkeypatch, fatal):
        self.fatal = fatal
        self.calls = 0
        for name in FUNCTIONS:
            monkeypatch.setattr(os, name, self.wrap(getattr(os, name)))

    def wrap(self, function):
        def call(*args, **kwargs):
            self.calls += 1
            if self.calls == self.fatal:
                raise OSError(errno.EIO, "Input/output error")
            return function(*args, **kwargs)

        return call


def test_whichever_call_fails_each_subdir_is_old_or_new(tmp_path, monkeypatch):
    artifacts = [
        an_artifact(tmp_path, "b"),
        an_artifact(tmp_path, "c", subdir="linux-64"),
        an_artifact(tmp_path, "d"),
    ]
    first = an_artifact(tmp_path, "a")
    failures = 0
    for fatal in range(1, 1000):
        channel = a_channel(tmp_path / str(fatal))
        store = DirectoryStore()
        store.put([first], channel)
        with monkeypatch.context() as patch:
            faults = Faults(patch, fatal)
            try:
                store.put(artifacts, channel)
            except StoreError:
                failures += 1
        assert_old_or_new(channel, NOARCH, [first], [first, artifacts[0], artifacts[2]])
        assert_old_or_new(channel, LINUX, [], [artifacts[1]])
        DirectoryStore().put(artifacts, channel)
        assert_old_or_new(channel, NOARCH, None, [first, artifacts[0], artifacts[2]])
        assert_no_litter(channel)
        if faults.calls < fatal:
            break
    assert failures > 20


def assert_old_or_new(channel, subdir, old, new):
    store = DirectoryStore()
    records = list(store.records(channel, subdir))
    expected = [
        sorted((artifact.record for artifact in state), key=lambda record: record.file)
        for state in (old, new)
        if state is not None
    ]
    assert records in expected
    for record in records:
        assert sha256_of(folder_of(channel) / record.path) == record.sha256


def assert_no_litter(channel):
    assert list(folder_of(channel).rglob("*.tmp")) == []
    for packed in folder_of(channel).rglob("repodata.json.zst"):
        data = zstandard.decompress(packed.read_bytes())
        assert data == packed.with_suffix("").read_bytes()


def test_conflict_leaves_no_file_behind(store, unstable, tmp_path):
    store.put([an_artifact(tmp_path / "held", text="held")], unstable)
    before = contents(folder_of(unstable))
    with pytest.raises(ConflictError):
        store.put([an_artifact(tmp_path, "new"), an_artifact(tmp_path)], unstable)
    assert contents(folder_of(unstable)) == before


def test_waiting_for_another_writer_ends(unstable, tmp_path):
    DirectoryStore().put([an_artifact(tmp_path, "a")], unstable)
    holding, done = threading.Event(), threading.Event()

    def hold():
        from filelock import FileLock

        with FileLock(folder_of(unstable) / ".sluice" / "lock"):
            holding.set()
            done.wait(30)

    other = threading.Thread(target=hold)
    other.start()
    try:
        assert holding.wait(30)
        with pytest.raises(StoreError, match="another program") as caught:
            DirectoryStore(lock_timeout=0.1).put([an_artifact(tmp_path, "b")], unstable)
        assert caught.value.remedy
        assert len(DirectoryStore().records(unstable, NOARCH)) == 1  # readers do not wait
    finally:
        done.set()
        other.join()


def test_store_travels_to_another_process(store, unstable, tmp_path):
    store.put([an_artifact(tmp_path)], unstable)
    copy = pickle.loads(pickle.dumps(store))
    assert copy.records(unstable, NOARCH) == store.records(unstable, NOARCH)
