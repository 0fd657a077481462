"""Has the package been in the channel below for long enough?"""

from datetime import datetime

from conda_sluice.model.config import AgeGate
from conda_sluice.model.evidence import Evidence
from conda_sluice.model.outcome import Excuse, Verdict

GATE = "age"


def judge(evidence: Evidence, gate: AgeGate) -> Excuse:
    """Count the days since the package came into the channel below, as the ledger tells it."""
    if not evidence.arrived:
        text = "the ledger does not say since when it is there"
        return Excuse(GATE, Verdict.BLOCKED, text)
    age = datetime.fromisoformat(evidence.now) - datetime.fromisoformat(evidence.arrived)
    if age.total_seconds() < 0:
        text = f"came at {evidence.arrived}, which is yet to be: set this machine's clock right"
        return Excuse(GATE, Verdict.BLOCKED, text)
    if age.days < gate.days:
        text = f"is {_days(age.days)} old and has to be {_days(gate.days)}"
        return Excuse(GATE, Verdict.WAITING, text)
    return Excuse(GATE, Verdict.PASS, f"is {_days(age.days)} old")


def _days(count: int) -> str:
    return f"{count} day{'' if count == 1 else 's'}"
