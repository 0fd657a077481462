"""Files on their way between stores: kept until they have arrived, used only when sound."""

import shutil
from contextlib import suppress
from secrets import token_hex
from threading import Event

import pytest

from conda_sluice.effects.files import sha256_of
from conda_sluice.errors import StoreError
from conda_sluice.stores.spool import Spool, held_spool, own_spool
from factories import an_artifact


@pytest.fixture
def artifacts(tmp_path):
    return [an_artifact(tmp_path / "files", name) for name in ("a", "b", "c")]


class Source:
    """Brings files; counts them, and refuses those of some names."""

    def __init__(self, artifacts, refused=()):
        self.paths = {one.record: one.path for one in artifacts}
        self.refused = refused
        self.fetched = []

    def __call__(self, record, folder):
        if record.name in self.refused:
            raise StoreError("cannot be reached", "lab")
        folder.mkdir(parents=True, exist_ok=True)
        self.fetched.append(record.name)
        target = folder / record.file
        target.write_bytes(self.paths[record].read_bytes())
        return target


def fetched(spool, artifacts, source):
    return dict(spool.fetch([one.record for one in artifacts], source))


def test_files_arrive_and_are_forgotten_when_told(tmp_path, artifacts):
    spool = Spool(tmp_path / "spool")
    came = fetched(spool, artifacts, Source(artifacts))
    assert {sha256_of(path) for path in came.values()} == {one.record.sha256 for one in artifacts}
    spool.forget([one.record for one in artifacts])
    assert list((tmp_path / "spool").iterdir()) == []


def test_what_arrived_before_a_failure_is_not_fetched_again(tmp_path, artifacts):
    spool = Spool(tmp_path / "spool", jobs=1)
    with pytest.raises(StoreError):
        fetched(spool, artifacts, Source(artifacts, refused=("c",)))
    source = Source(artifacts)
    assert len(fetched(spool, artifacts, source)) == 3
    assert source.fetched == ["c"]


def test_what_waits_and_is_damaged_is_fetched_again(tmp_path, artifacts):
    spool = Spool(tmp_path / "spool")
    came = fetched(spool, artifacts, Source(artifacts))
    came[artifacts[0].record].write_bytes(b"half")
    source = Source(artifacts)
    assert sha256_of(fetched(spool, artifacts, source)[artifacts[0].record]) == (
        artifacts[0].record.sha256
    )
    assert source.fetched == ["a"]


def test_files_of_one_name_in_two_subdirs_do_not_meet(tmp_path):
    two = [
        an_artifact(tmp_path / "one", "a"),
        an_artifact(tmp_path / "other", "a", subdir="linux-64"),
    ]
    came = fetched(Spool(tmp_path / "spool"), two, Source(two))
    assert len(set(came.values())) == 2


def test_a_second_process_has_a_spool_of_its_own(tmp_path):
    with (
        own_spool(tmp_path / "spool", 1) as first,
        held_spool(tmp_path / "spool", 1) as none,
        own_spool(tmp_path / "spool", 1) as second,
    ):
        assert first.folder == tmp_path / "spool"
        assert none is None
        assert second.folder not in {first.folder, None}
    assert not second.folder.exists()


def test_interruption_is_told_as_one_while_a_transfer_still_writes(artifacts):
    source, begun, stop, folders = Source(artifacts), Event(), Event(), []

    def fetch(record, folder):
        path = source(record, folder)
        while record.name == "c" and not stop.wait(0.0005):
            with suppress(OSError):  # the folder goes
                folder.mkdir(parents=True, exist_ok=True)
                (folder / token_hex(8)).touch()
            begun.set()
        return path

    def copy():
        with own_spool(None, 4) as spool:
            folders.append(spool.folder)
            for _ in spool.fetch([one.record for one in artifacts], fetch):
                begun.wait()
                raise KeyboardInterrupt

    try:
        with pytest.raises(KeyboardInterrupt):
            copy()
    finally:
        stop.set()
        shutil.rmtree(folders[0], ignore_errors=True)
