"""Did somebody who may do so sign that this version is released?"""

from conda_sluice.model.evidence import Evidence
from conda_sluice.model.outcome import Excuse, Verdict

GATE = "signed-tag"


def judge(evidence: Evidence) -> Excuse:
    """Look for a signed tag of the version whose source tree is the one in the package."""
    if evidence.origin is None:
        return Excuse(
            GATE,
            Verdict.BLOCKED,
            "the package does not say from which sources it was built, so no tag can vouch for it",
        )
    if evidence.missing_signers:
        return Excuse(
            GATE,
            Verdict.WAITING,
            f"nobody may sign releases yet: {evidence.missing_signers} does not exist; write a"
            " line into it for each person, an e-mail address and an SSH public key",
        )
    if not evidence.tags:
        return Excuse(
            GATE,
            Verdict.WAITING,
            f"no tag for version {evidence.origin.version} yet: sign one with"
            " git tag -s on the tested commit",
        )
    for tag in evidence.tags:
        if not tag.reason and tag.is_same_tree:
            return Excuse(GATE, Verdict.PASS, f"tag {tag.tag} is signed by {tag.signer}")
    tag = evidence.tags[0]
    if not tag.is_same_tree:
        return Excuse(
            GATE,
            Verdict.BLOCKED,
            f"tag {tag.tag} is on other sources than those the package was built from",
        )
    return Excuse(GATE, Verdict.BLOCKED, f"tag {tag.tag} does not count: {tag.reason}")
