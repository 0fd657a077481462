"""A package's way from commit to channel, and what would take it further."""

from conda_sluice.errors import UsageError
from conda_sluice.model.explanation import Explanation
from conda_sluice.model.names import PackageName, parse_package_name
from conda_sluice.model.outcome import PromotionOutcome
from conda_sluice.model.package import PackageRecord
from conda_sluice.pipeline.bench import Bench
from conda_sluice.pipeline.climb import Climber
from conda_sluice.pipeline.ladder import Ladder, read_ladder
from conda_sluice.pipeline.run import local_variants
from conda_sluice.pipeline.workspace import load_members


def explain(bench: Bench, package: str) -> Explanation:
    """Gather what is known of a package; raise UsageError when nobody knows it."""
    name = parse_package_name(package)
    ladder = read_ladder(bench.config, bench.store)
    members = load_members(bench.config, bench.open_repository, allow_dirty=True)
    member = next((one for one in members if one.name == name), None)
    history = tuple(bench.ledger.events(name))
    places = tuple(
        (rung.channel.name, _oldest_first(name, records))
        for rung, records in zip(ladder.rungs, ladder.records, strict=True)
    )
    if member is None and not history and not any(records for _, records in places):
        raise UsageError(
            f"no project, channel or ledger entry knows {package}", remedy="sluice status"
        )
    climber = Climber(bench, members, local_variants(bench), timeout=0)
    return Explanation(
        name=name,
        project=member.project if member else None,
        version=member.version if member else None,
        places=places,
        next_steps=_next_steps(name, ladder, climber),
        history=history,
    )


def _next_steps(
    name: PackageName, ladder: Ladder, climber: Climber
) -> tuple[PromotionOutcome, ...]:
    """Ask the gates about the newest file of each channel, in the company of all others there."""
    steps: list[PromotionOutcome] = []
    for index in range(1, len(ladder.rungs)):
        below = ladder.records[index - 1]
        newest = {record.path for record in _oldest_first(name, below)[-1:]}
        company = climber.eligible(ladder, index, below) if newest else []
        own = [record for record in below if record.path in newest and record not in company]
        outcomes = climber.judge(ladder, index, [*company, *own])
        steps.extend(one for one in outcomes if one.record.path in newest)
    return tuple(steps)


def _oldest_first(
    name: PackageName, records: tuple[PackageRecord, ...]
) -> tuple[PackageRecord, ...]:
    own = (record for record in records if record.name == name)
    return tuple(sorted(own, key=lambda record: (record.timestamp, record.build_number)))
