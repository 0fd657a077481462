"""Rules on what people read about a package: licence, summary, addresses."""

from collections.abc import Iterator

from conda_sluice.model.lint import Edit, Level
from conda_sluice.recipe.lint.rule import Remark, Rule
from conda_sluice.recipe.lint.subject import Subject

_HEAD = "package: {name: trips, version: 1.2.0}\n"


def _lacks(subject: Subject, field: str) -> bool:
    return any(not getattr(one.about, field) for one in subject.built)


def _license_file(subject: Subject) -> Iterator[Remark]:
    if _lacks(subject, "license_file") and not _lacks(subject, "license"):
        yield Remark(
            "about has no license_file: name the file with the licence's text",
            subject.line("about", "license"),
        )


def _license(subject: Subject) -> Iterator[Remark]:
    if _lacks(subject, "license"):
        yield Remark("about has no license: say it as an SPDX expression", subject.line("about"))


def _spdx(subject: Subject) -> Iterator[Remark]:
    line = subject.line("about", "license")
    for text in sorted({one.about.license for one in subject.built if one.about.license}):
        said = canonical(text)
        if said is None:
            yield Remark(f"{text!r} is no SPDX expression: see https://spdx.org/licenses", line)
        elif said != text:
            yield Remark(
                f"SPDX spells {text!r} {said!r}", line, _replaced(subject, line, text, said)
            )


def canonical(text: str) -> str | None:
    """Return a licence expression as SPDX spells it, None where it is none."""
    from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

    try:
        return str(canonicalize_license_expression(text))
    except InvalidLicenseExpression:
        return None


def _replaced(subject: Subject, line: int, old: str, new: str) -> Edit | None:
    """Return the edit of one line, None where the text does not stand in it as such."""
    before = subject.lines[line - 1]
    return Edit(line, 1, (before.replace(old, new),)) if before.count(old) == 1 else None


def _summary(subject: Subject) -> Iterator[Remark]:
    if _lacks(subject, "summary"):
        yield Remark("about has no summary: say in one line what it is", subject.line("about"))


def _home(subject: Subject) -> Iterator[Remark]:
    if _lacks(subject, "home"):
        yield Remark("about has no home page", subject.line("about"))


ABOUT_RULES = (
    Rule(
        id="SL101",
        name="missing-license-file",
        level=Level.WARNING,
        why="Nearly every licence asks that its text goes with each copy, so the package must"
        " hold it.",
        bad=_HEAD + "about: {license: MIT}\n",
        good=_HEAD + "about: {license: MIT, license_file: LICENSE}\n",
        check=_license_file,
    ),
    Rule(
        id="SL102",
        name="missing-license",
        level=Level.WARNING,
        why="Without a licence nobody may use the package, and nobody can tell.",
        bad=_HEAD + "about: {summary: Plans trips}\n",
        good=_HEAD + "about: {license: MIT}\n",
        check=_license,
    ),
    Rule(
        id="SL103",
        name="license-not-spdx",
        level=Level.WARNING,
        why="Tools that look for licences read SPDX expressions only. Where nothing but the"
        " spelling is wrong, `--fix` repairs it; a licence that SPDX does not list is"
        " `LicenseRef-` and a name.",
        bad=_HEAD + "about:\n  license: apache-2.0\n",
        good=_HEAD + "about:\n  license: Apache-2.0\n",
        check=_spdx,
        is_fixable=True,
    ),
    Rule(
        id="SL104",
        name="missing-summary",
        level=Level.WARNING,
        why="`conda search` and every page about the package show it.",
        bad=_HEAD + "about: {license: MIT}\n",
        good=_HEAD + "about: {license: MIT, summary: Plans trips}\n",
        check=_summary,
    ),
    Rule(
        id="SL105",
        name="missing-home",
        level=Level.WARNING,
        why="Whoever has a problem with the package looks there first.",
        bad=_HEAD + "about: {license: MIT}\n",
        good=_HEAD + "about: {license: MIT, home: 'https://trips.example'}\n",
        check=_home,
    ),
)
