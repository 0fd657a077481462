"""Test what wants to climb, in the context of the channel that it wants to enter."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Never, Protocol

from conda_sluice.errors import SluiceError
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.evidence import TestEvidence
from conda_sluice.model.names import Subdir
from conda_sluice.model.outcome import Progress, TestReport
from conda_sluice.model.package import PackageRecord
from conda_sluice.model.project import SourceState
from conda_sluice.pipeline.ladder import Ladder
from conda_sluice.pipeline.schedule import Step, Waiting, schedule
from conda_sluice.pipeline.test_one import LOG, TestTask


@dataclass(frozen=True, slots=True, kw_only=True)
class TestStep:
    """One rung to test for, and what all tests for it share.

    `compilers` maps a language to a match spec; `sources` a sha256 to where the project's own
    tests are taken from; `commands` a package name to the command that channels.yaml gives.
    `wanted` are the sha256 of those that are to be tested, None for all.
    """

    __test__ = False  # not a test class, whatever pytest makes of its name

    ladder: Ladder
    index: int
    platform: Subdir
    strategies: tuple[str, ...]
    folder: Path
    timeout: float
    compilers: tuple[tuple[str, str], ...]
    sources: Mapping[str, SourceState]
    commands: Mapping[str, str]
    wanted: frozenset[str] | None = None

    def is_wanted(self, record: PackageRecord) -> bool:
        """Tell whether this package is to be tested, or is only part of the context."""
        return self.wanted is None or record.sha256 in self.wanted

    @property
    def target(self) -> str:
        """Return the name of the channel that the packages want to enter."""
        return self.ladder.rungs[self.index].channel.name

    def digest(self, live: Sequence[PackageRecord], record: PackageRecord) -> str:
        """Return the sha256 over the context of a test: who is there, with what command it runs."""
        context, command = self.ladder.digest(self.index, live), self.commands.get(record.name, "")
        return hashlib.sha256(f"{context}\n{command}".encode()).hexdigest() if command else context


class Perform(Protocol):
    """Fetches the package from its channel and tests it in a worker. It must pickle."""

    def __call__(self, task: TestTask, *, channel: ChannelRef) -> TestReport:
        """Test; whatever keeps the test from running makes it not passed."""


def test(
    candidates: Sequence[PackageRecord],
    step: TestStep,
    known: Sequence[TestEvidence],
    perform: Perform,
    executor: Executor,
) -> Iterator[TestReport | Progress]:
    """Test the candidates of a step, yielding each report as it comes, and progress in between.

    All candidates are laid over the target together. Those that fail leave the context, and
    those that were tested beside them are tested again without them, until nothing changes.
    """
    live = list(candidates)
    evidence = {record.sha256: _latest(record, step, known) for record in live}
    below = step.ladder.rungs[step.index - 1].channel
    while True:
        live = _without_settled(live, evidence, step)
        absent = _absent(step, live)
        due = [one for one in live if step.is_wanted(one) and _is_due(evidence[one.sha256], absent)]
        if not due:
            return
        tasks = [_task(one, strategy, live, step) for one in due for strategy in step.strategies]
        for one in _run(tasks, partial(perform, channel=below), executor):
            if isinstance(one, TestReport):
                evidence[one.record.sha256] = _as_evidence(one)
            yield one
        live = _without_culprits(live, evidence)


test.__test__ = False  # type: ignore[attr-defined]  # pytest must not collect it


def _run(
    tasks: Sequence[TestTask], perform: Callable[[TestTask], TestReport], executor: Executor
) -> Iterator[TestReport | Progress]:
    """Run the tasks side by side."""
    done = 0
    steps: Iterator[Step[int, TestReport, Never]] = schedule(
        dict.fromkeys(range(len(tasks)), ()),
        lambda index, pool: pool.submit(perform, tasks[index]),
        executor,
    )
    for step in steps:
        if isinstance(step, Waiting):
            running = tuple(
                f"{record.name} {record.version}"
                for record in (tasks[index].record for index in step.running)
            )
            yield Progress(verb="testing", running=running, done=done, total=len(tasks))
            continue
        index, future = step
        done += 1
        yield _report(tasks[index], future)


def _latest(
    record: PackageRecord, step: TestStep, known: Sequence[TestEvidence]
) -> TestEvidence | None:
    reports = [
        one
        for one in known
        if (one.sha256, one.target) == (record.sha256, step.target)
        and one.platform == step.platform
        and one.strategy in step.strategies
    ]
    return reports[-1] if reports else None


def _without_settled(
    live: list[PackageRecord], evidence: Mapping[str, TestEvidence | None], step: TestStep
) -> list[PackageRecord]:
    """Leave out what failed in this very context; that makes a smaller context, so ask again."""
    while True:
        left = [
            one
            for one in live
            if not _is_settled_failure(evidence[one.sha256], step.digest(live, one))
        ]
        if len(left) == len(live):
            return left
        live = left


def _without_culprits(
    live: list[PackageRecord], evidence: Mapping[str, TestEvidence | None]
) -> list[PackageRecord]:
    """Leave out what failed by itself.

    What failed beside another failure may only have suffered from it, and gets a round without
    it. Where all failures stood beside one another, nobody can tell, and all of them go.
    """
    failed = {
        one.sha256: report
        for one in live
        for report in [evidence[one.sha256]]
        if report is not None and not report.has_passed
    }
    alone = {
        sha256
        for sha256, report in failed.items()
        if not (report.environment & failed.keys()) - {sha256}
    }
    culprits = alone or failed.keys()
    return [one for one in live if one.sha256 not in culprits]


def _is_settled_failure(evidence: TestEvidence | None, digest: str) -> bool:
    """Tell whether the tests ran in this very context and failed; an unsolved one is retried."""
    if evidence is None or evidence.has_passed:
        return False
    return bool(evidence.environment) and evidence.digest == digest


def _is_due(evidence: TestEvidence | None, absent: frozenset[str]) -> bool:
    return evidence is None or not evidence.has_passed or bool(evidence.environment & absent)


def _absent(step: TestStep, live: Sequence[PackageRecord]) -> frozenset[str]:
    """Return the sha256 of the ladder's packages that are not in the context."""
    there = {record.sha256 for rung in step.ladder.records[step.index :] for record in rung}
    there.update(record.sha256 for record in live)
    return frozenset(record.sha256 for record in step.ladder.everything) - there


