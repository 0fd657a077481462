from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.event import EventKind
from conda_sluice.pipeline.record import Recorder
from factories import a_record
from fakes import FakeLedger

UNSTABLE = ChannelRef("unstable", "file:///unstable")


def test_an_entry_that_was_lost_in_a_crash_is_made_up_for_once():
    ledger, lost, known = FakeLedger(), a_record("lost"), a_record("known")
    recorder = Recorder(ledger, "ada", lambda: "2026-01-01T00:00:00Z")
    recorder.uploads([known], UNSTABLE)
    for _ in range(2):
        recorder.recover([lost, known], UNSTABLE)
    (event,) = ledger.events("lost")
    assert (event.kind, event.channel, event.sha256) == (
        EventKind.UPLOADED,
        "unstable",
        lost.sha256,
    )
    assert dict(event.data) == {"recovered": True}
    assert len(ledger.events("known")) == 1
