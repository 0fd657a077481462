"""Outcomes as events of the ledger, and events as evidence."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.event import Event, EventKind
from conda_sluice.model.evidence import TestEvidence
from conda_sluice.model.names import PackageName
from conda_sluice.model.outcome import BuildOutcome, Built, Excuse, Progress, TestReport
from conda_sluice.model.package import PackageRecord
from conda_sluice.ports import Clock, Ledger


class Recorder:
    """Writes events in the name of one person."""

    def __init__(self, ledger: Ledger, who: str, clock: Clock) -> None:
        self._ledger = ledger
        self._who = who
        self._clock = clock

    def builds(
        self, outcomes: Iterable[BuildOutcome | Progress], lowest: ChannelRef
    ) -> Iterator[BuildOutcome | Progress]:
        """Pass build outcomes on; each built package is in the ledger before it is passed."""
        for outcome in outcomes:
            if isinstance(outcome, Built):
                self._ledger.append(self._built(outcome, lowest))
            yield outcome

    def uploads(self, records: Sequence[PackageRecord], channel: ChannelRef) -> None:
        """Record packages that were put into a channel from a file."""
        self._ledger.append(
            [self._event(EventKind.UPLOADED, record, channel.name) for record in records]
        )

    def recover(self, records: Sequence[PackageRecord], channel: ChannelRef) -> None:
        """Record that packages of ours stand in a channel where the entry was lost in a crash."""
        arrivals = {EventKind.BUILT, EventKind.UPLOADED, EventKind.PROMOTED}
        lost = [
            record
            for record in records
            if not any(
                event.kind in arrivals
                and (event.sha256, event.channel) == (record.sha256, channel.name)
                for event in self._ledger.events(record.name)
            )
        ]
        if lost:
            data = {"recovered": True}
            self._ledger.append(
                [self._event(EventKind.UPLOADED, one, channel.name, data) for one in lost]
            )

    def tests(self, reports: Iterable[TestReport | Progress]) -> Iterator[TestReport | Progress]:
        """Pass test reports on; each is in the ledger before it is passed."""
        for report in reports:
            if isinstance(report, Progress):
                yield report
                continue
            data = {
                "platform": report.platform,
                "strategy": report.strategy,
                "passed": report.has_passed,
                "waiting": report.is_waiting,
                "reason": report.reason,
                "tests": report.tests,
                "digest": report.digest,
                "environment": list(report.environment),
            }
            self._ledger.append([self._event(EventKind.TESTED, report.record, report.target, data)])
            yield report

    def promotions(
        self,
        promoted: Sequence[tuple[PackageRecord, Sequence[Excuse]]],
        source: ChannelRef,
        target: ChannelRef,
    ) -> None:
        """Record packages that were copied from one channel to the next, with their gates."""
        self._ledger.append(
            [
                self._event(
                    EventKind.PROMOTED,
                    record,
                    target.name,
                    {
                        "from": source.name,
                        "gates": [
                            {"gate": one.gate, "verdict": one.verdict.value, "text": one.text}
                            for one in excuses
                        ],
                    },
                )
                for record, excuses in promoted
            ]
        )

    def _built(self, outcome: Built, lowest: ChannelRef) -> Sequence[Event]:
        job = outcome.job
        data = {
            "key": job.key,
            "commit": job.source.commit if job.source else "",
            "tree": job.source.tree if job.source else "",
            "seconds": round(outcome.seconds, 2),
        }
        built = Event(
            kind=EventKind.BUILT,
            name=job.name,
            subdir=job.subdir,
            file=job.file,
            sha256=outcome.sha256,
            channel=lowest.name,
            when=self._clock(),
            who=self._who,
            data=data,
        )
        return [built, replace(built, kind=EventKind.UPLOADED, data={})]

    def _event(
        self,
        kind: EventKind,
        record: PackageRecord,
        channel: str,
        data: Mapping[str, object] | None = None,
    ) -> Event:
        return Event(
            kind=kind,
            name=record.name,
            subdir=record.subdir,
            file=record.file,
            sha256=record.sha256,
            channel=channel,
            when=self._clock(),
            who=self._who,
            data=data or {},
        )


def known_keys(ledger: Ledger, names: Iterable[PackageName]) -> Mapping[str, str]:
    """Return sha256 -> content key of the packages of these names that the ledger saw built."""
    return {
        event.sha256: str(event.data.get("key", ""))
        for name in names
        for event in ledger.events(name)
        if event.kind is EventKind.BUILT
    }


def test_evidence(ledger: Ledger, name: PackageName) -> tuple[TestEvidence, ...]:
    """Return what the ledger knows of a package's tests, oldest first."""
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
        for event in ledger.events(name)
        if event.kind is EventKind.TESTED
    )


test_evidence.__test__ = False  # type: ignore[attr-defined]  # pytest must not collect it


def environment_of(event: Event) -> tuple[str, ...]:
    """Return the explicit environment of a test: lines of `<url>#sha256=<hex>`."""
    lines = event.data.get("environment")
    return tuple(str(line) for line in lines) if isinstance(lines, list | tuple) else ()
