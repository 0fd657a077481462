"""Copy what passed its gates to the next channel."""

from collections.abc import Sequence
from dataclasses import replace

from conda_sluice.errors import ChangedError
from conda_sluice.model.environment import Unsolvable
from conda_sluice.model.evidence import Evidence
from conda_sluice.model.names import Subdir
from conda_sluice.model.outcome import PromotionOutcome, PromotionResult
from conda_sluice.model.package import PackageRecord
from conda_sluice.pipeline.bench import Bench
from conda_sluice.pipeline.ladder import Ladder, read_ladder
from conda_sluice.pipeline.open_ladder import open_ladder
from conda_sluice.plan.promotion import Installable, Target, plan_promotion
from conda_sluice.plan.transactions import promotion
from conda_sluice.ports import Environments


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
