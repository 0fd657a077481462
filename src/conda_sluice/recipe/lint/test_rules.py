"""Rules on a recipe's tests, and on what a generated recipe leaves to its reviewer."""

import re
from collections.abc import Iterator

from conda_sluice.model.lint import Level
from conda_sluice.model.recipe import TestSection
from conda_sluice.recipe.lint.rule import Remark, Rule
from conda_sluice.recipe.lint.subject import Subject, names

_HEAD = "package: {name: trips, version: 1.2.0}\n"
_DOUBT = re.compile(r"^\s*# uncertain: (.*)$")


def _untested(subject: Subject) -> Iterator[Remark]:
    if any(one.test == TestSection(requires=one.test.requires) for one in subject.built):
        yield Remark("nothing tests the package", subject.line("test"))


def _unchecked(subject: Subject) -> Iterator[Remark]:
    for recipe in subject.built:
        is_python = {"python", "pip"} <= names(recipe.requirements.host)
        if is_python and recipe.test.imports and "pip check" not in "\n".join(recipe.test.commands):
            yield Remark(
                "the tests import the package and do not run pip check", subject.line("test")
            )


def _doubts(subject: Subject) -> Iterator[Remark]:
    for number, line in enumerate(subject.lines, start=1):
        if found := _DOUBT.match(line):
            yield Remark(f"nobody has decided yet: {found[1]}", number)


TEST_RULES = (
    Rule(
        id="SL501",
        name="no-tests",
        level=Level.WARNING,
        why="The recipe's own tests find what is missing from a package before anybody else does."
        " A project's own tests, which sluice runs beside them, are no matter of the recipe.",
        bad=_HEAD + "about: {license: MIT}\n",
        good=_HEAD + "test: {commands: [trips --version]}\n",
        check=_untested,
    ),
    Rule(
        id="SL502",
        name="no-pip-check",
        level=Level.WARNING,
        why="`pip check` compares what the project itself declares with what run names: a"
        " dependency that is forgotten fails there.",
        bad=_HEAD + "requirements: {host: [python, pip], run: [python]}\n"
        "test: {imports: [trips]}\n",
        good=_HEAD + "requirements: {host: [python, pip], run: [python]}\n"
        "test: {imports: [trips], commands: [pip check], requires: [pip]}\n",
        check=_unchecked,
    ),
    Rule(
        id="SL601",
        name="undecided",
        level=Level.WARNING,
        why="Where `sluice recipe` is not sure it says so in a comment. Look, decide, and take the"
        " comment away.",
        bad=_HEAD + "requirements:\n  run:\n"
        "    # uncertain: yaml may be another package on conda\n    - yaml\n",
        good=_HEAD + "requirements:\n  run:\n    - pyyaml\n",
        check=_doubts,
    ),
)
