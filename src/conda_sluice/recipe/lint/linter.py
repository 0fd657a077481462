"""All rules together: what they find in a recipe, and what can be repaired of it."""

import re
from collections.abc import Callable, Collection, Sequence

from conda_sluice.model.lint import Edit, Finding
from conda_sluice.recipe.lint.about_rules import ABOUT_RULES
from conda_sluice.recipe.lint.build_rules import BUILD_RULES
from conda_sluice.recipe.lint.source_rules import SOURCE_RULES
from conda_sluice.recipe.lint.subject import Subject
from conda_sluice.recipe.lint.test_rules import TEST_RULES

RULES = (*ABOUT_RULES, *SOURCE_RULES, *BUILD_RULES, *TEST_RULES)
"""Every rule, by its id."""

_ALLOWED = re.compile(r"#\s*sluice:\s*allow((?:[ ,]+SL\d{3})+)")
_MAX_ROUNDS = 10


def lint(subject: Subject, ignored: Collection[str] = ()) -> tuple[Finding, ...]:
    """Return what the rules find, in the order of the lines.

    Ids in `ignored` are left out, and those that the recipe allows itself in a comment,
    `# sluice: allow SL104`, whose reason stands beside it.
    """
    allowed = {one for said in _ALLOWED.findall(subject.text) for one in re.findall(r"SL\d+", said)}
    found = (
        finding
        for rule in RULES
        if rule.id not in allowed and rule.id not in ignored
        for finding in rule.findings(subject)
    )
    return tuple(sorted(found, key=lambda one: (one.line, one.id)))


def repaired(
    text: str, read: Callable[[str], Subject], ignored: Collection[str] = ()
) -> tuple[str, tuple[Finding, ...]]:
    """Return the text with everything repaired that can be, and what was.

    `read` gives the subject for a text. Each repair is one edit on a text that was read anew, so
    that no two of them meet; one that does not make its finding go away is not made.
    """
    done: list[Finding] = []
    for _ in range(_MAX_ROUNDS * len(RULES)):
        found = [one for one in lint(read(text), ignored) if one.edit is not None]
        if not found or found[0].edit is None:
            break
        changed = _edited(text, found[0].edit)
        if len([one for one in lint(read(changed), ignored) if one.edit is not None]) >= len(found):
            break
        text = changed
        done.append(found[0])
    return text, tuple(done)


def _edited(text: str, edit: Edit) -> str:
    lines: Sequence[str] = text.split("\n")
    first = edit.first - 1
    return "\n".join((*lines[:first], *edit.lines, *lines[first + edit.count :]))
