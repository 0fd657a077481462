"""Were the sources committed?"""

from conda_sluice.model.evidence import Evidence
from conda_sluice.model.outcome import Excuse, Verdict

GATE = "committed"


def judge(evidence: Evidence) -> Excuse:
    """Keep packages built with `--allow-dirty` where they are: nobody can build them again."""
    if evidence.origin is not None and evidence.origin.is_dirty:
        return Excuse(
            GATE,
            Verdict.NOT_ELIGIBLE,
            "was built from changes that are not committed, or with such a package",
        )
    return Excuse(GATE, Verdict.PASS, "was built from a commit, or elsewhere")
