"""Candidates, evidence and targets for tests of plans: valid by default."""

from pathlib import Path

from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.config import Gate, InstallableGate, Rung, TestedGate, VersionPolicy
from conda_sluice.model.evidence import Evidence, PackageOrigin, TagEvidence, TestEvidence
from conda_sluice.model.names import PackageName, Subdir
from conda_sluice.model.package import PackageRecord
from conda_sluice.model.project import (
    Language,
    Project,
    ProjectVersion,
    SourceState,
    VersionOrigin,
)
from conda_sluice.model.recipe import BuildSection, RenderedRecipe, Requirement, Requirements
from conda_sluice.plan.builds import Candidate
from conda_sluice.plan.promotion.target import Held, Target

LINUX = Subdir("linux-64")


def a_candidate(
    name: str = "trips",
    version: str = "1.2.3",
    *,
    tree: str = "t" * 40,
    host: tuple[Requirement, ...] = (),
    run: tuple[Requirement, ...] = (),
    variant: tuple[tuple[str, str], ...] = (),
    number: int = 0,
    string: str = "",
    noarch: str = "",
    root: str = "",
    changes: str = "",
) -> Candidate:
    """Return a candidate whose canonical text is its requirements."""
    rendered = RenderedRecipe(
        name=PackageName(name),
        version=version,
        platform=LINUX,
        variant=variant,
        build=BuildSection(number=number, string=string, noarch=noarch),
        requirements=Requirements(host=host, run=run),
    )
    project_root = Path("/projects") / (root or name)
    return Candidate(
        project=Project(
            name=PackageName(name), root=project_root, language=Language.C, is_compiled=True
        ),
        version=ProjectVersion(upstream=version, conda=version, origin=VersionOrigin.GIT),
        source=SourceState(
            repository=Path("/projects"), commit="c" * 40, path=name, tree=tree, changes=changes
        ),
        recipe_dir=Path("/recipes") / name,
        rendered=rendered,
        canonical=repr(rendered.requirements),
    )


def a_target(
    *,
    name: str = "testing",
    gates: tuple[Gate, ...] = (TestedGate(), InstallableGate()),
    versions: VersionPolicy = VersionPolicy.ANY,
    records: tuple[PackageRecord, ...] = (),
    uppers: tuple[Held, ...] = (),
    ladder: tuple[PackageRecord, ...] = (),
    below: tuple[PackageRecord, ...] = (),
    platforms: tuple[str, ...] = ("linux-64",),
    upstream: tuple[str, ...] = (),
    sets: tuple[tuple[str, tuple[PackageName, ...]], ...] = (),
) -> Target:
    """Return a rung to enter, on one platform with one solve strategy."""
    return Target(
        rung=Rung(channel=ChannelRef(name, f"file:///{name}"), gates=gates, versions=versions),
        records=records,
        uppers=uppers,
        ladder=(*ladder, *records, *(record for upper in uppers for record in upper.records)),
        platforms=platforms,
        strategies=("highest",),
        upstream=upstream,
        source="unstable",
        below=below,
        sets=sets,
    )


def a_test(
    record: PackageRecord,
    *,
    target: str = "testing",
    has_passed: bool = True,
    reason: str = "",
    environment: frozenset[str] = frozenset(),
) -> TestEvidence:
    """Return a test of a record, passed by default."""
    return TestEvidence(
        sha256=record.sha256,
        target=target,
        platform="linux-64",
        strategy="highest",
        has_passed=has_passed,
        reason=reason,
        digest="",
        environment=environment,
    )


def an_origin(
    *,
    tree: str = "t" * 40,
    version: str = "1.2.3",
    is_static: bool = False,
    is_dirty: bool = False,
) -> PackageOrigin:
    """Return what a package says of itself."""
    return PackageOrigin(
        key="k" * 64,
        tree=tree,
        sha="c" * 40,
        path="",
        version=version,
        is_static=is_static,
        is_dirty=is_dirty,
    )


def a_tag(*, reason: str = "", is_same_tree: bool = True) -> TagEvidence:
    """Return a good tag by default."""
    return TagEvidence(
        tag="v1.2.3", signer="qa@example.org", reason=reason, is_same_tree=is_same_tree
    )


def passed(record: PackageRecord, target: str = "testing") -> Evidence:
    """Return evidence of a package that passed its tests."""
    return Evidence(record=record, tests=(a_test(record, target=target),))
