"""The page of the rules, made from the rules themselves."""

from collections.abc import Iterator

from conda_sluice.recipe.lint.linter import RULES
from conda_sluice.recipe.lint.rule import Rule

PAGE = "docs/reference/lint.md"

_INTRO = """\
<!-- written by `make docs` from the rules themselves; do not edit -->

# Rules of `sluice lint`

`sluice lint` remarks on recipes, `meta.yaml` and `recipe.yaml` alike, for Linux, macOS and Windows
at once. An *error* makes a package that is wrong; a *warning* makes one that is worse than it
could be. `sluice build` and `sluice run` build nothing while a recipe has an error;
`lint: {level: …}` in [channels.yaml](channels-yaml.md) sets that level, and `ignore:` lets a rule
by everywhere. A comment in the recipe lets it by there, and says why:

```yaml
# sluice: allow SL105 (the project has no page)
```

`sluice lint --fix` repairs what is marked *can be repaired*: only where the change cannot mean
anything else, one line at a time, comments kept.

| id | name | level | |
|---|---|---|---|
"""


def render_page() -> str:
    """Return docs/reference/lint.md."""
    rows = (
        f"| [{rule.id}](#{rule.id.lower()}-{rule.name}) | {rule.name} | {rule.level} |"
        f" {'can be repaired' if rule.is_fixable else ''} |\n"
        for rule in RULES
    )
    return "".join([_INTRO, *rows, *(text for rule in RULES for text in _section(rule))])


def _section(rule: Rule) -> Iterator[str]:
    yield f"\n## {rule.id} {rule.name}\n\n{rule.why}\n\n"
    yield f"```yaml\n{rule.bad}```\n\nbetter:\n\n```yaml\n{rule.good}```\n"
