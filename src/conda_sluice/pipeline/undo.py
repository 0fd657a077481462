"""Take a promotion, a copy or a yank back."""

from collections.abc import Iterator, Mapping, Sequence

from conda_sluice.errors import UsageError
from conda_sluice.model.outcome import Changed, Recovered
from conda_sluice.model.package import PackageRecord
from conda_sluice.model.transaction import Deed, Transaction
from conda_sluice.pipeline.bench import Bench
from conda_sluice.pipeline.exclusive import exclusively
from conda_sluice.pipeline.ladder import Ladder, read_ladder
from conda_sluice.pipeline.removal import fallen_by, refuse_falls
from conda_sluice.plan.transactions import undoing
from conda_sluice.plan.undo import choose_undoable, plan_undo


def undo(
    bench: Bench, wanted: str, why: str, *, dry_run: bool = False
) -> Iterator[Changed | Recovered]:
    """Take a transaction back, the last one for "": afterwards the channels are as before it.

    Raise RefusedError, naming them, where others stand on it.
    """
    if dry_run:
        yield Changed(_plan(bench, wanted, why), is_done=False)
        return
    with exclusively(bench) as recovered:
        yield from recovered
        transaction = _plan(bench, wanted, why)
        bench.transactor.carry_out(transaction)
    yield Changed(transaction, is_done=True)


def _plan(bench: Bench, wanted: str, why: str) -> Transaction:
    done = choose_undoable(tuple(bench.journal.carried_out()), wanted)
    ladder = read_ladder(bench.config, bench.store)
    channels = {step.channel for step in done.steps} | set(bench.config.channels)
    items = [item for step in done.steps for item in step.items]
    names = {item.name for item in items}
    held = {
        channel.url: {
            record.path: record.sha256
            for subdir in {item.subdir for item in items}
            for record in (
                *bench.store.records(channel, subdir, names=names),
                *bench.store.hidden(channel, subdir),
            )
        }
        for channel in channels
    }
    steps = plan_undo(done, held, bench.config.channels)
    if not steps:
        raise UsageError(f"nothing of the {done.act.value} {done.id} is there any more")
    transaction = undoing(done, steps, bench.stamp(why))
    remedy = "undo or yank those first"
    refuse_falls(fallen_by(bench, ladder, _leaving(transaction, ladder)), remedy)
    return transaction


def _leaving(transaction: Transaction, ladder: Ladder) -> Mapping[int, Sequence[PackageRecord]]:
    """Return what goes out of sight in each rung of the ladder."""
    leaving: dict[int, list[PackageRecord]] = {}
    for step in transaction.steps:
        for index, rung in enumerate(ladder.rungs):
            if rung.channel.url == step.channel.url and step.deed in {Deed.REMOVE, Deed.HIDE}:
                paths = {item.path for item in step.items}
                own = [one for one in ladder.records[index] if one.path in paths]
                leaving.setdefault(index, []).extend(own)
    return leaving
