import errno
import json
import os

import pytest

from conda_sluice.errors import DamagedError, StoreError
from conda_sluice.ledger.directory import DirectoryLedger
from factories import an_event


@pytest.fixture
def ledger(tmp_path):
    ledger = DirectoryLedger(tmp_path)
    ledger.append([an_event(data={"number": number}) for number in range(3)])
    return ledger


def test_each_event_is_a_file_whose_name_sorts(ledger, tmp_path):
    assert sorted(path.name for path in (tmp_path / "trips").iterdir()) == [
        "00000001.json",
        "00000002.json",
        "00000003.json",
    ]


def test_event_file_is_one_line_of_json_for_everybody(ledger, tmp_path):
    path = tmp_path / "trips" / "00000001.json"
    assert path.stat().st_mode & 0o777 == 0o644
    assert path.read_bytes().count(b"\n") == 1
    assert json.loads(path.read_bytes())["who"] == "alice"


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"x"', "{}", '{"kind": "eaten"}'])
def test_event_that_is_no_event_is_named(ledger, tmp_path, text):
    path = tmp_path / "trips" / "00000002.json"
    path.write_text(text)
    with pytest.raises(DamagedError, match=str(path)):
        ledger.events()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("who", "mallory"),
        ("who", None),
        ("channel", "stable"),
        ("kind", "promoted"),
        ("kind", 3),
        ("data", []),
        ("data", {"number": 9}),
        ("previous", ""),
        ("id", "0" * 64),
        ("more", "keys"),
    ],
)
def test_event_changed_by_hand_is_named(ledger, tmp_path, key, value):
    path = tmp_path / "trips" / "00000002.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {key: value}))
    with pytest.raises(DamagedError, match=str(path)) as caught:
        ledger.events("trips")
    assert caught.value.remedy


def test_event_replaced_by_a_sound_one_breaks_the_chain_after_it(ledger, tmp_path):
    other = DirectoryLedger(tmp_path / "other")
    other.append([an_event(data={"number": 7})])
    forged = tmp_path / "other" / "trips" / "00000001.json"
    forged.replace(tmp_path / "trips" / "00000001.json")
    with pytest.raises(DamagedError, match=r"00000002\.json: does not follow"):
        ledger.events("trips")


def test_deleted_event_is_missed(ledger, tmp_path):
    (tmp_path / "trips" / "00000002.json").unlink()
    with pytest.raises(DamagedError, match="event 2 is missing"):
        ledger.events()


def test_event_of_another_package_is_noticed(ledger, tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "trips" / "00000001.json").rename(tmp_path / "other" / "00000001.json")
    with pytest.raises(DamagedError, match="an event of trips, not of other"):
        ledger.events("other")


def test_damage_of_one_package_does_not_hide_another(ledger, tmp_path):
    ledger.append([an_event("other")])
    (tmp_path / "trips" / "00000002.json").write_text("{")
    assert len(ledger.events("other")) == 1


def test_nothing_is_added_after_a_damaged_event(ledger, tmp_path):
    (tmp_path / "trips" / "00000003.json").write_text("{")
    with pytest.raises(DamagedError, match=r"00000003\.json"):
        ledger.append([an_event()])


def test_other_files_in_the_folder_are_no_events(ledger, tmp_path):
    (tmp_path / "README").write_text("what this is")
    (tmp_path / ".git").mkdir()
    (tmp_path / "trips" / ".sluice-0123.tmp").write_text("{")
    (tmp_path / "trips" / "notes.txt").write_text("mine")
    assert len(ledger.events()) == 3


def test_writer_who_comes_second_takes_the_next_place(ledger, tmp_path, monkeypatch):
    link = os.link
    rival = DirectoryLedger(tmp_path)
    rivals = iter([an_event(data={"number": "rival"})])

    def link_after_a_rival(source, target):
        for event in rivals:
            rival.append([event])
        link(source, target)

    monkeypatch.setattr(os, "link", link_after_a_rival)
    ledger.append([an_event(data={"number": "mine"})])
    numbers = [event.data["number"] for event in ledger.events()]
    assert numbers == [0, 1, 2, "rival", "mine"]


@pytest.mark.parametrize("function", ["mkdir", "open", "write", "fsync", "link"])
def test_full_disk_is_said_and_the_chain_stays_whole(tmp_path, monkeypatch, function):
    ledger = DirectoryLedger(tmp_path / "ledger")

    def fail(*args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, function, fail)
        with pytest.raises(StoreError, match="No space left") as caught:
            ledger.append([an_event()])
    assert "free some space" in caught.value.remedy
    before = len(ledger.events())
    ledger.append([an_event()])
    assert len(ledger.events()) == before + 1


def test_ledger_below_a_file_is_a_store_error(tmp_path):
    (tmp_path / "file").write_text("")
    ledger = DirectoryLedger(tmp_path / "file" / "ledger")
    with pytest.raises(StoreError, match="Not a directory"):
        ledger.append([an_event()])


def test_what_a_crash_left_while_writing_is_swept_by_whoever_appends_next(ledger, tmp_path):
    stray = tmp_path / ".staged" / ".sluice-0123.tmp"
    stray.touch()
    ledger.append([])
    assert not stray.exists()


def test_what_another_writer_sweeps_is_written_anew(ledger, tmp_path, monkeypatch):
    link, swept = os.link, []

    def late(source, target):
        if not swept:
            swept.append(source)
            os.unlink(source)  # noqa: PTH108 - as another process does
        link(source, target)

    monkeypatch.setattr(os, "link", late)
    ledger.append([an_event()])
    assert swept
    assert len(ledger.events()) == 4
    assert list((tmp_path / ".staged").iterdir()) == []
