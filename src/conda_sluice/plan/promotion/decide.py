"""Which packages climb, with every gate's word on each."""

from collections.abc import Sequence

from conda_sluice.model.evidence import Evidence
from conda_sluice.model.judge import Judge
from conda_sluice.model.outcome import Excuse, PromotionOutcome, PromotionResult, Verdict
from conda_sluice.plan.gates.alone import judge_alone
from conda_sluice.plan.promotion.ascent import Ascent, Matter, is_good
from conda_sluice.plan.promotion.held_back import hold_back
from conda_sluice.plan.promotion.hiding import climb
from conda_sluice.plan.promotion.proposal import propose
from conda_sluice.plan.promotion.questions import Questions
from conda_sluice.plan.promotion.reasons import explain, tell_where
from conda_sluice.plan.promotion.sets import find_sets
from conda_sluice.plan.promotion.target import Target


def plan_promotion(
    evidence: Sequence[Evidence],
    target: Target,
    judge: Judge,
) -> tuple[PromotionOutcome, ...]:
    """Decide for every candidate whether it climbs, with every gate's word.

    The greatest set climbs in which every gate passes and every set is whole.
    """
    settled, open_ = _settle_present(evidence, target)
    matter = Matter(
        target=target,
        evidence=tuple(open_),
        alone={one.record.path: judge_alone(one, target.rung, target.records) for one in open_},
        sets=find_sets(open_, target),
        questions=Questions(target, judge),
    )
    ascent = climb(matter, judge) if open_ else Ascent((), {})
    for step in (explain, propose, tell_where, hold_back):
        ascent = step(matter, ascent)
    outcomes = settled | {
        path: _outcome(one, target, ascent.excuses[path])
        for one in open_
        for path in [one.record.path]
    }
    return tuple(outcomes[one.record.path] for one in evidence)


def _settle_present(
    evidence: Sequence[Evidence], target: Target
) -> tuple[dict[str, PromotionOutcome], list[Evidence]]:
    """Set aside what the target holds already, shown or hidden, or holds with other contents."""
    present = {record.path: record for record in target.records}
    settled: dict[str, PromotionOutcome] = {}
    open_: list[Evidence] = []
    for one in evidence:
        there = present.get(one.record.path)
        if one.record.path in target.hidden:
            text = f"{target.name} hides it; sluice unyank shows it again"
            excuses = (Excuse("yanked", Verdict.NOT_ELIGIBLE, text),)
            settled[one.record.path] = _outcome(one, target, excuses)
        elif there is None:
            open_.append(one)
        elif there.sha256 == one.record.sha256:
            settled[one.record.path] = PromotionOutcome(
                record=one.record, target=target.name, result=PromotionResult.ALREADY_THERE
            )
        else:
            text = f"{target.name} holds another file of this name; a channel never overwrites"
            excuses = (Excuse("identity", Verdict.BLOCKED, text),)
            settled[one.record.path] = _outcome(one, target, excuses)
    return settled, open_


def _outcome(one: Evidence, target: Target, excuses: tuple[Excuse, ...]) -> PromotionOutcome:
    return PromotionOutcome(
        record=one.record, target=target.name, result=_result(excuses), excuses=excuses
    )


def _result(excuses: Sequence[Excuse]) -> PromotionResult:
    verdicts = {excuse.verdict for excuse in excuses}
    if is_good(excuses):
        return PromotionResult.WOULD_PROMOTE
    if Verdict.NOT_ELIGIBLE in verdicts:
        return PromotionResult.NOT_ELIGIBLE
    if Verdict.BLOCKED in verdicts:
        return PromotionResult.REFUSED
    return PromotionResult.WAITING
