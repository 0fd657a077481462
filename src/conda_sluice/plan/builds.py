"""Which packages to build: named, numbered and ordered before anything is built."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from conda_sluice.errors import PlanError
from conda_sluice.model.job import BuildJob
from conda_sluice.model.names import PackageName
from conda_sluice.model.package import Distribution, PackageRecord
from conda_sluice.model.project import Project, ProjectVersion, SourceState
from conda_sluice.model.recipe import RenderedRecipe
from conda_sluice.plan.batches import batches
from conda_sluice.plan.build_string import build_string, carries_key
from conda_sluice.plan.graph import topological_order
from conda_sluice.plan.key import KEY_DIGITS, content_key
from conda_sluice.plan.needs import Needs, PackageId, needs_of

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One recipe rendered for one variant, with where its sources come from.

    `canonical` is the recipe's text for the content key; `scripts` are pairs of file name and
    sha256 of what lies beside the recipe.
    """

    project: Project
    version: ProjectVersion
    source: SourceState
    recipe_dir: Path
    rendered: RenderedRecipe
    canonical: str
    scripts: tuple[tuple[str, str], ...] = ()

    @property
    def id(self) -> PackageId:
        """Return what tells this candidate from the others: name and variant."""
        return self.rendered.name, self.rendered.variant


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedBuild:
    """One job with the decision about it; `follows` are jobs that must be done before.

    `together` are all packages that the same build makes, this one among them, in their order.
    """

    job: BuildJob
    project: Project
    version: ProjectVersion
    is_current: bool
    reason: str
    follows: tuple[Distribution, ...] = ()
    together: tuple[Distribution, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildPlan:
    """All jobs, each after those it follows."""

    builds: tuple[PlannedBuild, ...]

    @property
    def names(self) -> frozenset[PackageName]:
        """Return the package names that the plan makes."""
        return frozenset(planned.job.name for planned in self.builds)


@dataclass(frozen=True, slots=True)
class _Ladder:
    """What is there already: records by name, and the content keys that are known."""

    records: Mapping[PackageName, Sequence[PackageRecord]]
    known_keys: Mapping[str, str]


def plan_builds(
    candidates: Sequence[Candidate],
    existing: Sequence[PackageRecord],
    known_keys: Mapping[str, str],
) -> BuildPlan:
    """Decide for each candidate its name, its number and whether it is there already.

    `existing` are the ladder's records of these names, from every rung; `known_keys` maps the
    sha256 of packages built here to their full content keys. Raise PlanError for a cycle, two
    projects of one name, or a package of the same name with another content.
    """
    _check_names(candidates)
    by_id = {candidate.id: candidate for candidate in candidates}
    recipes = _by_name([one.rendered for one in candidates], lambda recipe: recipe.name)
    ladder = _Ladder(_by_name(existing, lambda record: record.name), known_keys)
    needs = {key: needs_of(one.rendered, recipes) for key, one in by_id.items()}
    mates = _mates(candidates, needs)
    done: dict[PackageId, PlannedBuild] = {}
    for key in topological_order({key: one.first for key, one in needs.items()}):
        bounds = _bounds(by_id[key], [by_id[one] for one in needs[key].siblings])
        done[key] = _planned(by_id[key], needs[key], bounds, done, ladder)
    return BuildPlan(builds=tuple(_placed(key, needs[key], mates[key], done) for key in done))


def _placed(
    key: PackageId, needs: Needs, batch: "_Batch", done: Mapping[PackageId, PlannedBuild]
) -> PlannedBuild:
    """Return a build with what only the whole plan tells: its siblings, and what it comes with."""
    found = done[key]
    siblings = tuple(done[one].job.distribution for one in needs.siblings)
    return replace(
        found,
        job=replace(found.job, siblings=siblings),
        together=tuple(one.job.distribution for other, one in done.items() if other in batch.ids),
    )


def _by_name(
    values: Sequence[Value], name: Callable[[Value], PackageName]
) -> dict[PackageName, list[Value]]:
    groups: dict[PackageName, list[Value]] = {}
    for value in values:
        groups.setdefault(name(value), []).append(value)
    return groups


def _check_names(candidates: Sequence[Candidate]) -> None:
    roots: dict[PackageName, Path] = {}
    for candidate in candidates:
        name, root = candidate.rendered.name, candidate.project.root
        if roots.setdefault(name, root) != root:
            raise PlanError(
                f"two projects make the package {name}: {roots[name]} and {root}",
                remedy="give one of them another name in its recipe",
            )


@dataclass(frozen=True, slots=True)
class _Batch:
    """The packages that one build makes."""

    ids: frozenset[PackageId]

    def __str__(self) -> str:
        return " + ".join(sorted(name for name, _ in self.ids))


def _mates(
    candidates: Sequence[Candidate], needs: Mapping[PackageId, Needs]
) -> dict[PackageId, _Batch]:
    """Return for each package the batch that it is made in.

    Raise PlanError where what one build makes and another build need each other: they could be
    packages in a good order, but not builds.
    """
    pairs = [(candidate.recipe_dir, candidate.rendered) for candidate in candidates]
    found = {
        candidates[index].id: _Batch(frozenset(candidates[other].id for other in batch))
        for batch in batches(pairs)
        for index in batch
    }
    order: dict[_Batch, list[_Batch]] = {batch: [] for batch in found.values()}
    for key, batch in found.items():
        order[batch].extend(found[one] for one in needs[key].first if one not in batch.ids)
    topological_order(order)
    return found


def _bounds(candidate: Candidate, siblings: Sequence[Candidate]) -> tuple[str, ...]:
    """Return the versions of siblings that its pins speak of, where they are not its own."""
    others = (one.rendered for one in siblings)
    return tuple(
        f"{other.name} {other.version}"
        for other in others
        if other.version != candidate.rendered.version
    )


def _planned(
    candidate: Candidate,
    needs: Needs,
    bounds: Sequence[str],
    done: Mapping[PackageId, PlannedBuild],
    ladder: _Ladder,
) -> PlannedBuild:
    rendered = candidate.rendered
    built_with = [done[need].job for need in needs.built_with]
    key = content_key(
        tree=candidate.source.content,
        recipe=candidate.canonical,
        scripts=candidate.scripts,
        variant=rendered.variant,
        needs=[*(done[need].job.key for need in needs.decisive), *bounds],
    )
    existing = ladder.records.get(rendered.name, ())
    same_version = [record for record in existing if record.version == rendered.version]
    present = _present(rendered, key, same_version, ladder.known_keys)
    number = present.build_number if present else _next_number(rendered, same_version)
    job = BuildJob(
        name=rendered.name,
        version=rendered.version,
        build=present.build if present else build_string(rendered, key, number),
        number=number,
        subdir=rendered.subdir,
        key=key,
        source=candidate.source,
        project_root=candidate.project.root,
        recipe_dir=candidate.recipe_dir,
        rendered=rendered,
        project=candidate.project.name,
        needs=tuple(need.distribution for need in built_with),
        is_dirty=candidate.source.is_dirty or any(need.is_dirty for need in built_with),
    )
    return PlannedBuild(
        job=job,
        project=candidate.project,
        version=candidate.version,
        is_current=present is not None,
        reason=_reason(present, same_version, existing),
        follows=tuple(done[need].job.distribution for need in needs.first),
    )


def _present(
    rendered: RenderedRecipe,
    key: str,
    same_version: Sequence[PackageRecord],
    known_keys: Mapping[str, str],
) -> PackageRecord | None:
    """Return the ladder's package with this very content, None where there is none."""
    for record in same_version:
        if record.subdir != rendered.subdir or not _same_name(rendered, key, record):
            continue
        known = known_keys.get(record.sha256)
        if known == key or (known is None and carries_key(rendered)):
            return record
        raise PlanError(
            f"{record.path} is in the ladder with other contents than the recipe makes now",
            remedy="change the version or the build string in the recipe",
        )
    return None


def _same_name(rendered: RenderedRecipe, key: str, record: PackageRecord) -> bool:
    if carries_key(rendered):
        return f"h{key[:KEY_DIGITS]}" in record.build
    return record.build == build_string(rendered, key, record.build_number)


def _next_number(rendered: RenderedRecipe, same_version: Sequence[PackageRecord]) -> int:
    highest = max((record.build_number for record in same_version), default=-1)
    return max(rendered.build.number, highest + 1)


def _reason(
    present: PackageRecord | None,
    same_version: Sequence[PackageRecord],
    existing: Sequence[PackageRecord],
) -> str:
    if present:
        return "this very content is in the ladder"
    if same_version:
        return "sources, recipe or what it is built with changed within this version"
    if existing:
        return "this version is new"
    return "the ladder has no such package"
