"""Test results of other jobs: `sluice test --format json` there, `sluice test --import` here."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

from conda_sluice.errors import UsageError
from conda_sluice.model.outcome import TestReport
from conda_sluice.model.package import PackageRecord
from conda_sluice.pipeline.bench import Bench
from conda_sluice.pipeline.ladder import Ladder, read_ladder
from conda_sluice.pipeline.run import last_rung
from conda_sluice.plan.transactions import tested_event

_SCHEMA = "sluice.test/1"
_PINNED = re.compile(r".+#sha256=([0-9a-f]{64})")
"""A line of an explicit environment: which very file stood there."""


def import_tests(bench: Bench, file: Path) -> tuple[TestReport, ...]:
    """Tell the ledger of tests that ran elsewhere: of all that the file names, or of none.

    Raise UsageError for a file that is no such report, or that is about packages which the
    channels do not hold.
    """
    ladder = read_ladder(bench.config, bench.store)
    reports = tuple(_report(one, bench, ladder, file) for one in _outcomes(file))
    stamp = bench.stamp(f"imported from {file.name}")
    bench.ledger.append([tested_event(one, stamp) for one in reports])
    return reports


def _outcomes(file: Path) -> Sequence[Mapping[str, object]]:
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        why = error.strerror if isinstance(error, OSError) else f"they are no JSON: {error}"
        raise UsageError(f"cannot read these test results: {why}", where=str(file)) from error
    if not isinstance(document, dict) or document.get("schema") != _SCHEMA:
        raise _no_report(file, f"its schema is not {_SCHEMA}")
    outcomes = document.get("outcomes")
    if not isinstance(outcomes, list) or not all(isinstance(one, dict) for one in outcomes):
        raise _no_report(file, "its outcomes are no list of objects")
    return cast("Sequence[Mapping[str, object]]", outcomes)


def _report(said: Mapping[str, object], bench: Bench, ladder: Ladder, file: Path) -> TestReport:
    def text(key: str) -> str:
        value = said.get(key)
        if not isinstance(value, str):
            raise _no_report(file, f"{key!r} of an outcome is no text")
        return value

    environment, tests = said.get("environment"), said.get("tests")
    if not isinstance(environment, list) or not all(isinstance(one, str) for one in environment):
        raise _no_report(file, "'environment' of an outcome is no list of texts")
    if not isinstance(tests, int) or tests < 0:
        raise _no_report(file, "'tests' of an outcome is no count")
    has_passed = text("outcome") == "passed"
    if has_passed and (not tests or not environment):
        raise _no_report(file, f"{text('file')} passed without a test or an environment")
    record = _record(said, text("target"), bench, ladder, file)
    if has_passed:
        _check_environment(environment, record, file)
    return TestReport(
        record=record,
        target=text("target"),
        platform=text("platform"),
        strategy=text("strategy"),
        has_passed=has_passed,
        is_waiting=text("outcome") == "waiting",
        reason=text("reason"),
        tests=tests,
        environment=tuple(environment),
        digest=text("digest"),
        log=Path(text("log")),
        junit=None,
        seconds=0.0,
    )


def _check_environment(lines: Sequence[str], record: PackageRecord, file: Path) -> None:
    """Raise UsageError where it is not told which files stood there, the tested one among them."""
    found = [_PINNED.fullmatch(line) for line in lines]
    if not all(found):
        bare = lines[found.index(None)]
        raise _no_report(file, f"its environment holds {bare!r}, without a sha256")
    if record.sha256 not in {one[1] for one in found if one}:
        raise _no_report(file, f"{record.path} passed and is not in its environment")


def _record(
    said: Mapping[str, object], target: str, bench: Bench, ladder: Ladder, file: Path
) -> PackageRecord:
    """Return the package that was tested, as the channel below the target holds it."""
    index = last_rung(bench.config, target)
    path, sha256 = f"{said.get('subdir')}/{said.get('file')}", said.get("sha256")
    for record in ladder.records[index - 1] if index else ():
        if (record.path, record.sha256) == (path, sha256):
            return record
    raise UsageError(
        f"tells of {path} for {target}, with a sha256 that the channel below does not hold",
        where=str(file),
        remedy="upload the very file that was tested, or test it here",
    )


def _no_report(file: Path, what: str) -> UsageError:
    return UsageError(
        f"is no report of tests: {what}",
        where=str(file),
        remedy="write it with: sluice test --format json",
    )
