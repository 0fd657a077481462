"""The verbs in order: from source trees to the highest channel that each package may enter."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from types import MappingProxyType

from conda_sluice.errors import UsageError
from conda_sluice.model.config import Config
from conda_sluice.model.evidence import Evidence
from conda_sluice.model.outcome import (
    BuildOutcome,
    Built,
    Current,
    Excuse,
    Progress,
    PromotionOutcome,
    RecipeOutcome,
    RunOutcome,
    TestReport,
    Verdict,
)
from conda_sluice.model.package import PackageRecord
from conda_sluice.model.variant import VariantConfig
from conda_sluice.pipeline.bench import Bench
from conda_sluice.pipeline.build import BuildSettings, build
from conda_sluice.pipeline.evidence import Gatherer
from conda_sluice.pipeline.ladder import Ladder, open_ladder, read_ladder
from conda_sluice.pipeline.promote import Move, carry_out, decide
from conda_sluice.pipeline.recipes import write_missing
from conda_sluice.pipeline.record import known_keys, test_evidence
from conda_sluice.pipeline.test import TestStep, test
from conda_sluice.pipeline.test_one import compilers_of
from conda_sluice.pipeline.workspace import (
    Member,
    load_candidates,
    load_members,
    load_variants,
)
from conda_sluice.plan.builds import BuildPlan, Candidate, plan_builds
from conda_sluice.plan.promotion import judge_alone


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
    members = load_members(config, bench.open_repository, allow_dirty=allow_dirty)
    recipes = write_missing(members, dict(config.names), dry_run=dry_run)
    drafts = {one.name: one.generated for one in recipes}
    variants = local_variants(bench)
    return Workspace(
        members=members,
        variants=variants,
        candidates=load_candidates(members, variants, bench.platform, drafts),
        recipes=tuple(recipes),
    )


def prepare(bench: Bench, *, allow_dirty: bool = False, dry_run: bool = False) -> Prepared:
    """Read the projects, write recipes that are missing, and plan the builds."""
    workspace = load_workspace(bench, allow_dirty=allow_dirty, dry_run=dry_run)
    names = {candidate.rendered.name for candidate in workspace.candidates}
    ladder = read_ladder(bench.config, bench.store)
    existing = [record for record in ladder.everything if record.name in names]
    plan = plan_builds(workspace.candidates, existing, known_keys(bench.ledger, names))
    return Prepared(workspace=workspace, plan=plan)


def local_variants(bench: Bench) -> VariantConfig:
    """Return the variants: what upstream folder channels bring, then the configuration's own."""
    roots = [bench.local_roots[one] for one in bench.config.upstream if one in bench.local_roots]
    return load_variants(bench.config, roots, bench.platform)


def run_builds(
    bench: Bench, plan: BuildPlan, options: Options
) -> Iterator[BuildOutcome | Progress]:
    """Build what is missing into the lowest channel."""
    config = bench.config
    lowest = config.channels[0]
    ladder = open_ladder(config, bench.store, sorted(plan.names))
    filled = [
        rung.channel.url
        for index, rung in enumerate(ladder.rungs)
        if index == 0 or ladder.records[index]
    ]
    settings = BuildSettings(
        channels=(*filled, *(channel.url for channel in config.upstream)),
        lowest=lowest,
        scratch=bench.scratch,
        logs=bench.logs,
    )
    with bench.open_executor(options.timeout) as executor:
        outcomes = build(plan, settings, bench.perform_build, executor)
        yield from bench.recorder.builds(outcomes, lowest)


def run(bench: Bench, options: Options) -> Iterator[RunOutcome | Progress]:
    """Take every project as far up the ladder as its gates let it, yielding what happens."""
    last = last_rung(bench.config, options.to)
    prepared = prepare(bench, allow_dirty=options.allow_dirty)
    workspace = prepared.workspace
    yield from workspace.recipes
    made: list[BuildOutcome | Progress] = []
    for outcome in run_builds(bench, prepared.plan, options):
        made.append(outcome)
        yield outcome
    files = {(one.job.subdir, one.job.file) for one in made if isinstance(one, Built | Current)}
    releases = releases_of(prepared.plan)
    climber = Climber(bench, workspace.members, workspace.variants, options, releases)
    for index in range(1, last + 1):
        ladder = read_ladder(bench.config, bench.store)
        candidates = [
            record for record in ladder.records[index - 1] if (record.subdir, record.file) in files
        ]
        if not candidates:
            return
        yield from climber.climb(ladder, index, candidates)


