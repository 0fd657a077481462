"""Does the version go on from those that the channel holds?"""

from conda_sluice.model.evidence import Evidence
from conda_sluice.model.outcome import Excuse, Verdict

GATE = "monotonic"


def judge(evidence: Evidence, target: str) -> Excuse:
    """Refuse a version below one that was built from an ancestor of its commit.

    A backport is welcome: what it is lower than comes from another line of history.
    """
    if evidence.overtaken_by:
        text = (
            f"{target} holds {evidence.overtaken_by}, which was built from earlier sources:"
            f" {evidence.record.version} would never be the newest; tag a higher version"
        )
        return Excuse(GATE, Verdict.BLOCKED, text)
    return Excuse(GATE, Verdict.PASS, f"nothing higher in {target} comes from earlier sources")
