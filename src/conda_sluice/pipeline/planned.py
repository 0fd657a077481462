"""Promotions decided now and carried out later: save a plan, apply a plan."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from conda_sluice.effects.files import write_atomically
from conda_sluice.effects.os_errors import as_store_errors
from conda_sluice.errors import ChangedError, UsageError
from conda_sluice.model.channel import ChannelState
from conda_sluice.model.outcome import PromotionOutcome, PromotionResult, Recovered, Verdict
from conda_sluice.model.package import PackageRecord
from conda_sluice.model.promotion_plan import PromotionPlan, parse_plan, plan_text, sealed
from conda_sluice.model.transaction import Item, items_of
from conda_sluice.pipeline.bench import Bench
from conda_sluice.pipeline.climb import Climber
from conda_sluice.pipeline.exclusive import exclusively
from conda_sluice.pipeline.open_ladder import open_ladder
from conda_sluice.pipeline.promote import carry_out
from conda_sluice.pipeline.run import last_rung


def would_climb(outcome: PromotionOutcome) -> bool:
    """Say whether a package meets all that is asked of it."""
    return outcome.result is PromotionResult.WOULD_PROMOTE


def lacks_only_approval(outcome: PromotionOutcome) -> bool:
    """Say whether a package is held, and an approval is all that any gate asks for."""
    holding = {one.verdict for one in outcome.excuses if not one.verdict.lets_pass}
    return holding == {Verdict.NEEDS_APPROVAL}


def save_plan(bench: Bench, outcomes: Sequence[PromotionOutcome], index: int, file: Path) -> None:
    """Write what would climb into the rung at `index`, were it approved, to a file."""
    channels = bench.config.channels
    climbing = [one for one in outcomes if would_climb(one) or lacks_only_approval(one)]
    plan = sealed(
        PromotionPlan(
            source=channels[index - 1].name,
            target=channels[index].name,
            who=bench.who,
            when=bench.clock(),
            items=items_of(one.record for one in climbing),
            states=_states(bench, index),
            words={
                one.record.path: tuple(f"{excuse.gate}: {excuse.text}" for excuse in one.excuses)
                for one in climbing
            },
        )
    )
    with as_store_errors(file):
        write_atomically(file, plan_text(plan).encode())


def read_plan(file: Path) -> PromotionPlan:
    """Read a plan; raise UsageError where there is none."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise UsageError(
            f"cannot read this plan: {why}", str(file), "sluice promote --save writes one"
        ) from error
    return parse_plan(text, str(file))


def apply_plan(
    bench: Bench, plan: PromotionPlan, climber: Climber
) -> Iterator[PromotionOutcome | Recovered]:
    """Carry a plan out: all of it, or nothing.

    The gates are asked again, for an approval may have been missing and an override may be over.
    Raise ChangedError where the channels are not what they were when the plan was made.
    """
    index = last_rung(bench.config, plan.target)
    if index == 0 or bench.config.channels[index - 1].name != plan.source:
        raise UsageError(f"the ladder does not lead from {plan.source} to {plan.target} any more")
    with exclusively(bench) as recovered:
        yield from recovered
        if _states(bench, index) != plan.states:
            raise ChangedError(
                f"is not what it was when the plan was made at {plan.when}",
                f"{plan.target} or a channel above it",
                "look at what has changed, and make the plan anew",
            )
        ladder = open_ladder(bench)
        outcomes = climber.judge(ladder, index, items_in(plan, ladder.records[index - 1]))
        if all(would_climb(one) for one in outcomes):
            outcomes = carry_out(bench, outcomes, ladder, index)
    yield from outcomes


def items_in(plan: PromotionPlan, there: Sequence[PackageRecord]) -> Sequence[PackageRecord]:
    """Return the records that a plan names; raise ChangedError where one is not there any more."""
    known: Mapping[Item, PackageRecord] = {items_of([one])[0]: one for one in there}
    for item in plan.items:
        if item not in known:
            raise ChangedError(
                f"does not hold {item.path} any more, as the plan has it",
                plan.source,
                "look at what has changed, and make the plan anew",
            )
    return [known[item] for item in plan.items]


def _states(bench: Bench, index: int) -> Mapping[str, ChannelState]:
    return {one.name: bench.store.state(one) for one in bench.config.channels[index:]}
