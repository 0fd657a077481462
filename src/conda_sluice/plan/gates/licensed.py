"""Is the package's licence one that the channel takes?"""

from typing import TYPE_CHECKING

from conda_sluice.model.config import LicenseGate
from conda_sluice.model.evidence import Evidence
from conda_sluice.model.outcome import Excuse, Verdict

if TYPE_CHECKING:
    from license_expression import LicenseExpression

GATE = "license"


def judge(evidence: Evidence, gate: LicenseGate, target: str) -> Excuse:
    """Hold the SPDX expression of a package against the lists: OR leaves a choice, AND does not."""
    text = evidence.record.license
    if not text.strip():
        return Excuse(GATE, Verdict.BLOCKED, "the package does not say which licence it has")
    parsed = _parsed(text)
    if parsed is None:
        return Excuse(GATE, Verdict.BLOCKED, f"its licence {text!r} is no SPDX expression")
    if _is_taken(parsed, gate):
        return Excuse(GATE, Verdict.PASS, f"{target} takes {text}")
    return Excuse(GATE, Verdict.BLOCKED, f"{target} does not take its licence, {text}")


def _parsed(text: str) -> "LicenseExpression | None":
    from license_expression import ExpressionError, Licensing

    try:
        return Licensing().parse(text)
    except (ExpressionError, IndexError):  # the latter for empty brackets
        return None


def _is_taken(expression: "LicenseExpression", gate: LicenseGate) -> bool:
    from license_expression import AND, OR

    match expression:
        case OR():
            return any(_is_taken(one, gate) for one in expression.args)
        case AND():
            return all(_is_taken(one, gate) for one in expression.args)
        case _:
            name = expression.render().lower()
            base = name.partition(" with ")[0]  # an exception only ever permits more
            denied = {one.lower() for one in gate.deny}
            allowed = {one.lower() for one in gate.allow}
            return not denied & {name, base} and (not allowed or bool(allowed & {name, base}))
