"""Ledgers that are broken, read-only or full: told with the place, and the channels stay."""

import json
import shutil

import pytest

from workspaces import SMALLEST, snapshot

TRIPS = "channels/.ledger/trips"
PRUNED = SMALLEST.replace("/unstable\n", "/unstable\n    retention: {keep: 1}\n")
NEW = {"upload": "dist/new/trips-2.0-h0123456_0.conda"}
VERBS = (
    ("upload", "dist/trips-3.0-h0123456_0.conda"),
    ("promote", "trips ==2.0", "--to", "testing"),
    ("undo",),
    ("yank", "trips ==2.0", "--why", "no"),
    ("prune",),
    ("copy", "unstable", "./public", "trips"),
)


@pytest.fixture
def told(sluice):
    """Return a workspace with a chain of four events, where every verb has something to do."""
    sluice.write(PRUNED)
    for version in ("0.9", "1.0", "2.0"):
        assert sluice("upload", sluice.package(version=version)).code == 0
    assert sluice("promote", "trips ==1.0", "--to", "testing").code == 0
    assert sluice.package(version="3.0").exists()
    return sluice


def event(told, number):
    return told.root / TRIPS / f"{number:08d}.json"


def lose(told):
    event(told, 2).unlink()


def edit(told):
    path = event(told, 2)
    path.write_text(path.read_text().replace('"who":"ada"', '"who":"eve"'))


def cut(told):
    path = event(told, 4)
    path.write_bytes(path.read_bytes()[:-30])


def fork(told):
    """Append an event, sound in itself, that does not know the one before it."""
    shutil.copy(event(told, 3), event(told, 5))


def overwrite(told):
    """Put an event of another package into the chain."""
    assert told("upload", told.package("hills")).code == 0
    shutil.copy(told.root / "channels/.ledger/hills/00000001.json", event(told, 5))


@pytest.mark.parametrize("damage", [lose, edit, cut, fork, overwrite])
def test_a_broken_chain_is_named_before_anything_changes(told, damage):
    damage(told)
    for argv in VERBS:
        if argv[0] == "promote":  # one package that cannot be judged holds up no other
            before = snapshot(told.channels)
            answer = told(*argv)
            assert (answer.code, "cannot be read" in answer.out) == (1, True)
            assert snapshot(told.channels) == before
            continue
        answer = told.refuses(*argv, code=1, says=TRIPS)
        assert "restore the ledger from a copy" in answer.err
        assert not (told.root / "public/noarch").exists()
    found = told("verify", "--format", "json").json
    assert "broken-ledger" in json.dumps(found)


@pytest.mark.parametrize("damage", [lose, edit])
def test_a_broken_chain_of_one_package_does_not_hold_up_another(told, damage):
    damage(told)
    assert told("upload", told.package("hills")).code == 0
    assert told("promote", "hills", "--to", "testing").code == 0


def note(told, folder):
    """Return the note of the promotion, as under way or as carried out."""
    (done,) = (told.root / "channels/.ledger/.journal/done").glob("*-promote-*.json")
    if folder == "done":
        return done
    open_ = done.parents[1] / "open" / f"{done.stem.rpartition('-')[2]}.json"
    return done.rename(open_)


DAMAGES = {
    "empty": lambda _: b"",
    "cut": lambda data: data[:-40],
    "edited": lambda data: data.replace(b'"channel":{"name":"testing"', b'"channel":{"name":"x"'),
    "climbing out": lambda data: data.replace(b"trips-1.0-", b"../trips-1.0-"),
    "no transaction": lambda _: b"[]",
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_note_of_what_is_under_way_that_was_changed_stops_every_verb(told, damage):
    path = note(told, "open")
    path.write_bytes(DAMAGES[damage](path.read_bytes()))
    for argv in VERBS:
        told.refuses(*argv, code=1, says=str(path))
    assert str(path) in json.dumps(told("verify", "--format", "json").json)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_note_of_what_was_carried_out_that_was_changed_is_not_undone(told, damage):
    path = note(told, "done")
    path.write_bytes(DAMAGES[damage](path.read_bytes()))
    told.refuses("undo", code=1, says=str(path))
    assert str(path) in json.dumps(told("verify", "--format", "json").json)


def test_a_read_only_ledger_lets_nothing_change(told, plain_user):
    plain_user.protect(told.channels / ".ledger")
    with plain_user:
        for argv in VERBS:
            told.refuses(*argv, code=3, says="Permission denied")


def test_one_read_only_chain_is_told_and_nothing_is_lost(told, plain_user):
    """The chain cannot be written to when all else is done: what is left is done later."""
    plain_user.protect(told.root / TRIPS)
    with plain_user:
        answer = told("promote", "trips ==2.0", "--to", "testing")
        assert (answer.code, "Permission denied" in answer.err) == (3, True)
    plain_user.undo()
    assert "is complete now" in told("promote", "trips ==2.0", "--to", "testing").out
    assert told("verify").code == 0


def test_a_full_disk_under_the_ledger_is_told_and_nothing_is_lost(sluice, small_disk):
    """With more room, here on another disk, the next command brings it to its end."""
    sluice.write(SMALLEST + f"ledger: {small_disk.folder}/ledger\n")
    many = [sluice.package(f"{'long' * 14}{number}") for number in range(250)]
    assert sluice("upload", sluice.package()).code == 0
    with small_disk:
        answer = sluice("upload", *many)
    assert (answer.code, small_disk.says in answer.err) == (3, True)
    shutil.copytree(small_disk.folder / "ledger", sluice.root / "ledger")
    sluice.write(SMALLEST + "ledger: ./ledger\n")
    assert sluice("upload", *many).code == 0
    assert sluice("verify").code == 0


def edited(sluice, channel, change):
    index = sluice.channels / channel / "noarch/repodata.json"
    parsed = json.loads(index.read_bytes())
    change(parsed["packages.conda"])
    index.write_text(json.dumps(parsed))


TRIPS_1 = "trips-1.0-h0123456_0.conda"


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda packages: packages.pop(TRIPS_1), "lost"),
        (lambda packages: packages[TRIPS_1].update(sha256="0" * 64), "wrong-hash"),
        (lambda packages: packages[TRIPS_1].update(depends=["x"]), "record-disagrees"),
    ],
)
def test_a_target_edited_by_hand_is_found_and_not_made_worse(told, change, kind):
    edited(told, "testing", change)
    assert kind in json.dumps(told("verify", "--format", "json").json)
    before = snapshot(told.channels)
    answer = told("undo")
    if kind != "record-disagrees":
        assert answer.code != 0
        assert snapshot(told.channels) == before


def test_a_hash_changed_in_both_channels_does_not_become_a_history(told):
    change = {"sha256": "0" * 64}
    edited(told, "unstable", lambda packages: packages["trips-2.0-h0123456_0.conda"].update(change))
    before = snapshot(told.channels)
    answer = told("promote", "trips ==2.0", "--to", "testing")
    assert (answer.code, "is not the file" in answer.out) == (1, True)
    assert snapshot(told.channels) == before