def _task(
    record: PackageRecord, strategy: str, live: Sequence[PackageRecord], step: TestStep
) -> TestTask:
    return TestTask(
        record=record,
        target=step.target,
        platform=step.platform,
        strategy=strategy,
        sources=step.ladder.context(step.index, live, step.platform),
        wider=step.ladder.context(step.index, step.ladder.records[step.index - 1], step.platform),
        digest=step.digest(live, record),
        source=step.sources.get(record.sha256),
        command=step.commands.get(record.name, ""),
        compilers=step.compilers,
        folder=results_folder(step.folder, step.target, record.path, strategy),
        timeout=step.timeout,
    )


def results_folder(folder: Path, target: str, path: str, strategy: str) -> Path:
    """Return where a test of the package at `path` leaves its log and its results."""
    return folder / target / path / strategy


def _report(task: TestTask, future: "Future[TestReport]") -> TestReport:
    """Return the report; a test that its worker could not bring to an end is not passed."""
    error = future.exception()
    if error is None:
        return future.result()
    if not isinstance(error, SluiceError):
        raise error
    return TestReport(
        record=task.record,
        target=task.target,
        platform=task.platform,
        strategy=task.strategy,
        has_passed=False,
        reason=str(error),
        tests=0,
        environment=(),
        digest=task.digest,
        log=task.folder / LOG,
        junit=None,
        seconds=0.0,
    )


def _as_evidence(report: TestReport) -> TestEvidence:
    return TestEvidence(
        sha256=report.record.sha256,
        target=report.target,
        platform=report.platform,
        strategy=report.strategy,
        has_passed=report.has_passed,
        reason=report.reason,
        digest=report.digest,
        environment=frozenset(line.rpartition("#sha256=")[2] for line in report.environment),
    )
