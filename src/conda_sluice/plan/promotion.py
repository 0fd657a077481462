"""Which packages climb: the greatest set in which every gate passes, whole releases only."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from conda_sluice.model.config import Gate, InstallableGate, Rung, TestedGate
from conda_sluice.model.evidence import Evidence
from conda_sluice.model.outcome import Excuse, PromotionOutcome, PromotionResult, Verdict
from conda_sluice.model.package import PackageRecord
from conda_sluice.plan.gates import tested
from conda_sluice.plan.gates.alone import judge_alone
from conda_sluice.plan.gates.overriding import with_overrides
from conda_sluice.plan.wording import in_one_line

Installable = Callable[[PackageRecord, Sequence[PackageRecord]], str]
"""Answers why a package cannot be installed from the target with these packages added; "" if
it can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The channel that is asked: its rung, its records, and what its context takes for granted.

    `inherited` are the records of the channels above; `ladder` those of every rung: what is in
    `ladder` and neither inherited nor in the target does not belong to its context.
    """

    rung: Rung
    records: tuple[PackageRecord, ...]
    inherited: tuple[PackageRecord, ...]
    ladder: tuple[PackageRecord, ...]
    platforms: tuple[str, ...]
    strategies: tuple[str, ...]

    @property
    def name(self) -> str:
        """Return the channel's name."""
        return self.rung.channel.name

    def absent(self, climbing: Iterable[PackageRecord]) -> frozenset[str]:
        """Return the sha256 of the ladder's packages that will not be in the context."""
        there = {record.sha256 for record in (*self.records, *self.inherited, *climbing)}
        return frozenset(record.sha256 for record in self.ladder) - there


@dataclass(slots=True)
class _Candidate:
    evidence: Evidence
    excuses: list[Excuse] = field(default_factory=list)

    @property
    def record(self) -> PackageRecord:
        return self.evidence.record

    @property
    def is_climbing(self) -> bool:
        return all(excuse.verdict.lets_pass for excuse in self.excuses)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Round:
    """One asking of the gates that depend on who else climbs: `chosen` of `everything`."""

    target: Target
    chosen: tuple[PackageRecord, ...]
    everything: tuple[PackageRecord, ...]
    absent: frozenset[str]
    installable: Installable


def plan_promotion(
    evidence: Sequence[Evidence], target: Target, installable: Installable
) -> tuple[PromotionOutcome, ...]:
    """Decide for every candidate whether it climbs, with every gate's word.

    A release (the files of one name, version and build number) climbs whole or not at all.
    Taking a package out of the set can only take away what others need, so dropping until
    nothing more fails gives the greatest set that can climb.
    """
    settled, open_ = _settle_present(evidence, target)
    candidates = [
        _Candidate(one, list(judge_alone(one, target.rung, target.records))) for one in open_
    ]
    everything = [candidate.record for candidate in candidates]
    _hold_releases(candidates)
    while _drop_failing(candidates, everything, target, installable):
        _hold_releases(candidates)
    outcomes = settled | {
        candidate.record.path: PromotionOutcome(
            record=candidate.record,
            target=target.name,
            result=_result(candidate.excuses),
            excuses=tuple(candidate.excuses),
        )
        for candidate in candidates
    }
    return tuple(outcomes[one.record.path] for one in evidence)


def _settle_present(
    evidence: Sequence[Evidence], target: Target
) -> tuple[dict[str, PromotionOutcome], list[Evidence]]:
    """Set aside what the target holds already, or holds with other contents."""
    present = {record.path: record for record in target.records}
    settled: dict[str, PromotionOutcome] = {}
    open_: list[Evidence] = []
    for one in evidence:
        there = present.get(one.record.path)
        if there is None:
            open_.append(one)
        elif there.sha256 == one.record.sha256:
            settled[one.record.path] = PromotionOutcome(
                record=one.record, target=target.name, result=PromotionResult.ALREADY_THERE
            )
        else:
            text = f"{target.name} holds another file of this name; a channel never overwrites"
            settled[one.record.path] = PromotionOutcome(
                record=one.record,
                target=target.name,
                result=PromotionResult.REFUSED,
                excuses=(Excuse("identity", Verdict.BLOCKED, text),),
            )
    return settled, open_


def _drop_failing(
    candidates: Sequence[_Candidate],
    everything: Sequence[PackageRecord],
    target: Target,
    installable: Installable,
) -> bool:
    """Ask the gates that depend on the set; return whether somebody dropped out."""
    climbing = [candidate for candidate in candidates if candidate.is_climbing]
    chosen = tuple(candidate.record for candidate in climbing)
    asked = _Round(
        target=target,
        chosen=chosen,
        everything=tuple(everything),
        absent=target.absent(chosen),
        installable=installable,
    )
    for candidate in climbing:
        excuses = {excuse.gate: excuse for excuse in candidate.excuses}
        for gate in target.rung.gates:
            for excuse in with_overrides(_ask(gate, candidate.evidence, asked), candidate.evidence):
                excuses[excuse.gate] = excuse
        candidate.excuses = list(excuses.values())
    return not all(candidate.is_climbing for candidate in climbing)


def _ask(gate: Gate, evidence: Evidence, asked: _Round) -> tuple[Excuse, ...]:
    target = asked.target
    match gate:
        case TestedGate():
            platforms, strategies = target.platforms, target.strategies
            return (tested.judge(evidence, target.name, platforms, strategies, asked.absent),)
        case InstallableGate():
            return (_installable(evidence.record, asked),)
        case _:
            return ()  # asked of each package alone, before


def _installable(record: PackageRecord, asked: _Round) -> Excuse:
    target = asked.target.name
    reason = in_one_line(asked.installable(record, asked.chosen))
    if not reason:
        return Excuse("installable", Verdict.PASS, f"installs from {target}")
    is_whole = len(asked.chosen) == len(asked.everything)
    if not is_whole and not asked.installable(record, asked.everything):
        text = f"waits for what it needs, which does not climb to {target} yet: {reason}"
        return Excuse("installable", Verdict.WAITING, text)
    return Excuse("installable", Verdict.BLOCKED, f"cannot be installed from {target}: {reason}")


def _hold_releases(candidates: Sequence[_Candidate]) -> None:
    """Hold the files of a release together: one that stays keeps the others."""
    releases: dict[tuple[str, str, int], list[_Candidate]] = {}
    for candidate in candidates:
        record = candidate.record
        releases.setdefault((record.name, record.version, record.build_number), []).append(
            candidate
        )
    for files in releases.values():
        held = [candidate for candidate in files if not candidate.is_climbing]
        if held:
            text = f"{held[0].record.file} of the same release stays, so all of it does"
            for candidate in files:
                if candidate.is_climbing:
                    candidate.excuses.append(Excuse("set", Verdict.WAITING, text))


def _result(excuses: Sequence[Excuse]) -> PromotionResult:
    verdicts = {excuse.verdict for excuse in excuses}
    if all(verdict.lets_pass for verdict in verdicts):
        return PromotionResult.WOULD_PROMOTE
    if Verdict.NOT_ELIGIBLE in verdicts:
        return PromotionResult.NOT_ELIGIBLE
    if Verdict.BLOCKED in verdicts:
        return PromotionResult.REFUSED
    return PromotionResult.WAITING
