"""The gates that concern a package alone, whoever climbs with it."""

from collections.abc import Iterable, Iterator, Sequence

from conda_sluice.model.config import (
    AgeGate,
    ApprovedGate,
    Gate,
    InstallableGate,
    LicenseGate,
    MonotonicGate,
    OwnersGate,
    Rung,
    SameAsCandidateGate,
    SignedTagGate,
    TestedGate,
)
from conda_sluice.model.evidence import Evidence
from conda_sluice.model.outcome import Excuse, Verdict
from conda_sluice.model.package import PackageRecord
from conda_sluice.plan.gates import (
    age,
    approved,
    committed,
    frozen,
    licensed,
    monotonic,
    owners,
    same_as_candidate,
    signed_tag,
    versions,
)
from conda_sluice.plan.gates.overriding import with_overrides


def judge_alone(
    evidence: Evidence, rung: Rung, present: Sequence[PackageRecord]
) -> tuple[Excuse, ...]:
    """Ask about sources, version, tag, people and time; `present` is what the channel holds."""
    if evidence.trouble:
        return (Excuse("identity", Verdict.BLOCKED, evidence.trouble),)
    excuses: list[Excuse] = []
    for excuse in (
        committed.judge(evidence),
        versions.judge(evidence, rung.versions, rung.channel.name),
    ):
        if excuse.verdict is Verdict.NOT_ELIGIBLE:
            return (excuse,)  # what is not meant to climb has nothing to wait for
        excuses.append(excuse)
    if evidence.missing_sibling:
        text = f"waits for {evidence.missing_sibling} of the same release, which is not built"
        excuses.append(Excuse("set", Verdict.WAITING, text))
    if closed := frozen.judge(evidence, rung.channel.name):
        excuses.append(closed)
    own = [one.version for one in present if one.name == evidence.record.name]
    for gate in rung.gates:
        excuses.extend(_ask(gate, evidence, rung.channel.name, own))
    return with_overrides(excuses, evidence)


def _ask(gate: Gate, evidence: Evidence, target: str, own: Iterable[str]) -> Iterator[Excuse]:
    match gate:
        case TestedGate() | InstallableGate():
            return  # they depend on who else climbs
        case SignedTagGate():
            yield signed_tag.judge(evidence)
        case ApprovedGate():
            yield approved.judge(evidence, gate, own, target)
        case AgeGate():
            yield age.judge(evidence, gate)
        case MonotonicGate():
            yield monotonic.judge(evidence, target)
        case LicenseGate():
            yield licensed.judge(evidence, gate, target)
        case OwnersGate():
            yield owners.judge(evidence)
        case SameAsCandidateGate():
            yield same_as_candidate.judge(evidence)
