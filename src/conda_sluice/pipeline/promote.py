"""Copy what passed its gates to the next channel."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from conda_sluice.model.environment import Unsolvable
from conda_sluice.model.evidence import Evidence
from conda_sluice.model.names import Subdir
from conda_sluice.model.outcome import PromotionOutcome, PromotionResult
from conda_sluice.model.package import PackageRecord
from conda_sluice.pipeline.ladder import Ladder
from conda_sluice.pipeline.record import Recorder
from conda_sluice.plan.promotion import Installable, Target, plan_promotion
from conda_sluice.ports import Environments, Store


def decide(
    evidence: Sequence[Evidence],
    ladder: Ladder,
    index: int,
    target: Target,
    environments: Environments,
) -> tuple[PromotionOutcome, ...]:
    """Decide which candidates may enter the rung at `index`; nothing is changed."""
    return plan_promotion(evidence, target, _solver(ladder, index, target, environments))


def _solver(ladder: Ladder, index: int, target: Target, environments: Environments) -> Installable:
    """Return the question whether a package installs on every required platform."""
    answers: dict[tuple[str, frozenset[str]], str] = {}

    def installable(record: PackageRecord, climbing: Sequence[PackageRecord]) -> str:
        key = record.path, frozenset(one.path for one in climbing)
        if key not in answers:
            platforms = target.platforms if record.is_noarch else (record.subdir,)
            answers[key] = next(
                (
                    answer.reason
                    for platform in platforms
                    for answer in [
                        environments.solve(
                            [f"{record.name} =={record.version} {record.build}"],
                            ladder.context(index, climbing, Subdir(platform)),
                            Subdir(platform),
                        )
                    ]
                    if isinstance(answer, Unsolvable)
                ),
                "",
            )
        return answers[key]

    return installable


@dataclass(frozen=True, slots=True)
class Move:
    """From which rung to which: indices into the ladder."""

    source: int
    target: int


def carry_out(
    outcomes: Sequence[PromotionOutcome],
    ladder: Ladder,
    move: Move,
    store: Store,
    recorder: Recorder,
) -> tuple[PromotionOutcome, ...]:
    """Copy what may climb, record it, and return the outcomes with `promoted` in place."""
    source, target = ladder.rungs[move.source].channel, ladder.rungs[move.target].channel
    climbing = [one for one in outcomes if one.result is PromotionResult.WOULD_PROMOTE]
    if not climbing:
        return tuple(outcomes)
    store.copy([one.record for one in climbing], source, target)
    recorder.promotions([(one.record, one.excuses) for one in climbing], source, target)
    return tuple(
        replace(one, result=PromotionResult.PROMOTED)
        if one.result is PromotionResult.WOULD_PROMOTE
        else one
        for one in outcomes
    )
