"""The verbs in order: from source trees to the highest channel that each package may enter."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from conda_sluice.errors import ProjectError, UsageError
from conda_sluice.model.config import Config
from conda_sluice.model.outcome import (
    BuildOutcome,
    Built,
    Current,
    Progress,
    RecipeOutcome,
    Recovered,
    RunOutcome,
)
from conda_sluice.model.variant import VariantConfig
from conda_sluice.pipeline.bench import Bench
from conda_sluice.pipeline.build import BuildSettings, build
from conda_sluice.pipeline.climb import Climber
from conda_sluice.pipeline.exclusive import exclusively
from conda_sluice.pipeline.ladder import Ladder, read_ladder
from conda_sluice.pipeline.lint import refuse_findings
from conda_sluice.pipeline.open_ladder import open_ladder
from conda_sluice.pipeline.origins import read_origin
from conda_sluice.pipeline.recipes import find_edited, write_missing
from conda_sluice.pipeline.record import known_keys
from conda_sluice.pipeline.recorded import recorded_pins
from conda_sluice.pipeline.workspace import (
    Member,
    load_candidates,
    load_members,
    load_variants,
)
from conda_sluice.plan.build_string import carries_key
from conda_sluice.plan.builds import BuildPlan, Candidate, plan_builds
from conda_sluice.plan.transactions import builds


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How far and how hard to work: seconds for one build or test, the channel to stop at."""

    timeout: float = 3600.0
    allow_dirty: bool = False
    to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """The projects read: members, variants, recipes rendered for each variant."""

    members: tuple[Member, ...]
    variants: VariantConfig
    candidates: tuple[Candidate, ...]
    recipes: tuple[RecipeOutcome, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """The workspace with the plan of what to build."""

    workspace: Workspace
    plan: BuildPlan


def load_workspace(bench: Bench, *, allow_dirty: bool, dry_run: bool) -> Workspace:
    """Read the projects; write recipes that are missing, or only think them with `dry_run`."""
    config = bench.config
    members = load_members(
        config,
        bench.open_repository,
        allow_dirty=allow_dirty,
        ask_backend=bench.ask_backend,
    )
    recipes = write_missing(members, dict(config.names), dry_run=dry_run)
    members = _with_edited(bench, members, allow_dirty=allow_dirty)
    drafts = {one.name: one.generated for one in recipes}
    variants = local_variants(bench)
    return Workspace(
        members=members,
        variants=variants,
        candidates=load_candidates(members, variants, bench.platform, drafts),
        recipes=tuple(recipes),
    )


def _with_edited(
    bench: Bench, members: tuple[Member, ...], *, allow_dirty: bool
) -> tuple[Member, ...]:
    """Mark the members whose recipes are edited and not committed; refuse them otherwise."""
    config = bench.config
    repository = bench.open_repository(config.root)
    edited = find_edited(members, config.recipes, repository, dict(config.names))
    if edited and not allow_dirty:
        raise ProjectError(
            f"the recipe of {edited[0].name} has changes that are not committed",
            where=str(edited[0].recipe_dir),
            remedy="commit them, or use --allow-dirty for a build that stays in the lowest channel",
        )
    return tuple(
        replace(member, source=replace(member.source, changes=member.source.changes or "recipe"))
        if member in edited
        else member
        for member in members
    )


def prepare(bench: Bench, *, allow_dirty: bool = False, dry_run: bool = False) -> Prepared:
    """Read the projects, write recipes that are missing, and plan the builds."""
    workspace = load_workspace(bench, allow_dirty=allow_dirty, dry_run=dry_run)
    drafts = {str(one.name): one.generated for one in workspace.recipes}
    refuse_findings(workspace.candidates, drafts, bench.config.lint)
    names = {candidate.rendered.name for candidate in workspace.candidates}
    ladder = read_ladder(bench.config, bench.store, names)
    existing = [*ladder.everything, *(one for hidden in ladder.hidden for one in hidden)]
    keys = {
        **known_keys(bench.ledger, names),
        **_keys_in_packages(bench, ladder, workspace.candidates),
    }
    plan = plan_builds(workspace.candidates, existing, keys)
    return Prepared(workspace=workspace, plan=plan)


def _keys_in_packages(
    bench: Bench, ladder: Ladder, candidates: Sequence[Candidate]
) -> dict[str, str]:
    """Return the content keys of packages whose build string does not carry them.

    Only a recipe with a build string of its own asks for that, so few packages are opened.
    """
    fixed = {
        (one.rendered.name, one.rendered.version)
        for one in candidates
        if not carries_key(one.rendered)
    }
    keys = {}
    for rung, records in zip(ladder.rungs, ladder.records, strict=True):
        for record in records:
            if (record.name, record.version) in fixed and record.sha256 not in keys:
                origin = read_origin(record, rung.channel, bench.store)
                keys[record.sha256] = origin.key if origin else ""
    return keys


def local_variants(bench: Bench) -> VariantConfig:
    """Return the variants of the workspace for this machine."""
    return load_variants(bench.config, bench.platform)


def run_builds(
    bench: Bench, plan: BuildPlan, options: Options
) -> Iterator[BuildOutcome | Recovered | Progress]:
    """Build what is missing into the lowest channel."""
    config = bench.config
    lowest = config.channels[0]
    due = [one for one in plan.builds if not one.is_current]
    building = builds(due, lowest, bench.stamp())
    with exclusively(bench) as recovered:
        yield from recovered
        ladder = open_ladder(bench, sorted(plan.names))
        if due:
            bench.journal.begin(building)
    filled = [
        rung.channel.url
        for index, rung in enumerate(ladder.rungs)
        if index == 0 or ladder.records[index]
    ]
    channels = (*filled, *(channel.url for channel in config.upstream))
    settings = BuildSettings(
        channels=channels,
        lowest=lowest,
        scratch=bench.scratch,
        logs=bench.logs,
        pins=recorded_pins(bench, due, ladder, channels),
    )
    with bench.open_executor(options.timeout) as executor:
        outcomes = build(plan, settings, bench.perform_build, executor)
        yield from bench.recorder.builds(outcomes, building)
    if due:
        bench.transactor.conclude(building)


def run(bench: Bench, options: Options) -> Iterator[RunOutcome | Progress]:
    """Take every project as far up the ladder as its gates let it, yielding what happens."""
    last = last_rung(bench.config, options.to)
    prepared = prepare(bench, allow_dirty=options.allow_dirty)
    workspace = prepared.workspace
    yield from workspace.recipes
    made: list[BuildOutcome | Recovered | Progress] = []
    for outcome in run_builds(bench, prepared.plan, options):
        made.append(outcome)
        yield outcome
    files = {(one.job.subdir, one.job.file) for one in made if isinstance(one, Built | Current)}
    releases = releases_of(prepared.plan)
    climber = Climber(
        bench,
        workspace.members,
        workspace.variants,
        timeout=options.timeout,
        releases=releases,
    )
    for index in range(1, last + 1):
        ladder = read_ladder(bench.config, bench.store)
        candidates = [
            record for record in ladder.records[index - 1] if (record.subdir, record.file) in files
        ]
        if not candidates:
            return
        yield from climber.climb(ladder, index, candidates)


def releases_of(plan: BuildPlan) -> Mapping[str, frozenset[str]]:
    """Return for each planned file all files of its release.

    They are the variants, and the outputs, of one version of a project.
    """
    releases: dict[tuple[str, str], set[str]] = {}
    for one in plan.builds:
        release = one.project.name, one.version.conda
        releases.setdefault(release, set()).add(f"{one.job.subdir}/{one.job.file}")
    return {path: frozenset(paths) for paths in releases.values() for path in paths}


def last_rung(config: Config, name: str) -> int:
    """Return the index of the rung called `name`, of the highest where there is no name."""
    names = [channel.name for channel in config.channels]
    if not name:
        return len(names) - 1
    if name not in names:
        raise UsageError(f"the ladder has no channel {name}", remedy=f"it has {', '.join(names)}")
    return names.index(name)
