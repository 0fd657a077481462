"""Hide packages from solving and keep their files; show them again."""

from collections.abc import Iterator, Mapping, Sequence

from conda_sluice.errors import UsageError
from conda_sluice.model.outcome import Changed, Recovered
from conda_sluice.model.package import PackageRecord
from conda_sluice.model.transaction import Transaction
from conda_sluice.pipeline.bench import Bench
from conda_sluice.pipeline.exclusive import exclusively
from conda_sluice.pipeline.ladder import read_ladder
from conda_sluice.pipeline.removal import fallen_by, refuse_falls
from conda_sluice.pipeline.run import last_rung
from conda_sluice.plan.selection import select
from conda_sluice.plan.transactions import Stamp, yanking

Chosen = Mapping[int, Sequence[PackageRecord]]
"""What is chosen of each rung of the ladder, by its place."""


def yank(
    bench: Bench,
    specs: Sequence[str],
    channel: str,
    stamp: Stamp,
    *,
    force: bool = False,
    dry_run: bool = False,
) -> Iterator[Changed | Recovered]:
    """Hide packages in one channel, or wherever they stand for "".

    Raise RefusedError, naming them, where others could not be installed any more, unless
    `force`.
    """
    if dry_run:
        yield Changed(_hiding(bench, specs, channel, stamp, force=force), is_done=False)
        return
    with exclusively(bench) as recovered:
        yield from recovered
        transaction = _hiding(bench, specs, channel, stamp, force=force)
        bench.transactor.carry_out(transaction)
    yield Changed(transaction, is_done=True)


def unyank(
    bench: Bench, specs: Sequence[str], channel: str, stamp: Stamp, *, dry_run: bool = False
) -> Iterator[Changed | Recovered]:
    """Show hidden packages again, in one channel, or wherever they are hidden for ""."""
    if dry_run:
        yield Changed(_showing(bench, specs, channel, stamp), is_done=False)
        return
    with exclusively(bench) as recovered:
        yield from recovered
        transaction = _showing(bench, specs, channel, stamp)
        bench.transactor.carry_out(transaction)
    yield Changed(transaction, is_done=True)


def _hiding(
    bench: Bench, specs: Sequence[str], channel: str, stamp: Stamp, *, force: bool
) -> Transaction:
    ladder = read_ladder(bench.config, bench.store)
    chosen = _choose(bench, specs, channel, dict(enumerate(ladder.records)))
    if not force:
        refuse_falls(fallen_by(bench, ladder, chosen), "yank those too, or use --force")
    return _transaction(bench, chosen, stamp, is_hidden=True)


def _showing(bench: Bench, specs: Sequence[str], channel: str, stamp: Stamp) -> Transaction:
    hidden = {
        index: tuple(
            record
            for subdir in bench.store.state(one).digests
            for record in bench.store.hidden(one, subdir)
        )
        for index, one in enumerate(bench.config.channels)
    }
    chosen = _choose(bench, specs, channel, hidden, "yanked package")
    return _transaction(bench, chosen, stamp, is_hidden=False)


def _choose(
    bench: Bench, specs: Sequence[str], channel: str, there: Chosen, kind: str = "package"
) -> Chosen:
    """Return what the specs mean; raise UsageError for one that means nothing anywhere."""
    only = {last_rung(bench.config, channel)} if channel else set(there)
    pool = {one.path: one for index in only for one in there[index]}
    if not specs:
        raise UsageError("no package is named", remedy="name packages by match specs or globs")
    paths = {one.path for one in select(tuple(pool.values()), specs, kind)}
    chosen = {index: [one for one in there[index] if one.path in paths] for index in only}
    return {index: records for index, records in chosen.items() if records}


def _transaction(bench: Bench, chosen: Chosen, stamp: Stamp, *, is_hidden: bool) -> Transaction:
    channels = bench.config.channels
    return yanking(
        [(channels[index], chosen[index]) for index in sorted(chosen)], stamp, is_hidden=is_hidden
    )
