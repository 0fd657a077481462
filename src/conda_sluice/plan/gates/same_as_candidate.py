"""Is the final package what was tested as its release candidate?"""

from conda_sluice.model.comparison import Comparison
from conda_sluice.model.evidence import Evidence
from conda_sluice.model.outcome import Excuse, Verdict

GATE = "same-as-candidate"
_FEW = 3


def judge(evidence: Evidence) -> Excuse:
    """Pass what differs from the tested candidate of its sources by names of the version alone."""
    if evidence.origin is None:
        text = "the package does not say from which sources it was built, so it has no candidate"
        return Excuse(GATE, Verdict.BLOCKED, text)
    if evidence.origin.is_static:
        text = "its version stands in its files: the very file that was tested climbs"
        return Excuse(GATE, Verdict.PASS, text)
    found = evidence.comparison
    if found is None:
        text = (
            f"no release candidate of {evidence.record.version} with these very sources was"
            " tested: tag one, let it climb, then tag the final version on its commit"
        )
        return Excuse(GATE, Verdict.WAITING, text)
    candidate = f"the tested candidate {found.first.version}"
    built_with = built_with_others(found)
    if not found.unexplained:
        text = f"is {candidate} but for the version{f'; {built_with}' if built_with else ''}"
        return Excuse(GATE, Verdict.PASS, text, details=tuple(map(str, found.differences)))
    files = found.unexplained
    shown = ", ".join(str(one) for one in files[:_FEW])
    more = f" and {len(files) - _FEW} more" if len(files) > _FEW else ""
    text = (
        f"differs from {candidate} in more than the version: {shown}{more}"
        f"{f'; {built_with}' if built_with else ''}; see sluice diff"
        f" {found.first.name}=={found.first.version} {found.second.name}=={found.second.version}"
    )
    return Excuse(GATE, Verdict.BLOCKED, text, details=tuple(map(str, files)))


def built_with_others(found: Comparison) -> str:
    """Say whether two packages were built with the same packages, "" where they were."""
    if found.environment is None:
        return "what one of them was built with is not on record"
    if not found.environment:
        return ""
    named = [line.split()[2] for line in found.environment]
    return f"they were built with other packages: {', '.join(dict.fromkeys(named))}"
