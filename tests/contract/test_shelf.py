"""What every shelf does: shared ledgers and locks stand on it."""

import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from unittest.mock import patch

import pytest

from conda_sluice.effects.leases import Leases, Terms, _host
from conda_sluice.effects.s3.refusals import AbsentError, SupersededError
from conda_sluice.errors import DamagedError, StoreError
from conda_sluice.ledger.s3_shelf import S3Shelf
from conda_sluice.ledger.shared import SharedLedger
from conda_sluice.ledger.shared_journal import SharedJournal
from factories import a_transaction, an_event
from shelves import SHELVES, a_remote, a_shelf


@pytest.fixture(params=SHELVES)
def machines(request, tmp_path):
    """Return what makes one shelf seen by several machines."""
    a_remote(tmp_path)
    return lambda machine: a_shelf(request.param, tmp_path, machine=machine)


@pytest.fixture
def shelf(machines):
    return machines("one")


def test_empty_shelf_has_no_files(shelf):
    assert list(shelf.names("")) == []
    assert list(shelf.read(["a/1"])) == [None]


def test_what_was_written_is_there_on_every_machine(shelf, machines):
    shelf.write("a/1", b"one\n")
    shelf.write("b/1", b"two")
    shelf.write("a/1", b"three")
    other = machines("other")
    assert list(other.names("")) == ["a/1", "b/1"]
    assert list(other.names("a")) == ["a/1"]
    assert list(other.read(["b/1", "c/1", "a/1"])) == [b"two", None, b"three"]


def test_file_that_is_not_ascii_is_refused_by_name_of_the_branch(tmp_path):
    shelf = a_shelf("git", tmp_path)
    shelf.write("a/1", b"one")
    clone = tmp_path / "clone"
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@y", "-C", str(clone)]
    subprocess.run(
        ["git", "clone", "-q", "-b", "sluice-ledger", a_remote(tmp_path), str(clone)], check=True
    )
    (clone / "a/2").write_text("zwei Häuser", encoding="utf-8")
    for step in (["add", "."], ["commit", "-qm", "x"], ["push", "-q"]):
        subprocess.run([*git, *step], check=True)
    names = shelf.names("a")
    with pytest.raises(DamagedError, match="not ASCII") as caught:
        shelf.read(names)
    assert "#sluice-ledger" in caught.value.where


def test_name_that_was_taken_and_is_free_again_ends_a_chain_in_a_bucket():
    def refuse(*_args, **_more):
        raise SupersededError("412")

    def absent(*_args):
        raise AbsentError("404")

    server = SimpleNamespace(
        honours_conditions={"b": True}, map=lambda do, items: [do(one) for one in items]
    )
    objects = SimpleNamespace(bucket="b", server=server, write=refuse, call=absent)
    assert S3Shelf(objects).extend({"a": [("a/1", b"one")]}) == {"a": 0}


def test_what_was_dropped_is_gone(shelf, machines):
    shelf.write("a/1", b"one")
    shelf.drop(["a/1", "b/1"])
    shelf.drop([])
    assert list(machines("other").names("")) == []
    assert list(shelf.read(["a/1"])) == [None]


def test_a_chain_ends_at_a_name_that_is_taken(shelf, machines):
    assert shelf.extend({"a": [("a/1", b"one"), ("a/2", b"two")]}) == {"a": 2}
    other = machines("other")
    came = other.extend({"a": [("a/2", b"three"), ("a/3", b"four")]})
    assert came == {"a": 0}, "the first name is taken"
    assert list(shelf.names("a")) == ["a/1", "a/2"]
    assert list(shelf.read(["a/2"])) == [b"two"]
    assert other.extend({"a": [("a/3", b"four")], "b": [("b/1", b"one")]}) == {"a": 1, "b": 1}
    assert shelf.extend({}) == {}


