"""Copy packages from one channel to another, without pipeline and gates."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from conda_sluice.errors import RefusedError, UsageError
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.environment import ChannelSource, Unsolvable
from conda_sluice.model.evidence import Evidence
from conda_sluice.model.names import NOARCH, Subdir
from conda_sluice.model.outcome import Changed, Progress, Recovered
from conda_sluice.model.package import PackageRecord, parse_file_name
from conda_sluice.model.transaction import Step, Transaction
from conda_sluice.pipeline.bench import Bench
from conda_sluice.pipeline.closed import closed_by
from conda_sluice.pipeline.exclusive import exclusively
from conda_sluice.pipeline.open_ladder import open_ladder
from conda_sluice.pipeline.origins import Origins
from conda_sluice.pipeline.whole_channel import read_channel
from conda_sluice.plan.gates import committed, versions
from conda_sluice.plan.selection import named_by, select
from conda_sluice.plan.transactions import copying
from conda_sluice.ports import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyWish:
    """What to copy from where to where: match specs and globs, with what they need if asked."""

    source: ChannelRef
    target: ChannelRef
    specs: tuple[str, ...]
    why: str = ""
    with_dependencies: bool = False


def copy(
    bench: Bench, wish: CopyWish, *, dry_run: bool = False
) -> Iterator[Changed | Recovered | Progress]:
    """Copy what the specs mean and the target lacks, all of it or nothing.

    What has to pass through this machine is fetched before anything changes.

    Raise RefusedError for a target that has gates, is frozen or does not take one of them,
    ConflictError where the target holds another file of a name.
    """
    _refuse_gates(bench, wish)
    if dry_run:
        yield Changed(_plan(bench, wish), is_done=False)
        return
    with exclusively(bench) as recovered:
        yield from recovered
        state = bench.store.state(wish.target)
        transaction = _plan(bench, wish)
        yield from _brought(bench, transaction)
        bench.transactor.carry_out(transaction, expected=state)
        if wish.target in bench.config.channels:
            open_ladder(bench)
    yield Changed(transaction, is_done=True)


def _brought(bench: Bench, transaction: Transaction) -> Iterator[Progress]:
    """Fetch what is to be copied, and tell how far that is."""
    for step in transaction.steps:
        if step.source is None:
            continue
        records = _records_of(bench.store, step)
        arriving = bench.bring(records, step.source, step.channel)
        for arrived, record in enumerate(arriving, start=1):
            yield Progress(
                verb="fetching", running=(record.path,), done=arrived, total=len(records)
            )


def _records_of(store: Store, step: Step) -> Sequence[PackageRecord]:
    """Return the records of the packages that a step copies."""
    source = step.source or step.channel
    wanted = {item.path: item.sha256 for item in step.items}
    names = {parse_file_name(item.path.rpartition("/")[2]).name for item in step.items}
    subdirs = sorted({Subdir(item.path.partition("/")[0]) for item in step.items})
    return [
        record
        for subdir in subdirs
        for record in store.records(source, subdir, names=names)
        if wanted.get(record.path) == record.sha256
    ]


def _refuse_gates(bench: Bench, wish: CopyWish) -> None:
    if wish.source.url == wish.target.url:
        raise UsageError(f"{wish.source} cannot be copied onto itself")
    if not bench.store.traits(wish.target).is_writable:
        raise UsageError(
            "this channel can only be read",
            where=wish.target.url,
            remedy="copy to a folder, s3://bucket/path, anaconda://owner or"
            " quetz+https://server/channel",
        )
    for rung in bench.config.ladder:
        if rung.channel.url == wish.target.url and rung.gates:
            raise RefusedError(
                f"{rung.channel} has gates, and a copy would go past them",
                where=str(bench.config.file),
                remedy="sluice promote asks them; sluice override goes past one, and says who",
            )


def _refuse_unwanted(bench: Bench, wish: CopyWish, records: Sequence[PackageRecord]) -> None:
    """Raise RefusedError for what no override brings into a rung, and where that is frozen."""
    for rung in bench.config.ladder:
        if rung.channel.url != wish.target.url:
            continue
        if records and (frozen := closed_by(bench.journal, rung.channel)):
            raise RefusedError(
                f"{rung.channel} is frozen: {frozen}", remedy=f"sluice thaw {rung.channel} opens it"
            )
        is_lowest = rung == bench.config.ladder[0]
        origins = Origins(bench.store, bench.ledger, {})
        for record in records:
            origin = None if is_lowest else origins.of(record, wish.source)
            evidence = Evidence(record=record)
            judged = (
                versions.judge(evidence, rung.versions, rung.channel.name),
                committed.judge(replace(evidence, origin=origin)),
            )
            for one in judged:
                if not one.verdict.lets_pass:
                    raise RefusedError(f"{record.path}: {one.text}", where=str(bench.config.file))


def _plan(bench: Bench, wish: CopyWish) -> Transaction:
    # what else they need may have any name
    asked = None if wish.with_dependencies else named_by(wish.specs)
    there = read_channel(bench.store, wish.source, asked)
    chosen = {one.path: one for one in select(there, wish.specs)}
    if wish.with_dependencies:
        for record in tuple(chosen.values()):
            chosen |= _needed(bench, record, there, wish)
    hidden = (
        record
        for subdir in {one.subdir for one in chosen.values()}
        for record in bench.store.hidden(wish.target, subdir)
    )
    names = {one.name for one in chosen.values()}
    there = (*read_channel(bench.store, wish.target, names), *hidden)
    held = {one.path: one.sha256 for one in there}
    new = [one for path, one in chosen.items() if held.get(path) != one.sha256]
    _refuse_unwanted(bench, wish, new)
    return copying(new, wish.source, wish.target, bench.stamp(wish.why))


def _needed(
    bench: Bench, record: PackageRecord, there: Sequence[PackageRecord], wish: CopyWish
) -> dict[str, PackageRecord]:
    """Return what an environment with the package takes from the source channel."""
    platform = bench.platform if record.subdir == NOARCH else Subdir(record.subdir)
    sources = [ChannelSource(one.url) for one in (wish.source, *bench.config.upstream)]
    spec = f"{record.name} =={record.version} {record.build}"
    answer = bench.environments.solve([spec], sources, platform)
    if isinstance(answer, Unsolvable):
        raise RefusedError(
            f"{record.path} cannot be installed, so nobody knows what it needs: {answer.reason}",
            where=str(wish.source),
            remedy="copy it without --with-dependencies, or name what it needs yourself",
        )
    shas = {package.sha256 for package in answer.packages}
    return {one.path: one for one in there if one.sha256 in shas}
