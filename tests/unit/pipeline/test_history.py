"""What the ledger knows of packages, in the order in which it came about."""

from benches import a_bench
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.event import EventKind
from conda_sluice.pipeline.history import history
from conda_sluice.plan.transactions import Stamp, event_of
from factories import a_record
from fakes import FakeStore


def test_a_clock_that_was_set_back_changes_no_order_and_no_package_comes_twice(tmp_path):
    bench = a_bench(FakeStore(), tmp_path)
    for kind, day in ((EventKind.UPLOADED, "02"), (EventKind.PROMOTED, "01")):
        stamp = Stamp(who="ada", when=f"2026-01-{day}T00:00:00.000Z")
        event = event_of(kind, a_record(), ChannelRef("unstable", "file:///u"), stamp)
        bench.ledger.append([event])
    found = history(bench, ["trips", "trips"])
    assert [one.kind for one in found] == [EventKind.UPLOADED, EventKind.PROMOTED]
