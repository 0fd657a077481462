from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from conda_sluice.errors import TaskTimeoutError
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.config import Rung
from conda_sluice.model.environment import RecordSource
from conda_sluice.model.outcome import TestReport
from conda_sluice.pipeline.ladder import Ladder
from conda_sluice.pipeline.test import TestStep, _as_evidence, test
from factories import a_record
from plans import LINUX


def a_ladder(unstable, testing=()):
    return Ladder(
        rungs=tuple(Rung(channel=ChannelRef(n, f"file:///{n}")) for n in ("unstable", "testing")),
        records=(tuple(unstable), tuple(testing)),
        upstream=(),
        hidden=((), ()),
    )


def a_step(ladder, commands=()):
    return TestStep(
        ladder=ladder,
        index=1,
        platform=LINUX,
        strategies=("highest",),
        folder=Path("/results"),
        timeout=10,
        compilers=(),
        sources={},
        commands=dict(commands),
    )


class Bed:
    """Tests packages by a table: who fails, alone or beside whom, who needs whom beside itself."""

    def __init__(self, fails=(), beside=(), fails_beside=()):
        self.fails = set(fails)
        self.fails_beside = dict(fails_beside)
        self.beside = dict(beside)
        self.asked = []

    def __call__(self, task, *, channel):
        record = task.record
        assert channel.name == "unstable"
        (target, *_) = task.sources
        assert isinstance(target, RecordSource)
        there = {one.name: one for one, _ in target.records}
        self.asked.append(record.name)
        fails = record.name in self.fails or self.fails_beside.get(record.name) in there
        names = [record.name, *(n for n in self.beside.get(record.name, ()) if n in there)]
        return TestReport(
            record=record,
            target=task.target,
            platform=task.platform,
            strategy=task.strategy,
            has_passed=not fails,
            reason="boom" if fails else "",
            tests=1,
            environment=tuple(f"file:///x#sha256={there[name].sha256}" for name in names),
            digest=task.digest,
            log=Path("/log"),
            junit=None,
            seconds=0.1,
        )


def run(records, bed, *, ladder=None, known=(), commands=()):
    step = a_step(ladder or a_ladder(records), commands)
    with ThreadPoolExecutor(1) as executor:
        steps = list(test(records, step, known, bed, executor))
    return [one for one in steps if isinstance(one, TestReport)]


def test_every_candidate_is_tested_once_when_all_pass():
    records = [a_record("lib"), a_record("app")]
    reports = run(records, Bed(beside={"app": ["lib"]}))
    assert [report.record.name for report in reports] == ["lib", "app"]


def test_what_was_tested_beside_a_failure_is_tested_again_without_it():
    bed = Bed(fails=["lib"], beside={"app": ["lib"]})
    reports = run([a_record("lib"), a_record("app"), a_record("other")], bed)
    assert bed.asked == ["lib", "app", "other", "app"]
    assert [report.has_passed for report in reports] == [False, True, True, True]


def test_what_passed_before_in_the_same_company_is_not_tested_again():
    records = [a_record("lib"), a_record("app")]
    known = [_as_evidence(report) for report in run(records, Bed(beside={"app": ["lib"]}))]
    assert run(records, Bed(), known=known) == []


def test_a_failure_in_an_unchanged_context_is_not_repeated():
    records = [a_record("lib")]
    known = [_as_evidence(report) for report in run(records, Bed(fails=["lib"]))]
    assert run(records, Bed(), known=known) == []


def test_a_failure_is_repeated_when_the_context_has_changed():
    lib = a_record("lib")
    known = [_as_evidence(report) for report in run([lib], Bed(fails=["lib"]))]
    ladder = a_ladder([lib], testing=[a_record("new")])
    assert [report.has_passed for report in run([lib], Bed(), ladder=ladder, known=known)] == [True]


def test_a_failure_is_repeated_when_the_command_has_changed():
    lib = a_record("lib")
    known = [_as_evidence(report) for report in run([lib], Bed(fails=["lib"]))]
    (passed,) = run([lib], Bed(), known=known, commands={"lib": "pytest -k fast"})
    assert passed.has_passed


def test_a_test_that_never_got_an_environment_is_repeated():
    lib = a_record("lib")
    (failed,) = run([lib], Bed(fails=["lib"]))
    known = [_as_evidence(replace(failed, environment=()))]
    assert len(run([lib], Bed(), known=known)) == 1


def test_a_worker_that_does_not_come_back_is_a_test_not_passed():
    def perform(_task, *, channel):
        raise TaskTimeoutError("took longer than 10 s")

    (report,) = run([a_record("lib")], perform)
    assert not report.has_passed
    assert report.reason == "took longer than 10 s"


def test_what_fails_only_beside_a_broken_neighbour_gets_a_round_without_it():
    bed = Bed(fails=["lib"], beside={"app": ["lib"]}, fails_beside={"app": "lib"})
    records = [a_record("lib"), a_record("app")]
    reports = run(records, bed)
    assert [(report.record.name, report.has_passed) for report in reports] == [
        ("lib", False),
        ("app", False),
        ("app", True),
    ]
    known = [_as_evidence(report) for report in reports]
    assert run(records, bed, known=known) == []  # and the next run believes all three


def test_what_failed_in_the_smaller_company_is_not_repeated_either():
    bed = Bed(fails=["lib", "app"], beside={"app": ["lib"]})
    records = [a_record("lib"), a_record("app")]
    reports = run(records, bed)
    assert [report.record.name for report in reports] == ["lib", "app", "app"]
    known = [_as_evidence(report) for report in reports]
    assert run(records, bed, known=known) == []


def test_a_result_from_another_platform_says_nothing_here():
    lib = a_record("lib")
    (passed,) = run([lib], Bed())
    elsewhere = _as_evidence(replace(passed, platform="osx-arm64"))
    assert len(run([lib], Bed(), known=[elsewhere])) == 1
