"""A rule: an id that stays, why it is there, a recipe that breaks it and one that does not."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from conda_sluice.model.lint import Edit, Finding, Level
from conda_sluice.recipe.lint.subject import Subject


@dataclass(frozen=True, slots=True)
class Remark:
    """What a rule says about one place."""

    message: str
    line: int
    edit: Edit | None = None


Check = Callable[[Subject], Iterable[Remark]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A check with what its page says; `bad` and `good` are pieces of a recipe that show it."""

    id: str
    name: str
    level: Level
    why: str
    bad: str
    good: str
    check: Check
    is_fixable: bool = False

    def findings(self, subject: Subject) -> Iterable[Finding]:
        """Yield what the rule finds, each remark once."""
        for remark in dict.fromkeys(self.check(subject)):
            yield Finding(
                id=self.id,
                name=self.name,
                level=self.level,
                message=remark.message,
                line=remark.line,
                edit=remark.edit,
            )
