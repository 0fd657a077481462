"""Two recipes compared by names, and the sums over many projects."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.recipes.facts import SECTIONS, Facts, Project
from benchmarks.recipes.rules import comparable, covered, same_licence

TESTS = "tests"
NOTHING = Facts(noarch="", licence="")
QUESTIONS = {
    "python": ("noarch", "compilers", "licence", "own tests"),
    "r": ("noarch", "compilers", "licence", "own tests"),
    "c": ("build system", "noarch", "compilers", "languages", "licence", "run_exports"),
}


@dataclass(frozen=True, slots=True)
class SectionScore:
    """Names of one section: found in both, missing from ours, extra in ours."""

    found: frozenset[str]
    missing: frozenset[str]
    extra: frozenset[str]

    @property
    def is_equal(self) -> bool:
        return not self.missing and not self.extra


@dataclass(frozen=True, slots=True)
class ProjectScore:
    """One project: sections by name, yes-or-no questions, and why there is no recipe.

    `agrees` tells whether the accepted recipe has what its archive says that it needs to run; None
    where that says nothing.
    """

    project: Project
    sections: dict[str, SectionScore]
    answers: dict[str, bool]
    written: Facts | None
    reason: str = ""
    agrees: bool | None = None


@dataclass(frozen=True, slots=True)
class Total:
    """A section over many projects; shares are 1 where there was nothing to find."""

    precision: float
    recall: float
    equal: int
    projects: int


def score(project: Project, written: Facts | None, reason: str = "") -> ProjectScore:
    """Compare; a project without a recipe misses everything and answers nothing."""
    accepted, ours = project.accepted, written or NOTHING
    return ProjectScore(
        project=project,
        sections={
            **{name: _section(accepted, ours, name) for name in SECTIONS},
            TESTS: _tests(accepted, ours),
        },
        answers={
            question: written is not None and _answer(question, accepted, ours)
            for question in QUESTIONS[project.language]
        },
        written=written,
        reason=reason,
    )


def _section(accepted: Facts, ours: Facts, name: str) -> SectionScore:
    theirs = accepted.section(name)
    wanted = comparable(theirs, theirs, name)
    given = comparable(ours.section(name), theirs, name)
    return SectionScore(wanted & given, wanted - given, given - wanted)


def _answer(question: str, accepted: Facts, ours: Facts) -> bool:
    match question:
        case "licence":
            return same_licence(accepted.licence, ours.licence)
        case "own tests":
            return not accepted.runs or bool(ours.runs)
        case _:
            name = question.replace(" ", "_")
            return getattr(accepted, name) == getattr(ours, name)


def _tests(accepted: Facts, ours: Facts) -> SectionScore:
    """Compare modules to import, `pip check` and R's `library()` by name, files by pattern.

    Modules count by their top name, since recipes list deeper ones at will. A file tested beyond
    the accepted recipe's is no mistake, so it is not counted.
    """
    wanted, given = _checks(accepted), _checks(ours)
    tested = frozenset(file for file in accepted.files if covered(file, ours.files))
    return SectionScore(
        (wanted & given) | tested,
        (wanted - given) | (accepted.files - tested),
        given - wanted,
    )


def _checks(facts: Facts) -> frozenset[str]:
    modules = {f"import {module.split('.')[0]}" for module in facts.imports}
    libraries = {f"library({name})" for name in facts.libraries}
    return frozenset(modules | libraries | ({"pip check"} if facts.pip_check else set()))


def total(scores: Sequence[ProjectScore], section: str) -> Total:
    """Add the names of a section up over all projects, then take shares (micro average)."""
    parts = [one.sections[section] for one in scores]
    found = sum(len(part.found) for part in parts)
    missing = sum(len(part.missing) for part in parts)
    extra = sum(len(part.extra) for part in parts)
    equal = sum(
        part.is_equal and one.written is not None for part, one in zip(parts, scores, strict=True)
    )
    return Total(_share(found, extra), _share(found, missing), equal, len(scores))


def _share(good: int, bad: int) -> float:
    return good / (good + bad) if good + bad else 1.0
