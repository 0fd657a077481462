"""Is the channel open at all?"""

from conda_sluice.model.evidence import Evidence
from conda_sluice.model.outcome import Excuse, Verdict

GATE = "frozen"


def judge(evidence: Evidence, target: str) -> Excuse | None:
    """Hold everything while the channel is frozen; None where it is not."""
    if not evidence.frozen:
        return None
    return Excuse(GATE, Verdict.WAITING, f"{target} is frozen: {evidence.frozen}")