def releases_of(plan: BuildPlan) -> Mapping[str, frozenset[str]]:
    """Return for each planned file all files of its release: the variants of one version."""
    releases: dict[tuple[str, str], set[str]] = {}
    for one in plan.builds:
        release = one.job.name, one.job.version
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


class Climber:
    """Tests and promotes packages from one rung to the next.

    `releases` maps a file to all files of its release, where these are planned.
    """

    def __init__(
        self,
        bench: Bench,
        members: Sequence[Member],
        variants: VariantConfig,
        options: Options,
        releases: Mapping[str, frozenset[str]] = MappingProxyType({}),
    ) -> None:
        self._bench = bench
        self._members = members
        self._variants = variants
        self._options = options
        self._releases = releases
        self._gatherer = Gatherer(bench.store, bench.ledger, members)

    def climb(
        self, ladder: Ladder, index: int, candidates: Sequence[PackageRecord]
    ) -> Iterator[TestReport | PromotionOutcome | Progress]:
        """Test what may enter the rung at `index`, then let in what passes its gates."""
        present = {record.path for record in ladder.records[index]}
        eligible = [
            record
            for record in candidates
            if record.path not in present and self._is_eligible(record, ladder, index)
        ]
        with self._bench.open_executor(self._options.timeout) as executor:
            yield from self.test(ladder, index, eligible, executor)
        yield from self.promote(ladder, index, candidates)

    def test(
        self,
        ladder: Ladder,
        index: int,
        records: Sequence[PackageRecord],
        executor: Executor,
        *,
        anew: bool = False,
    ) -> Iterator[TestReport | Progress]:
        """Test packages of the rung below for the rung at `index`, `anew` even if on record."""
        bench = self._bench
        below = ladder.rungs[index - 1].channel
        sources = {
            record.sha256: source
            for record in records
            for source in [self._gatherer.source(record, below)]
            if source is not None
        }
        step = TestStep(
            ladder=ladder,
            index=index,
            platform=bench.platform,
            strategies=bench.config.solve,
            folder=bench.tests,
            timeout=self._options.timeout,
            compilers=tuple(compilers_of(dict(self._variants.values), bench.platform).items()),
            sources=sources,
            commands={member.name: member.entry.test for member in self._members},
        )
        known = [
            one
            for name in {record.name for record in records}
            for one in test_evidence(bench.ledger, name)
            if not anew
        ]
        yield from bench.recorder.tests(test(records, step, known, bench.perform_test, executor))

    def promote(
        self,
        ladder: Ladder,
        index: int,
        candidates: Sequence[PackageRecord],
        *,
        dry_run: bool = False,
    ) -> tuple[PromotionOutcome, ...]:
        """Ask every gate of the rung at `index` and copy what passes."""
        bench = self._bench
        present = {record.path for record in ladder.records[index]}
        evidence = [
            Evidence(record=record)  # there already, or another file is: no gate is asked
            if record.path in present
            else self._evidence(record, ladder, index)
            for record in candidates
        ]
        target = ladder.target(index, bench.config)
        outcomes = decide(evidence, ladder, index, target, bench.environments)
        if dry_run:
            return outcomes
        move = Move(index - 1, index)
        return carry_out(outcomes, ladder, move, bench.store, bench.recorder)

    def _is_eligible(self, record: PackageRecord, ladder: Ladder, index: int) -> bool:
        excuses: tuple[Excuse, ...] = judge_alone(
            self._evidence(record, ladder, index), ladder.target(index, self._bench.config)
        )
        return all(excuse.verdict is Verdict.PASS for excuse in excuses)

    def _evidence(self, record: PackageRecord, ladder: Ladder, index: int) -> Evidence:
        rung, below = ladder.rungs[index], ladder.rungs[index - 1].channel
        evidence = self._gatherer.evidence(record, below, rung)
        there = {one.path for records in ladder.records[index - 1 : index + 1] for one in records}
        missing = sorted(self._releases.get(record.path, frozenset()) - there)
        return replace(evidence, missing_sibling=missing[0]) if missing else evidence
