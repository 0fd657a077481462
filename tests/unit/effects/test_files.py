import errno
import hashlib
import os

import pytest

from conda_sluice.effects.files import (
    checksums_of,
    stage_bytes,
    stage_copy,
    stage_link,
    sweep_temporaries,
    write_atomically,
)


def test_write_replaces_the_file_and_leaves_nothing_else(tmp_path):
    path = tmp_path / "file"
    write_atomically(path, b"old")
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("mode", [0o644, 0o600])
def test_written_files_have_the_mode_that_was_asked_for(tmp_path, mode):
    write_atomically(tmp_path / "file", b"", mode=mode)
    assert (tmp_path / "file").stat().st_mode & 0o777 == mode


@pytest.mark.parametrize("function", ["open", "write", "fsync", "replace"])
def test_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch, function):
    path = tmp_path / "file"
    write_atomically(path, b"old")

    def fail(*args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, function, fail)
        with pytest.raises(OSError, match="No space left"):
            write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_short_writes_are_continued(tmp_path, monkeypatch):
    write = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: write(fd, bytes(data)[:3]))
    write_atomically(tmp_path / "file", b"0123456789")
    assert (tmp_path / "file").read_bytes() == b"0123456789"


def test_copy_is_a_file_of_its_own_with_the_published_mode(tmp_path):
    source = tmp_path / "source"
    source.write_bytes(b"data")
    source.chmod(0o600)
    copy = stage_copy(source, tmp_path)
    assert copy.read_bytes() == b"data"
    assert copy.stat().st_mode & 0o777 == 0o644
    assert not copy.samefile(source)


def test_link_shares_the_bytes(tmp_path):
    source = tmp_path / "source"
    source.write_bytes(b"data")
    source.chmod(0o644)
    link = stage_link(source, tmp_path)
    assert link is not None
    assert link.samefile(source)


def test_file_of_another_mode_is_not_linked(tmp_path):
    source = tmp_path / "source"
    source.write_bytes(b"data")
    source.chmod(0o600)
    assert stage_link(source, tmp_path) is None


def test_symbolic_link_is_not_linked(tmp_path):
    (tmp_path / "file").write_bytes(b"data")
    (tmp_path / "source").symlink_to("file")
    assert stage_link(tmp_path / "source", tmp_path) is None


def test_sweep_removes_temporary_files_only(tmp_path):
    (tmp_path / "package").write_bytes(b"")
    (tmp_path / ".hidden.tmp").write_bytes(b"")
    stage_bytes(tmp_path, b"left by a crash")
    sweep_temporaries(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".hidden.tmp", "package"]


def test_checksums_are_of_the_whole_file_wherever_it_was_read_to(tmp_path):
    path = tmp_path / "file"
    data = b"x" * 3_000_000
    path.write_bytes(data)
    with path.open("rb") as file:
        file.read(100)
        checksums = checksums_of(file)
    assert checksums.sha256 == hashlib.sha256(data).hexdigest()
    assert checksums.md5 == hashlib.md5(data).hexdigest()
    assert checksums.size == len(data)
