"""Copy what passed its gates to the next channel."""

from collections.abc import Sequence
from dataclasses import replace

from conda_sluice.errors import ChangedError
from conda_sluice.model.evidence import Evidence
from conda_sluice.model.outcome import PromotionOutcome, PromotionResult
from conda_sluice.pipeline.bench import Bench
from conda_sluice.pipeline.ladder import Ladder, read_ladder
from conda_sluice.pipeline.open_ladder import open_ladder
from conda_sluice.plan.promotion.decide import plan_promotion
from conda_sluice.plan.promotion.target import Target
from conda_sluice.plan.transactions import promotion
from conda_sluice.ports import Environments


def decide(
    evidence: Sequence[Evidence],
    target: Target,
    environments: Environments,
) -> tuple[PromotionOutcome, ...]:
    """Decide which candidates may enter the target; nothing is changed."""
    with environments.open_judge() as judge:
        return plan_promotion(evidence, target, judge)


def carry_out(
    bench: Bench, outcomes: Sequence[PromotionOutcome], ladder: Ladder, index: int
) -> tuple[PromotionOutcome, ...]:
    """Copy what may climb into the rung at `index`; return the outcomes with `promoted` in place.

    `ladder` is what was decided on: raise ChangedError, with nothing changed, where the rung is
    another one by now. Call it while `exclusive`.
    """
    channels = bench.config.channels
    climbing = [
        (one.record, one.excuses) for one in outcomes if one.result is PromotionResult.WOULD_PROMOTE
    ]
    if climbing:
        open_ladder(bench, sorted({record.name for record, _ in climbing}), index)
        state = bench.store.state(channels[index])
        refuse_change(ladder, read_ladder(bench.config, bench.store), index)
        bench.transactor.carry_out(
            promotion(climbing, channels[index - 1], channels[index], bench.stamp()),
            expected=state,
        )
    return tuple(
        replace(one, result=PromotionResult.PROMOTED)
        if one.result is PromotionResult.WOULD_PROMOTE
        else one
        for one in outcomes
    )


def refuse_change(decided: Ladder, now: Ladder, index: int) -> None:
    """Raise ChangedError where a rung is not what was decided on, but for back-filled files."""
    before = {(one.path, one.sha256) for one in decided.records[index]}
    after = {(one.path, one.sha256) for one in now.records[index]}
    above = {(one.path, one.sha256) for rung in now.records[index + 1 :] for one in rung}
    if before - after or after - before - above:
        raise ChangedError(
            "was changed while the gates were asked",
            str(now.rungs[index].channel),
            "nothing was promoted; run the command again",
        )
