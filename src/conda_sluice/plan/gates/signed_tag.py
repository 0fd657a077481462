"""Did somebody who may do so sign that this version is released?"""

from conda_sluice.model.evidence import Evidence, TagEvidence
from conda_sluice.model.outcome import Excuse, Verdict

GATE = "signed-tag"


def judge(evidence: Evidence) -> Excuse:
    """Look for a signed tag of the version whose source tree is the one in the package."""
    origin = evidence.origin
    if origin is None:
        text = (
            "the package does not say from which sources it was built, so no tag can vouch for it"
        )
        return Excuse(GATE, Verdict.BLOCKED, text)
    if evidence.missing_signers:
        text = (
            f"nobody may sign releases yet: {evidence.missing_signers} does not exist; write a"
            " line into it for each person, an e-mail address and an SSH public key"
        )
        return Excuse(GATE, Verdict.WAITING, text)
    good = next((tag for tag in evidence.tags if not tag.reason and tag.is_same_tree), None)
    if good is not None:
        return Excuse(GATE, Verdict.PASS, f"tag {good.tag} is signed by {good.signer}")
    if not evidence.tags:
        text = f"no tag for version {origin.version} yet: sign one with git tag -s"
        return Excuse(GATE, Verdict.WAITING, f"{text} on the tested commit")
    return _judge_bad(evidence.tags[0], is_static=origin.is_static)


def _judge_bad(tag: TagEvidence, *, is_static: bool) -> Excuse:
    """Say whether a tag that does not count speaks against the package, or only not for it."""
    if not tag.is_same_tree:
        # a version in a file stays what it is after the release, while the sources go on
        verdict = Verdict.WAITING if is_static else Verdict.BLOCKED
        text = f"tag {tag.tag} is on other sources than those the package was built from"
        return Excuse(GATE, verdict, text)
    text = f"tag {tag.tag} does not count: {tag.reason}"
    if tag.is_unsigned:
        return Excuse(GATE, Verdict.WAITING, f"{text}; sign one with git tag -s")
    return Excuse(GATE, Verdict.BLOCKED, text)