def test_many_machines_write_one_chain(machines):
    shelves = [machines(f"machine {machine}") for machine in range(4)]

    def append(machine):
        ledger = SharedLedger(shelves[machine])
        for number in range(3):
            ledger.append([an_event("a", data={"n": f"{machine}-{number}"}), an_event("b")])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(append, range(4)))
    ledger = SharedLedger(machines("reader"))
    told = [event.data["n"] for event in ledger.events("a")]
    assert sorted(told) == sorted(f"{one}-{number}" for one in range(4) for number in range(3))
    assert len(ledger.events()) == 24


def test_one_machine_at_a_time_holds_a_lock(machines):
    shelves = [machines(f"machine {machine}") for machine in range(4)]
    inside, most = [], []
    guard = threading.Lock()

    def work(machine):
        leases = Leases(shelves[machine], Terms(poll=0.05))
        for _ in range(2):
            with leases.held("lock", "busy"):
                with guard:
                    inside.append(machine)
                    most.append(len(inside))
                threading.Event().wait(0.01)
                with guard:
                    inside.remove(machine)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert most == [1] * 8
    assert list(machines("reader").names("lock")) == []


def test_who_waits_too_long_is_told(machines):
    with Leases(machines("one")).held("lock", "busy"):
        waiting = Leases(machines("other"), Terms(timeout=0.05, poll=0.01))
        with (
            pytest.raises(StoreError, match="another has been at work for 0"),
            waiting.held("lock", "another has been at work"),
        ):
            pytest.fail("two hold one lock")


def test_a_claim_that_is_not_renewed_runs_out(machines):
    one = Leases(machines("one"))
    claim = one.claim("lock")
    claim._is_over.set()
    assert one.live("lock") == [claim.name]
    later = Leases(machines("other"), Terms(lease=-60))
    assert later.live("lock") == []
    assert list(machines("reader").names("lock")) == []


def test_a_lock_that_ran_out_is_told_before_more_is_done(machines):
    with Leases(machines("one"), Terms(lease=30)).held("lock", "busy") as claim:
        claim.check()
        claim._good_until = 0
        with pytest.raises(StoreError, match="lock of this command ran out"):
            claim.check()


def test_a_claim_is_renewed(machines):
    shelf = machines("one")
    with Leases(shelf, Terms(lease=0.6)).held("lock", "busy") as claim:
        (first,) = shelf.read([claim.name])
        while shelf.names("lock") and shelf.read([claim.name])[0] == first:
            threading.Event().wait(0.02)
        claim.check()


def test_a_claim_of_a_process_that_is_no_more_counts_for_nothing(machines):
    shelf = machines("one")
    name = f"lock/{1:020d}-{_host()}-{2**22 + 1}-{2:016x}.json"
    shelf.write(name, b"{}")
    with Leases(machines("other"), Terms(timeout=0)).held("lock", "busy"):
        pass
    assert list(machines("reader").names("lock")) == []


def test_journals_of_two_machines_are_one(machines):
    here, there = SharedJournal(machines("one")), SharedJournal(machines("other"))
    one = a_transaction()
    with here.exclusive():
        here.begin(one)
    with there.exclusive():
        assert list(there.abandoned()) == []
    here.end(one)
    assert list(there.carried_out()) == [one]
    assert [name for name in machines("reader").names("") if "done" not in name] == []


def test_a_transaction_that_ends_while_others_look_is_not_missed(machines):
    here, there = SharedJournal(machines("one")), SharedJournal(machines("other"))
    one = a_transaction()
    with here.exclusive():
        here.begin(one)
    live = Leases.live

    def look(leases, folder, mine=""):
        if "alive" in folder and not list(there.carried_out()):
            here.end(one)
        return live(leases, folder, mine)

    with there.exclusive(), patch.object(Leases, "live", look):
        assert list(there.abandoned()) == []
    assert list(there.carried_out()) == [one]


def test_a_transaction_is_noted_once_however_often_it_is_ended(machines):
    here, there = SharedJournal(machines("one")), SharedJournal(machines("other"))
    one = a_transaction()
    with here.exclusive():
        here.begin(one)
    here.end(one)
    here.end(one)
    there.end(one)
    assert list(there.carried_out()) == [one]
