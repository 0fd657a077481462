"""Did this very file pass its tests among the packages it will meet in the target?"""

from collections.abc import Sequence

from conda_sluice.model.evidence import Evidence, TestEvidence
from conda_sluice.model.outcome import Excuse, Verdict
from conda_sluice.plan.wording import in_one_line

GATE = "tested"


def judge(
    evidence: Evidence,
    target: str,
    platforms: Sequence[str],
    strategies: Sequence[str],
    absent: frozenset[str],
) -> Excuse:
    """Ask for a passing record on every required platform with every solve strategy.

    `absent` are the sha256 of the ladder's packages that will not be in the target: a test that
    ran beside one of them says nothing about the target.
    """
    platforms = platforms if evidence.record.is_noarch else (evidence.record.subdir,)
    for platform in platforms:
        for strategy in strategies:
            reports = [
                report
                for report in evidence.tests
                if (report.sha256, report.target) == (evidence.record.sha256, target)
                and (report.platform, report.strategy) == (platform, strategy)
            ]
            excuse = _judge_reports(reports, target, platform, absent)
            if excuse:
                return excuse
    return Excuse(GATE, Verdict.PASS, f"tested for {target} on {', '.join(platforms)}")


def _judge_reports(
    reports: Sequence[TestEvidence], target: str, platform: str, absent: frozenset[str]
) -> Excuse | None:
    if not reports:
        return Excuse(GATE, Verdict.WAITING, f"not tested for {target} on {platform} yet")
    latest = reports[-1]
    if latest.is_waiting:
        return Excuse(GATE, Verdict.WAITING, in_one_line(latest.reason))
    if not latest.has_passed:
        text = f"tests on {platform} did not pass: {in_one_line(latest.reason)}"
        return Excuse(GATE, Verdict.BLOCKED, text)
    if latest.environment & absent:
        return Excuse(
            GATE,
            Verdict.WAITING,
            f"was tested on {platform} beside a package that does not climb to {target};"
            " test it again",
            is_stale=True,
        )
    return None
