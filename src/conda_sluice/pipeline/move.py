"""Test or promote packages that lie in a channel already, chosen by name."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from conda_sluice.errors import UsageError
from conda_sluice.model.config import Config
from conda_sluice.model.outcome import Progress, PromotionOutcome, Recovered, TestReport
from conda_sluice.model.package import PackageRecord
from conda_sluice.pipeline.bench import Bench
from conda_sluice.pipeline.climb import Climber, Wanted
from conda_sluice.pipeline.ladder import Ladder, read_ladder
from conda_sluice.pipeline.planned import apply_plan, read_plan, save_plan
from conda_sluice.pipeline.run import Options, last_rung, local_variants
from conda_sluice.pipeline.workspace import load_members
from conda_sluice.plan.selection import select


def test_for(
    bench: Bench, specs: Sequence[str], to: str, options: Options
) -> Iterator[TestReport | Progress]:
    """Test packages of the channel below `to` as if they were in `to`.

    Without specs that is what has no good result yet; what is named is tested anew, in the
    company of all that may enter.
    """
    index = target_index(bench.config, to)
    ladder = read_ladder(bench.config, bench.store)
    below = ladder.records[index - 1]
    wanted = Wanted(is_retry=True)
    if specs:
        chosen = frozenset(record.sha256 for record in select(below, specs))
        wanted = Wanted(packages=chosen, is_anew=True)
    yield from climber_for(bench, options).prove(ladder, index, below, wanted)


test_for.__test__ = False  # type: ignore[attr-defined]  # pytest must not collect it


def promote_from(
    bench: Bench,
    specs: Sequence[str],
    source: str,
    to: str,
    *,
    dry_run: bool,
    save: Path | None = None,
) -> Iterator[PromotionOutcome | Recovered]:
    """Ask the gates of `to` about packages of the channel below, and copy what passes.

    With `save` nothing is copied; what would be is written to that file, to be applied later.
    """
    config = bench.config
    index = last_rung(config, source) + 1 if source and not to else target_index(config, to)
    below = config.channels[index - 1].name if index < len(config.ladder) else ""
    if not below or (source and source != below):
        raise UsageError(
            f"packages climb one channel at a time; {to or 'nothing'} is not above {source}",
            remedy=f"the ladder is {' -> '.join(channel.name for channel in config.channels)}",
        )
    climber = climber_for(bench, Options())
    if dry_run or save:
        ladder = read_ladder(config, bench.store)
        outcomes = climber.judge(ladder, index, _chosen(climber, ladder, index, specs))
        if save:
            save_plan(bench, outcomes, index, save)
        yield from outcomes
    else:
        yield from climber.promote(index, lambda now: _chosen(climber, now, index, specs))


def apply_from(bench: Bench, file: Path) -> Iterator[PromotionOutcome | Recovered]:
    """Carry out the plan in a file: all of it, or nothing."""
    yield from apply_plan(bench, read_plan(file), climber_for(bench, Options()))


def _chosen(
    climber: Climber, ladder: Ladder, index: int, specs: Sequence[str]
) -> Sequence[PackageRecord]:
    chosen = select(ladder.records[index - 1], specs)
    return climber.whole_releases(ladder, index, chosen) if specs else chosen


def climber_for(bench: Bench, options: Options) -> Climber:
    """Return what tests and promotes the packages of this workspace."""
    members = load_members(bench.config, bench.open_repository, allow_dirty=True)
    return Climber(bench, members, local_variants(bench), timeout=options.timeout)


def target_index(config: Config, to: str) -> int:
    """Return the index of the channel to enter: the one above the lowest by default."""
    if len(config.ladder) == 1:
        raise UsageError("the ladder has one channel only; there is nowhere to climb")
    index = last_rung(config, to) if to else 1
    if index == 0:
        raise UsageError(f"{to} is the lowest channel; nothing climbs into it")
    return index
