"""What every ledger does, the one in memory included."""

from types import MappingProxyType

import pytest

from conda_sluice.errors import UsageError
from conda_sluice.ledger.directory import DirectoryLedger
from conda_sluice.ledger.shared import SharedLedger
from conda_sluice.model.event import EventKind
from factories import an_event
from fakes import FakeLedger
from shelves import SHELVES, a_shelf


@pytest.fixture(params=["fake", "directory", *SHELVES])
def ledger(request, tmp_path):
    match request.param:
        case "fake":
            return FakeLedger()
        case "directory":
            return DirectoryLedger(tmp_path / "a" / "ledger")
        case shelf:
            return SharedLedger(a_shelf(shelf, tmp_path))


def test_empty_ledger_has_no_events(ledger):
    assert list(ledger.events()) == []
    assert list(ledger.events("trips")) == []


def test_events_come_back_as_they_were_taken(ledger):
    taken = ledger.append([an_event(), an_event(kind=EventKind.TESTED, data={"outcome": "passed"})])
    assert list(ledger.events("trips")) == list(taken)


def test_taken_events_are_the_given_ones_linked(ledger):
    (taken,) = ledger.append([an_event(data={"key": "k"})])
    assert (taken.name, taken.kind, taken.who, taken.data) == (
        "trips",
        EventKind.BUILT,
        "alice",
        {"key": "k"},
    )
    assert len(taken.id) == 64


def test_each_package_has_a_chain_of_its_own(ledger):
    first, other, second = ledger.append([an_event("a"), an_event("b"), an_event("a")])
    assert (first.previous, other.previous, second.previous) == ("", "", first.id)


def test_chain_goes_on_in_the_next_call(ledger):
    (first,) = ledger.append([an_event()])
    (second,) = ledger.append([an_event()])
    assert second.previous == first.id
    assert second.id != first.id


def test_all_events_come_oldest_first(ledger):
    ledger.append(
        [
            an_event("a", when="2026-01-03T00:00:00Z"),
            an_event("b", when="2026-01-01T00:00:00Z"),
            an_event("b", when="2026-01-04T00:00:00Z"),
        ]
    )
    assert [(event.name, event.when[8:10]) for event in ledger.events()] == [
        ("b", "01"),
        ("a", "03"),
        ("b", "04"),
    ]


def test_clock_that_went_back_does_not_change_the_order_within_a_package(ledger):
    taken = ledger.append(
        [an_event(when="2026-01-02T00:00:00Z"), an_event(when="2026-01-01T00:00:00Z")]
    )
    assert list(ledger.events()) == list(taken)


def test_data_may_hold_mappings_and_lists(ledger):
    data = MappingProxyType({"packages": ("a", "b"), "deep": MappingProxyType({"n": None})})
    (taken,) = ledger.append([an_event(data=data)])
    assert taken.data == {"packages": ["a", "b"], "deep": {"n": None}}
    assert list(ledger.events()) == [taken]


def test_text_of_any_kind_survives(ledger):
    (taken,) = ledger.append([an_event(data={"reason": "größer \U0001f40d \ud800 \n"})])
    assert list(ledger.events()) == [taken]


def test_no_events_are_no_change(ledger):
    assert list(ledger.append([])) == []
    assert list(ledger.events()) == []


@pytest.mark.parametrize("name", ["../trips", "", "Trips", "a/b"])
def test_event_of_something_that_is_no_package_is_refused(ledger, name):
    event = an_event()
    object.__setattr__(event, "name", name)
    with pytest.raises(UsageError):
        ledger.append([event])
