"""Does somebody who answers for the project want it there?"""

from conda_sluice.model.evidence import Evidence
from conda_sluice.model.outcome import Excuse, Verdict
from conda_sluice.model.statement import StatementKind

GATE = "owners"


def judge(evidence: Evidence) -> Excuse:
    """Pass what an owner promotes or has approved; what nobody owns belongs to nobody."""
    name = evidence.record.name
    if not evidence.owners:
        what = "no project of channels.yaml has" if evidence.owners is None else "nobody owns"
        text = f"{what} the name {name}: list the project's owners in channels.yaml"
        return Excuse(GATE, Verdict.BLOCKED, text)
    if evidence.actor in evidence.owners:
        return Excuse(GATE, Verdict.PASS, f"{evidence.actor} owns {name}")
    approving = {
        word.signer
        for word in evidence.words
        if word.kind is StatementKind.APPROVAL and not word.reason
    }
    owner = next((one for one in evidence.owners if one in approving), "")
    if owner:
        return Excuse(GATE, Verdict.PASS, f"{owner}, who owns {name}, has approved it")
    text = (
        f"{name} belongs to {', '.join(evidence.owners)}, not to {evidence.actor}:"
        " one of them promotes it, or approves it with sluice approve"
    )
    return Excuse(GATE, Verdict.NEEDS_APPROVAL, text)
