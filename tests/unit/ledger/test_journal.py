"""The journal in a folder: what disks and hands do to its files."""

import errno
import os

import pytest

from conda_sluice.errors import DamagedError, StoreError
from conda_sluice.ledger.journal import DirectoryJournal
from conda_sluice.model.transaction_text import to_json
from factories import a_transaction

ONE = a_transaction()
OTHER = a_transaction(when="2026-01-02T00:00:00.000Z")


@pytest.fixture
def journal(tmp_path):
    return DirectoryJournal(tmp_path)


def left(folder):
    """Return what the next process takes over."""
    journal = DirectoryJournal(folder)
    with journal.exclusive():
        return list(journal.abandoned())


@pytest.mark.parametrize("call", ["write", "fsync", "replace"])
def test_where_a_note_cannot_be_written_nothing_of_it_stays(journal, tmp_path, monkeypatch, call):
    def fail(*_args):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, call, fail)
        with pytest.raises(StoreError, match="No space left"), journal.exclusive():
            journal.begin(ONE)
    assert list((tmp_path / "open").iterdir()) == []
    journal.begin(ONE)
    journal.end(ONE)
    assert list(journal.carried_out()) == [ONE]


def test_a_note_without_its_lock_is_taken_over_too(tmp_path):
    """A copy of the ledger need not have brought the empty files along."""
    folder = tmp_path / "open"
    folder.mkdir()
    (folder / f"{ONE.id}.json").write_bytes(to_json(ONE))
    assert left(tmp_path) == [ONE]


def test_what_a_dead_process_left_is_swept(tmp_path):
    folder = tmp_path / "open"
    folder.mkdir()
    (folder / "0123456789ab.lock").touch()
    (folder / ".sluice-0123.tmp").touch()
    assert left(tmp_path) == []
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("data", [b"", to_json(ONE)[:-20], to_json(ONE).replace(b"alice", b"bob")])
def test_a_note_that_was_cut_or_edited_is_named(tmp_path, data):
    folder = tmp_path / "open"
    folder.mkdir()
    note = folder / f"{ONE.id}.json"
    note.write_bytes(data)
    with pytest.raises(DamagedError, match=str(note)):
        left(tmp_path)
    assert note.read_bytes() == data


@pytest.mark.parametrize("name", ["README.json", "1x-promote-0123456789ab.json"])
def test_a_file_that_is_no_note_is_named(journal, tmp_path, name):
    journal.begin(ONE)
    journal.end(ONE)
    (tmp_path / "done" / name).write_text("{}")
    with pytest.raises(DamagedError, match=f"{name}: is no note"):
        list(journal.carried_out())
    journal.begin(OTHER)
    with pytest.raises(DamagedError, match=f"{name}: is no note"):
        journal.end(OTHER)


def test_a_note_under_the_name_of_another_act_is_named(journal, tmp_path):
    journal.begin(ONE)
    journal.end(ONE)
    (note,) = (tmp_path / "done").iterdir()
    note.rename(note.with_name(note.name.replace(ONE.act.value, "thaw")))
    with pytest.raises(DamagedError, match=f"holds the {ONE.act.value} {ONE.id}"):
        list(journal.carried_out())


def test_a_note_under_the_name_of_another_is_named(journal, tmp_path):
    journal.begin(ONE)
    journal.end(ONE)
    (note,) = (tmp_path / "done").iterdir()
    note.write_bytes(to_json(OTHER))
    with pytest.raises(DamagedError, match=f"holds the {OTHER.act.value} {OTHER.id}"):
        list(journal.carried_out())
