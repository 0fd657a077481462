"""Has somebody who may do so said that the package may enter?"""

import re
from collections.abc import Iterable

from conda_sluice.model.config import ApprovedGate, ReleaseLevel
from conda_sluice.model.evidence import Evidence
from conda_sluice.model.outcome import Excuse, Verdict
from conda_sluice.model.statement import StatementKind
from conda_sluice.model.version import is_version, sort_key

GATE = "approved"
_RELEASE = re.compile(r"(?:(\d+)!)?(\d+(?:\.\d+)*)")


def judge(evidence: Evidence, gate: ApprovedGate, versions: Iterable[str], target: str) -> Excuse:
    """Ask for a signed approval of releases that need one; `versions` are those in the target."""
    version = evidence.record.version
    before = newest_below(version, versions)
    level = release_level(version, before)
    after = f"a {level} release after {before}" if before else "the first release"
    if level not in gate.levels:
        return Excuse(GATE, Verdict.PASS, f"is {after}, which climbs by itself")
    words = [one for one in evidence.words if one.kind is StatementKind.APPROVAL]
    good = next((one for one in words if not one.reason), None)
    if good is not None:
        why = f": {good.why}" if good.why else ""
        return Excuse(GATE, Verdict.PASS, f"{good.signer} approved it{why}")
    bad = (
        f"; the approval by {words[-1].signer} does not count: {words[-1].reason}" if words else ""
    )
    text = f"is {after} of {evidence.record.name} in {target}, and nobody approved it yet{bad}"
    return Excuse(GATE, Verdict.NEEDS_APPROVAL, f"{text}; see sluice approve")


def newest_below(version: str, versions: Iterable[str]) -> str:
    """Return the highest of `versions` that is lower than `version`, "" where none is."""
    if not is_version(version):
        return ""
    own = sort_key(version)
    lower = [one for one in versions if is_version(one) and sort_key(one) < own]
    return max(lower, key=sort_key, default="")


def release_level(version: str, before: str) -> ReleaseLevel:
    """Return the place of the first number in which two versions differ; "" is before all.

    A version that does not begin with a number goes as far as any can.
    """
    ours, theirs = _numbers(version), _numbers(before)
    if ours is None or theirs is None:
        return ReleaseLevel.MAJOR
    for place, level in enumerate((ReleaseLevel.MAJOR, ReleaseLevel.MAJOR, ReleaseLevel.MINOR)):
        if ours[place] != theirs[place]:
            return level
    return ReleaseLevel.PATCH


def _numbers(version: str) -> tuple[int, int, int] | None:
    """Return epoch, major and minor number, None where a version does not begin with a number."""
    found = _RELEASE.match(version)
    if not found:
        return None
    release = [int(number) for number in found[2].split(".")]
    return (int(found[1] or 0), release[0], release[1] if len(release) > 1 else 0)
