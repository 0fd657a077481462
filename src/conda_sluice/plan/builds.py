"""Which packages to build: named, numbered and ordered before anything is built."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from conda_sluice.errors import PlanError
from conda_sluice.model.job import BuildJob
from conda_sluice.model.names import PackageName
from conda_sluice.model.package import Distribution, PackageRecord
from conda_sluice.model.project import Project, ProjectVersion, SourceState
from conda_sluice.model.recipe import RenderedRecipe
from conda_sluice.plan.build_string import build_string, carries_key
from conda_sluice.plan.graph import topological_order
from conda_sluice.plan.key import KEY_DIGITS, content_key
from conda_sluice.plan.requirement import required_name

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
    def id(self) -> tuple[PackageName, tuple[tuple[str, str], ...]]:
        """Return what tells this candidate from the others: name and variant."""
        return self.rendered.name, self.rendered.variant


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedBuild:
    """One job with the decision about it; `follows` are jobs that must be done before."""

    job: BuildJob
    project: Project
    version: ProjectVersion
    is_current: bool
    reason: str
    follows: tuple[Distribution, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildPlan:
    """All jobs, each after those it follows."""

    builds: tuple[PlannedBuild, ...]

    @property
    def names(self) -> frozenset[PackageName]:
        """Return the package names that the plan makes."""
        return frozenset(planned.job.name for planned in self.builds)


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
    by_name = _by_name(candidates, lambda candidate: candidate.rendered.name)
    records = _by_name(existing, lambda record: record.name)
    strict = {key: _needs(one, by_name, host_only=True) for key, one in by_id.items()}
    order = {key: _needs(one, by_name, host_only=False) for key, one in by_id.items()}
    done: dict[object, PlannedBuild] = {}
    for key in topological_order(order):
        done[key] = _planned(
            by_id[key],
            needs=[done[need] for need in strict[key]],
            follows=[done[need] for need in order[key]],
            existing=records.get(key[0], ()),
            known_keys=known_keys,
        )
    return BuildPlan(builds=tuple(done.values()))


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


def _needs(
    candidate: Candidate, others: Mapping[PackageName, Sequence[Candidate]], *, host_only: bool
) -> list[tuple[PackageName, tuple[tuple[str, str], ...]]]:
    """Return the ids of the candidates that this one needs: to be built, or also to run."""
    lists = candidate.rendered.requirements
    wanted = [*lists.build, *lists.host, *(() if host_only else lists.run)]
    names = {required_name(requirement) for requirement in wanted} - {candidate.rendered.name}
    return [
        match.id
        for name in sorted(names & others.keys())
        for match in [_partner(candidate, others[name])]
    ]


def _partner(candidate: Candidate, others: Sequence[Candidate]) -> Candidate:
    """Return the first variant of a package that agrees with ours in the keys both use."""
    ours = dict(candidate.rendered.variant)
    for other in others:
        if all(ours.get(key, value) == value for key, value in other.rendered.variant):
            return other
    return others[0]


def _planned(
    candidate: Candidate,
    *,
    needs: Sequence[PlannedBuild],
    follows: Sequence[PlannedBuild],
    existing: Sequence[PackageRecord],
    known_keys: Mapping[str, str],
) -> PlannedBuild:
    rendered = candidate.rendered
    key = content_key(
        tree=candidate.source.content,
        recipe=candidate.canonical,
        scripts=candidate.scripts,
        variant=rendered.variant,
        needs=[need.job.key for need in needs],
    )
    same_version = [record for record in existing if record.version == rendered.version]
    present = _present(rendered, key, same_version, known_keys)
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
        needs=tuple(need.job.distribution for need in needs),
        is_dirty=candidate.source.is_dirty or any(need.job.is_dirty for need in needs),
    )
    return PlannedBuild(
        job=job,
        project=candidate.project,
        version=candidate.version,
        is_current=present is not None,
        reason=_reason(present, same_version, existing),
        follows=tuple(planned.job.distribution for planned in follows),
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
