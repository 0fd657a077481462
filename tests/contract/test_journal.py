"""What every journal does, the one in memory included."""

import os

import pytest

from conda_sluice.ledger.journal import DirectoryJournal
from conda_sluice.ledger.shared_journal import SharedJournal
from conda_sluice.model.transaction import Act
from factories import a_record, a_transaction
from fakes import FakeJournal
from shelves import SHELVES, a_shelf


@pytest.fixture(params=["fake", "directory", *SHELVES])
def journal(request, tmp_path):
    match request.param:
        case "fake":
            return FakeJournal()
        case "directory":
            return DirectoryJournal(tmp_path / "a" / "journal")
        case shelf:
            return SharedJournal(a_shelf(shelf, tmp_path))


@pytest.fixture
def crash(journal):
    """Return what another process sees after the one that began has died."""

    def after():
        if isinstance(journal, FakeJournal):
            journal.crash()
            return journal
        if isinstance(journal, SharedJournal):
            for claim in journal._claims.values():
                claim._is_over.set()
                claim.take_down()
                gone = claim.name.replace(f"-{os.getpid()}-", f"-{2**22 + 1}-")
                journal._shelf.write(gone, b"{}")
            return SharedJournal(journal._shelf)
        for lock in journal._held.values():
            lock.release()  # as the kernel does
        return DirectoryJournal(journal._folder)

    return after


def test_empty_journal_tells_nothing(journal):
    with journal.exclusive():
        assert list(journal.abandoned()) == []
    assert list(journal.carried_out()) == []


def test_what_was_ended_is_told_newest_first(journal):
    first = a_transaction(when="2026-01-01T00:00:00.000Z")
    second = a_transaction(when="2026-01-02T00:00:00.000Z")
    with journal.exclusive():
        for one in (first, second):
            journal.begin(one)
            journal.end(one)
        assert list(journal.abandoned()) == []
    assert list(journal.carried_out()) == [second, first]


def test_order_is_that_in_which_they_ended_whatever_the_clocks_say(journal):
    first = a_transaction(when="2026-01-02T00:00:00.000Z")
    second = a_transaction(when="2026-01-01T00:00:00.000Z")
    with journal.exclusive():
        for one in (first, second):
            journal.begin(one)
            journal.end(one)
    assert list(journal.carried_out()) == [second, first]


def test_only_those_of_some_acts_are_told_where_these_are_named(journal):
    with journal.exclusive():
        journal.begin(a_transaction())
        journal.end(a_transaction())
    assert list(journal.carried_out(Act.FREEZE)) == []
    assert list(journal.carried_out(Act.FREEZE, Act.PROMOTE)) == [a_transaction()]


def test_what_is_under_way_is_not_abandoned(journal):
    with journal.exclusive():
        journal.begin(a_transaction())
        assert list(journal.abandoned()) == []
    assert list(journal.carried_out()) == []


def test_what_a_dead_process_began_is_abandoned_as_it_was(journal, crash):
    begun = a_transaction(records=(a_record("a"), a_record("b", subdir="linux-64")))
    with journal.exclusive():
        journal.begin(begun)
    left = crash()
    with left.exclusive():
        assert list(left.abandoned()) == [begun]
        left.end(begun)
        assert list(left.abandoned()) == []
    assert list(left.carried_out()) == [begun]


def test_abandoned_ones_come_oldest_first(journal, crash):
    ones = [a_transaction(when=f"2026-01-0{day}T00:00:00.000Z") for day in (2, 1, 3)]
    with journal.exclusive():
        for one in ones:
            journal.begin(one)
    left = crash()
    with left.exclusive():
        assert list(left.abandoned()) == sorted(ones, key=lambda one: one.when)


def test_what_was_dropped_is_forgotten(journal, crash):
    with journal.exclusive():
        journal.begin(a_transaction())
        journal.drop(a_transaction())
    left = crash()
    with left.exclusive():
        assert list(left.abandoned()) == []
    assert list(left.carried_out()) == []
