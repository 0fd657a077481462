"""From one rung to the next: who may try, is it proved, does it climb."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from types import MappingProxyType

from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.evidence import Evidence, TestEvidence
from conda_sluice.model.outcome import (
    Progress,
    PromotionOutcome,
    PromotionResult,
    Recovered,
    TestReport,
)
from conda_sluice.model.package import PackageRecord
from conda_sluice.model.variant import VariantConfig
from conda_sluice.pipeline.bench import Bench
from conda_sluice.pipeline.closed import closed_by
from conda_sluice.pipeline.evidence import Gatherer
from conda_sluice.pipeline.exclusive import exclusively
from conda_sluice.pipeline.ladder import Ladder
from conda_sluice.pipeline.open_ladder import open_ladder
from conda_sluice.pipeline.promote import carry_out, decide
from conda_sluice.pipeline.record import tests_in
from conda_sluice.pipeline.test import TestStep, test
from conda_sluice.pipeline.test_one import compilers_of
from conda_sluice.pipeline.workspace import Member
from conda_sluice.plan.gates import tested
from conda_sluice.plan.gates.alone import judge_alone

GRACE = 60.0
"""Seconds beyond a test's own time until its worker is ended: it is to end the test itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to test: the sha256 of the packages, None for all; `is_anew` even if on record.

    `is_retry` tests again what is on record as failed.
    """

    packages: frozenset[str] | None = None
    is_anew: bool = False
    is_retry: bool = False

    def believes(self, report: TestEvidence) -> bool:
        """Tell whether a report on record counts."""
        return not self.is_anew and (report.has_passed or not self.is_retry)


class Climber:
    """Tests and promotes packages from one rung to the next.

    `releases` maps a file to all files of its release, where these are planned; `timeout` is
    the seconds that one package's tests may take.
    """

    def __init__(
        self,
        bench: Bench,
        members: Sequence[Member],
        variants: VariantConfig,
        *,
        timeout: float,
        releases: Mapping[str, frozenset[str]] = MappingProxyType({}),
    ) -> None:
        self._bench = bench
        self._members = members
        self._variants = variants
        self._timeout = timeout
        self._releases = releases
        self._gatherer = Gatherer(bench, members)

    def climb(
        self, ladder: Ladder, index: int, candidates: Sequence[PackageRecord]
    ) -> Iterator[TestReport | PromotionOutcome | Recovered | Progress]:
        """Test what may enter the rung at `index`, then let in what passes its gates."""
        yield from self.prove(ladder, index, candidates, Wanted())
        chosen = frozenset(candidates)
        yield from self.promote(
            index, lambda now: [one for one in now.records[index - 1] if one in chosen]
        )

    def eligible(
        self, ladder: Ladder, index: int, candidates: Sequence[PackageRecord]
    ) -> list[PackageRecord]:
        """Return those that are not in the rung at `index` and that their own rules let try."""
        present = {one.path for one in (*ladder.records[index], *ladder.hidden[index])}
        rung, records = ladder.rungs[index], ladder.records[index]
        evidence = self._evidence(
            [one for one in candidates if one.path not in present], ladder, index
        )
        return [
            one.record
            for one in evidence
            if all(excuse.verdict.lets_pass for excuse in judge_alone(one, rung, records))
        ]

    def prove(
        self,
        ladder: Ladder,
        index: int,
        candidates: Sequence[PackageRecord],
        wanted: Wanted,
    ) -> Iterator[TestReport | Progress]:
        """Test what may enter, until every proof was made beside packages that may enter too.

        A package that passed beside one that does not climb, for whatever reason, is tested
        again without it.
        """
        named = wanted.packages or frozenset()
        may_try = {record.sha256 for record in self.eligible(ladder, index, candidates)} | named
        live = [record for record in candidates if record.sha256 in may_try]
        with self._bench.open_executor(self._timeout + GRACE) as executor:
            while live:
                yield from self._test(ladder, index, live, wanted, executor)
                wanted = Wanted(packages=wanted.packages)
                outcomes = self.judge(ladder, index, live)
                stale = {one.record.sha256 for one in outcomes if _is_stale(one)}
                climbing = {
                    one.record.sha256
                    for one in outcomes
                    if one.result is PromotionResult.WOULD_PROMOTE
                }
                left = [one for one in live if one.sha256 in stale | climbing]
                if not stale or len(left) == len(live):
                    return
                live = left

    def project_of(self, record: PackageRecord, channel: ChannelRef) -> Member | None:
        """Return the project that a package of a channel comes from, None if from elsewhere."""
        return self._gatherer.project(record, channel)

    def whole_releases(
        self, ladder: Ladder, index: int, chosen: Sequence[PackageRecord]
    ) -> tuple[PackageRecord, ...]:
        """Add to the packages that want to enter a rung all those that climb with them."""
        below, channel = ladder.records[index - 1], ladder.rungs[index - 1].channel
        releases = {self._gatherer.release(record, channel) for record in chosen}
        named = set(chosen)
        present = {record.path for record in ladder.records[index]}
        return tuple(
            record
            for record in below
            if record in named
            or (record.path not in present and self._gatherer.release(record, channel) in releases)
        )

    def judge(
        self, ladder: Ladder, index: int, candidates: Sequence[PackageRecord]
    ) -> tuple[PromotionOutcome, ...]:
        """Ask every gate of the rung at `index`; nothing is changed."""
        present = {one.path for one in (*ladder.records[index], *ladder.hidden[index])}
        # where the file, or another one, is there already no gate is asked
        there = {one.path: Evidence(record=one) for one in candidates if one.path in present}
        asked = self._evidence(
            [one for one in candidates if one.path not in present], ladder, index
        )
        known = there | {one.record.path: one for one in asked}
        evidence = [known[one.path] for one in candidates]
        target = ladder.target(index, self._bench.config)
        return decide(evidence, target, self._bench.environments)

    def promote(
        self, index: int, choose: Callable[[Ladder], Sequence[PackageRecord]]
    ) -> Iterator[PromotionOutcome | Recovered]:
        """Ask every gate of the rung at `index` about those chosen now, and copy what passes."""
        with exclusively(self._bench) as recovered:
            yield from recovered
            ladder = open_ladder(self._bench)
            outcomes = self.judge(ladder, index, choose(ladder))
            promoted = carry_out(self._bench, outcomes, ladder, index)
        yield from promoted

    def _test(
        self,
        ladder: Ladder,
        index: int,
        live: Sequence[PackageRecord],
        wanted: Wanted,
        executor: Executor,
    ) -> Iterator[TestReport | Progress]:
        bench = self._bench
        below = ladder.rungs[index - 1].channel
        sources = {
            record.sha256: source
            for record in live
            for source in [self._gatherer.source(record, below)]
            if source is not None
        }
        step = TestStep(
            ladder=ladder,
            index=index,
            platform=bench.platform,
            strategies=bench.config.solve,
            folder=bench.tests,
            timeout=self._timeout,
            compilers=tuple(compilers_of(dict(self._variants.values), bench.platform).items()),
            sources=sources,
            commands={member.name: member.entry.test for member in self._members},
            wanted=wanted.packages,
        )
        known = [
            report
            for name in {record.name for record in live}
            for report in tests_in(bench.ledger.events(name))
            if wanted.believes(report)
        ]
        yield from bench.recorder.tests(test(live, step, known, bench.perform_test, executor))

    def _evidence(
        self, candidates: Sequence[PackageRecord], ladder: Ladder, index: int
    ) -> list[Evidence]:
        rung, below = ladder.rungs[index], ladder.rungs[index - 1].channel
        present = ladder.records[index]
        frozen = closed_by(self._bench.journal, rung.channel)
        there = {one.path for records in ladder.records[index - 1 : index + 1] for one in records}
        found = []
        for record in candidates:
            evidence = self._gatherer.evidence(
                record, below, rung, present, beside=ladder.records[index - 1], frozen=frozen
            )
            planned = sorted(self._releases.get(record.path, frozenset()))
            found.append(
                replace(
                    evidence,
                    planned_release=next(iter(planned), ""),
                    missing_sibling=next((path for path in planned if path not in there), ""),
                )
            )
        return found


def _is_stale(outcome: PromotionOutcome) -> bool:
    """Tell whether the package passed, but beside one that does not climb."""
    return any(excuse.gate == tested.GATE and excuse.is_stale for excuse in outcome.excuses)
