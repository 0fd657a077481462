"""Pages on packages for tests: a package on its way, with whatever its gates say."""

from pathlib import Path

from conda_sluice.model.config import Mode
from conda_sluice.model.event import Event, EventKind
from conda_sluice.model.explanation import Explanation, TestResult, ToldTest
from conda_sluice.model.names import PackageName
from conda_sluice.model.outcome import Excuse, PromotionOutcome, PromotionResult
from conda_sluice.model.package import PackageRecord
from conda_sluice.model.project import Evidence, Language, Project, ProjectVersion, VersionOrigin
from factories import a_record, an_event

RELEASE = a_record(version="1.2.3")


def a_step(
    *excuses: Excuse,
    result: PromotionResult = PromotionResult.REFUSED,
    record: PackageRecord = RELEASE,
    target: str = "stable",
) -> PromotionOutcome:
    return PromotionOutcome(record=record, target=target, result=result, excuses=excuses)


def a_told_test(result: TestResult = TestResult.PASSED, **more: object) -> ToldTest:
    facts = {
        "version": "1.2.3",
        "file": RELEASE.path,
        "target": "testing",
        "platform": "linux-64",
        "strategy": "highest",
        "result": result,
        "reason": "",
        "tests": 10,
        "packages": 21,
        "when": "2026-01-31T12:00:00.000Z",
    }
    return ToldTest(**(facts | more))


def an_explanation(
    *steps: PromotionOutcome,
    name: str = "trips",
    places: dict[str, tuple[PackageRecord, ...]] | None = None,
    hidden: dict[str, tuple[PackageRecord, ...]] | None = None,
    tests: tuple[ToldTest, ...] = (),
    history: tuple[Event, ...] = (an_event(kind=EventKind.PROMOTED, data={"transaction": "f00d"}),),
    root: str = "/work/trips",
    tag: str = "v1.2.3",
    has_project: bool = True,
    is_dirty: bool = False,
) -> Explanation:
    """Return what is known of a package that lies in unstable and testing."""
    held = {"unstable": (RELEASE,), "testing": (RELEASE,), "stable": ()} | (places or {})
    project = Project(
        name=PackageName(name),
        root=Path(root),
        language=Language.PYTHON,
        is_compiled=False,
        evidence=(Evidence("Python", "pyproject.toml is there"),),
    )
    version = ProjectVersion(upstream="1.2.3", conda="1.2.3", origin=VersionOrigin.GIT, tag=tag)
    return Explanation(
        name=PackageName(name),
        project=project if has_project else None,
        version=version if has_project else None,
        commit="c0ffee" * 6 if has_project else "",
        is_dirty=is_dirty,
        recipe=Path(root) / "meta.yaml" if has_project else None,
        mode=Mode.RE_VERSION if has_project else None,
        places=tuple(held.items()),
        hidden=tuple((hidden or {}).items()),
        next_steps=steps,
        tests=tests,
        history=history,
    )
