"""What the scorer prints, and what it writes as JSON."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple
from statistics import median

from benchmarks.recipes.facts import SECTIONS
from benchmarks.recipes.scoring import QUESTIONS, TESTS, ProjectScore, total
from benchmarks.recipes.tools import Taken

LANGUAGES = {"python": "Python", "r": "R", "c": "C and C++"}
_ALL = (*SECTIONS, TESTS)


def table(language: str, columns: dict[str, Sequence[ProjectScore]]) -> Iterator[str]:
    """Yield the table of one language: a row per measure, a column per tool."""
    size = len(next(iter(columns.values())))
    yield f"{LANGUAGES[language]}: {size} projects"
    yield _row("", columns)
    written = (f"{_written(scores)}/{size}" for scores in columns.values())
    yield _row("recipes", written)
    for question in QUESTIONS[language]:
        yield _row(
            f"{question} right",
            (
                f"{sum(one.answers[question] for one in scores)}/{size}"
                for scores in columns.values()
            ),
        )
    for section in _ALL:
        totals = [total(scores, section) for scores in columns.values()]
        yield _row(
            f"{section} precision recall equal",
            (f"{one.precision:.2f} {one.recall:.2f} {one.equal}/{size}" for one in totals),
        )
    agreeing = [[one for one in scores if one.agrees] for scores in columns.values()]
    if any(agreeing):
        yield _row(
            "run equal, of those that agree",
            (f"{total(scores, 'run').equal}/{len(scores)}" for scores in agreeing),
        )


def _row(title: str, cells) -> str:
    return f"  {title:30}" + "".join(f"{cell:>20}" for cell in cells)


def _written(scores: Sequence[ProjectScore]) -> int:
    return sum(one.written is not None for one in scores)


def misses(scores: Sequence[ProjectScore]) -> Iterator[str]:
    """Yield what differs, project by project; those that agree in all are named at the end."""
    agreeing = []
    for one in scores:
        lines = list(_differences(one))
        if lines:
            yield f"  {one.project.name} {one.project.version}"
            yield from (f"    {line}" for line in lines)
        else:
            agreeing.append(one.project.name)
    if agreeing:
        yield f"  no difference: {', '.join(agreeing)}"


def _differences(one: ProjectScore) -> Iterator[str]:
    if one.written is None:
        yield f"no recipe: {one.reason}"
        return
    for question, is_right in one.answers.items():
        if not is_right:
            theirs, ours = _said(one, question)
            yield f"{question}: accepted {theirs}, written {ours}"
    for name, part in one.sections.items():
        if not part.is_equal and name == "run" and one.agrees is False:
            yield "the accepted run section is not what the archive says"
        if not part.is_equal:
            words = [
                f"{title} {' '.join(sorted(names))}"
                for title, names in (("missing", part.missing), ("extra", part.extra))
                if names
            ]
            yield f"{name}: {'; '.join(words)}"


def _said(one: ProjectScore, question: str) -> tuple[str, str]:
    name = {"own tests": "runs"}.get(question, question.replace(" ", "_"))
    return _text(getattr(one.project.accepted, name)), _text(getattr(one.written, name))


def _text(value: object) -> str:
    match value:
        case frozenset():
            return " ".join(sorted(value)) or "none"
        case bool():
            return "yes" if value else "no"
        case _:
            return str(value) or "none"


def as_json(columns: dict[str, Sequence[ProjectScore]]) -> object:
    """Return everything that was found, for other programs."""
    return {
        tool: {
            language: {
                "projects": [_project(one) for one in scores if one.project.language == language],
                "totals": {
                    section: _total(
                        [one for one in scores if one.project.language == language], section
                    )
                    for section in _ALL
                },
            }
            for language in dict.fromkeys(one.project.language for one in scores)
        }
        for tool, scores in columns.items()
    }


def _project(one: ProjectScore) -> object:
    return {
        "name": one.project.name,
        "version": one.project.version,
        "recipe": one.written is not None,
        "reason": one.reason,
        "agrees": one.agrees,
        "answers": one.answers,
        "sections": {
            name: {
                "found": sorted(part.found),
                "missing": sorted(part.missing),
                "extra": sorted(part.extra),
            }
            for name, part in one.sections.items()
        },
    }


def _total(scores: Sequence[ProjectScore], section: str) -> object:
    found = total(scores, section)
    return {"precision": found.precision, "recall": found.recall, "equal": found.equal}


def times(title: str, taken: Mapping[str, Taken]) -> str:
    slowest = max(taken, key=lambda name: taken[name].cpu)
    wall, cpu = (median(part) for part in zip(*map(astuple, taken.values()), strict=True))
    return (
        f"{title}, a process for each: median {wall:.2f} s on the wall, {cpu:.2f} s of processor;"
        f" most for {slowest}, {taken[slowest].wall:.2f} s and {taken[slowest].cpu:.2f} s"
    )
