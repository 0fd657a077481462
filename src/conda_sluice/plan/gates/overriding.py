"""Overrides: a person takes it upon themselves that a gate's word does not hold a package."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from conda_sluice.model.config import ApprovedGate, Rung, SignedTagGate
from conda_sluice.model.evidence import Evidence, SignedWord
from conda_sluice.model.outcome import Excuse, Verdict
from conda_sluice.model.statement import StatementKind, last_day

NEVER = ("identity", "set", "committed", "versions")
"""What nobody can override: a name is taken, a release is whole, what a channel is for."""

_HOLDING = {Verdict.WAITING, Verdict.BLOCKED, Verdict.NEEDS_APPROVAL}


def approvers_of(rung: Rung) -> Path | None:
    """Return the file of people whose approval counts for a channel."""
    return next((one.approvers for one in rung.gates if isinstance(one, ApprovedGate)), None)


def overriders_of(rung: Rung) -> Path | None:
    """Return the file of people who may override; None where no signature is asked for."""
    signers = (one.allowed_signers for one in rung.gates if isinstance(one, SignedTagGate))
    return rung.overriders or next(signers, None) or approvers_of(rung)


def with_overrides(excuses: Sequence[Excuse], evidence: Evidence) -> tuple[Excuse, ...]:
    """Return the excuses, those that somebody has overridden marked as such, with who and why."""
    return tuple(_overridden(one, evidence) for one in excuses)


def _overridden(excuse: Excuse, evidence: Evidence) -> Excuse:
    if excuse.verdict not in _HOLDING or excuse.gate in NEVER:
        return excuse
    good = override_of(excuse.gate, evidence)
    if good is not None:
        text = f"{excuse.text} ({told_by(good)})"
        return replace(excuse, verdict=Verdict.OVERRIDDEN, text=text, is_stale=False)
    words = _overrides(excuse.gate, evidence)
    if not words:
        return excuse
    last = words[-1]
    trouble = last.reason or f"it ended on {last.until}"
    return replace(excuse, text=f"{excuse.text} (the override by {last.signer}: {trouble})")


def override_of(gate: str, evidence: Evidence) -> SignedWord | None:
    """Return the override of a gate that counts today, None where there is none."""
    today = evidence.now[:10]
    words = _overrides(gate, evidence)
    return next((one for one in words if not one.reason and today <= last_day(one.until)), None)


def _overrides(gate: str, evidence: Evidence) -> list[SignedWord]:
    return [
        one for one in evidence.words if one.kind is StatementKind.OVERRIDE and one.gate == gate
    ]


def told_by(word: SignedWord) -> str:
    """Return who has overridden a gate, until when and why."""
    return f"overridden by {word.signer} until {word.until}: {word.why}"
