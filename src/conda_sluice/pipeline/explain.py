"""A package's way from commit to channel, and what would take it further."""

from collections.abc import Sequence
from pathlib import Path

from conda_sluice.errors import UsageError
from conda_sluice.model.config import Mode
from conda_sluice.model.event import Event, EventKind
from conda_sluice.model.explanation import Explanation, TestResult, ToldTest
from conda_sluice.model.names import PackageName, parse_package_name
from conda_sluice.model.outcome import PromotionOutcome
from conda_sluice.model.package import PackageRecord, parse_file_name
from conda_sluice.pipeline.bench import Bench
from conda_sluice.pipeline.climb import Climber
from conda_sluice.pipeline.ladder import Ladder, read_ladder
from conda_sluice.pipeline.record import environment_of
from conda_sluice.pipeline.run import local_variants
from conda_sluice.pipeline.test import results_folder
from conda_sluice.pipeline.test_one import JUNIT, LOG
from conda_sluice.pipeline.workspace import Member, load_members


def explain(bench: Bench, package: str) -> Explanation:
    """Gather what is known of a package; raise UsageError when nobody knows it."""
    name = parse_package_name(package)
    ladder = read_ladder(bench.config, bench.store)
    members = load_members(bench.config, bench.open_repository, allow_dirty=True)
    history = tuple(bench.ledger.events(name))
    places = _by_channel(name, ladder, ladder.records)
    climber = Climber(bench, members, local_variants(bench), timeout=0)
    member = _member(name, members, ladder, climber)
    if member is None and not history and not any(records for _, records in places):
        raise UsageError(
            f"no project, channel or ledger entry knows {package}", remedy="sluice status"
        )
    return Explanation(
        name=name,
        project=member.project if member else None,
        version=member.version if member else None,
        commit=member.source.commit if member else "",
        is_dirty=member.source.is_dirty if member else False,
        recipe=_recipe_of(member) if member else None,
        mode=_mode_of(member) if member else None,
        places=places,
        hidden=_by_channel(name, ladder, ladder.hidden),
        next_steps=_next_steps(name, ladder, climber),
        tests=latest_tests(history, bench.tests),
        history=history,
    )


def latest_tests(history: Sequence[Event], folder: Path) -> tuple[ToldTest, ...]:
    """Return the last test of each file for each channel: logs of those before are gone."""
    told = [_told_test(event, folder) for event in history if event.kind is EventKind.TESTED]
    latest = {(one.file, one.target, one.platform, one.strategy): one for one in told}
    return tuple(sorted(latest.values(), key=lambda one: one.when, reverse=True))


def oldest_first(
    name: PackageName, records: tuple[PackageRecord, ...]
) -> tuple[PackageRecord, ...]:
    """Return the files of one name, the one that was made last at the end."""
    own = (record for record in records if record.name == name)
    return tuple(sorted(own, key=lambda record: (record.timestamp, record.build_number)))


def _by_channel(
    name: PackageName, ladder: Ladder, records: Sequence[tuple[PackageRecord, ...]]
) -> tuple[tuple[str, tuple[PackageRecord, ...]], ...]:
    return tuple(
        (rung.channel.name, oldest_first(name, some))
        for rung, some in zip(ladder.rungs, records, strict=True)
    )


def _mode_of(member: Member) -> Mode:
    """Return how candidates become final: a version that no tag changes stays as it is."""
    return Mode.RE_VERSION if member.is_versioned_by_git else Mode.RELABEL


def _recipe_of(member: Member) -> Path | None:
    files = (member.recipe_dir / name for name in ("meta.yaml", "recipe.yaml"))
    return next((file for file in files if file.is_file()), None)


def _told_test(event: Event, folder: Path) -> ToldTest:
    told = {key: str(event.data.get(key, "")) for key in ("platform", "strategy", "reason")}
    if event.data.get("waiting") is True:
        result = TestResult.WAITING
    else:
        has_passed = event.data.get("passed") is True
        result = TestResult.PASSED if has_passed else TestResult.NOT_PASSED
    place = results_folder(folder, event.channel, event.path, told["strategy"])
    log, junit = place / LOG, place / JUNIT
    count = event.data.get("tests")
    return ToldTest(
        version=parse_file_name(event.file).version,
        file=event.path,
        target=event.channel,
        platform=told["platform"],
        strategy=told["strategy"],
        result=result,
        reason=told["reason"],
        tests=count if isinstance(count, int) else 0,
        packages=len(environment_of(event)),
        when=event.when,
        log=log if log.is_file() else None,
        junit=junit if junit.is_file() else None,
    )


def _member(
    name: PackageName, members: Sequence[Member], ladder: Ladder, climber: Climber
) -> Member | None:
    """Return the project of this name, or the one whose output a package of this name is."""
    named = next((one for one in members if one.name == name), None)
    if named is not None:
        return named
    for rung, records in zip(ladder.rungs, ladder.records, strict=True):
        for record in oldest_first(name, records)[-1:]:
            return climber.project_of(record, rung.channel)
    return None


def _next_steps(
    name: PackageName, ladder: Ladder, climber: Climber
) -> tuple[PromotionOutcome, ...]:
    """Ask the gates about the newest file of each channel, in the company of all others there."""
    steps: list[PromotionOutcome] = []
    for index in range(1, len(ladder.rungs)):
        below = ladder.records[index - 1]
        newest = {record.path for record in oldest_first(name, below)[-1:]}
        company = climber.eligible(ladder, index, below) if newest else []
        own = [record for record in below if record.path in newest and record not in company]
        outcomes = climber.judge(ladder, index, [*company, *own])
        steps.extend(one for one in outcomes if one.record.path in newest)
    return tuple(steps)
