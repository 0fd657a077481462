"""The ladder made ready for a change: every channel related to the next, none hiding a file."""

from collections.abc import Collection, Sequence

from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.names import PackageName
from conda_sluice.pipeline.bench import Bench
from conda_sluice.pipeline.ladder import Ladder, read_ladder
from conda_sluice.plan.backfill import plan_backfill
from conda_sluice.plan.transactions import backfill


def open_ladder(
    bench: Bench,
    arriving: Sequence[PackageName] = (),
    at: int = 0,
    names: Collection[PackageName] | None = None,
) -> Ladder:
    """Make every rung a channel that names the one above it, and back-fill from above.

    `arriving` are names that the rung at `at` is about to get; from then on it would hide those
    names in the rungs above, so it takes their files first. With `names` nothing else is looked
    at, so that it costs what they cost. Call it while `exclusive`.
    """
    channels = bench.config.channels
    uppers: list[ChannelRef | None] = [*channels[1:], None]
    for channel, upper in zip(channels, uppers, strict=True):
        bench.store.relate(channel, upper)
    ladder = read_ladder(bench.config, bench.store, names)
    missing = plan_backfill(ladder.records, at, arriving, ladder.hidden)
    if not missing:
        return ladder
    copied = [(one.records, channels[one.upper], channels[one.lower]) for one in missing]
    bench.transactor.carry_out(backfill(copied, bench.stamp()))
    return read_ladder(bench.config, bench.store, names)
