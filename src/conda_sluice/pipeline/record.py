"""Outcomes as events of the ledger, and events as evidence."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from conda_sluice.model.event import Event, EventKind
from conda_sluice.model.evidence import TestEvidence
from conda_sluice.model.names import PackageName
from conda_sluice.model.outcome import BuildOutcome, Built, Progress, TestReport
from conda_sluice.model.transaction import Transaction
from conda_sluice.plan.transactions import Stamp, built_events, tested_event
from conda_sluice.ports import Ledger


class Recorder:
    """Tells the ledger of builds and tests, each before it is passed on."""

    def __init__(self, ledger: Ledger, stamp: Callable[[], Stamp]) -> None:
        self._ledger = ledger
        self._stamp = stamp

    def builds(
        self, outcomes: Iterable[BuildOutcome | Progress], building: Transaction
    ) -> Iterator[BuildOutcome | Progress]:
        """Pass build outcomes on; each built package is in the ledger before it is passed."""
        for outcome in outcomes:
            if isinstance(outcome, Built):
                self._ledger.append(built_events(building, outcome, self._stamp().when))
            yield outcome

    def tests(self, reports: Iterable[TestReport | Progress]) -> Iterator[TestReport | Progress]:
        """Pass test reports on; each is in the ledger before it is passed."""
        for report in reports:
            if isinstance(report, TestReport):
                self._ledger.append([tested_event(report, self._stamp())])
            yield report


def known_keys(ledger: Ledger, names: Iterable[PackageName]) -> Mapping[str, str]:
    """Return sha256 -> content key of the packages of these names that the ledger saw built."""
    return {
        event.sha256: str(event.data.get("key", ""))
        for name in names
        for event in ledger.events(name)
        if event.kind is EventKind.BUILT
    }


def tests_in(events: Iterable[Event]) -> tuple[TestEvidence, ...]:
    """Return what events tell of a package's tests, in their order."""
    return tuple(
        TestEvidence(
            sha256=event.sha256,
            target=event.channel,
            platform=str(event.data.get("platform", "")),
            strategy=str(event.data.get("strategy", "")),
            has_passed=event.data.get("passed") is True,
            reason=str(event.data.get("reason", "")),
            digest=str(event.data.get("digest", "")),
            environment=frozenset(line.rpartition("#sha256=")[2] for line in environment_of(event)),
            is_waiting=event.data.get("waiting") is True,
        )
        for event in events
        if event.kind is EventKind.TESTED
    )


def environment_of(event: Event) -> tuple[str, ...]:
    """Return the explicit environment of a test: lines of `<url>#sha256=<hex>`."""
    lines = event.data.get("environment")
    return tuple(str(line) for line in lines) if isinstance(lines, list | tuple) else ()
