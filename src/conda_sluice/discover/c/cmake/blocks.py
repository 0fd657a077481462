"""Which commands of a CMakeLists.txt run: as far as options with defaults decide it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from conda_sluice.discover.c.cmake.conditions import Answer, variable_of
from conda_sluice.discover.c.cmake.options import Options

_OPENS = ("if", "while")
_CLOSES = tuple(f"end{one}" for one in _OPENS)

TURNS = frozenset({*_OPENS, *_CLOSES, "elseif", "else"})
"""Commands that open, turn or close a block."""


@dataclass(slots=True)
class _Arms:
    """The arms of an `if`: whether the one that is open runs, and whether any before it may have.

    After one whose condition is true, no other runs.
    """

    runs: Answer
    may_have_run: bool = False
    is_decided: bool = False

    def turn(self, condition: Answer) -> None:
        """Go on to the next arm."""
        self.is_decided = self.is_decided or self.runs is True
        self.may_have_run = self.may_have_run or self.runs is not False
        if self.is_decided or condition is False:
            self.runs = False
        else:
            self.runs = True if condition and not self.may_have_run else None
            self.is_decided = condition is True


@dataclass(slots=True)
class _Block:
    """A block: its arms as they are known, and where nobody sets a variable that is not known."""

    known: _Arms
    usual: _Arms
    condition: Sequence[str] = ()

    def turn(self, known: Answer, usual: Answer) -> None:
        self.known.turn(known)
        self.usual.turn(usual)
        self.condition = ()


@dataclass(slots=True)
class Blocks:
    """The blocks around a command: what stands there runs, does not, or may."""

    options: Options
    stack: list[_Block] = field(default_factory=list)

    @property
    def are_certain(self) -> bool:
        """Tell whether what stands here surely runs."""
        return all(one.known.runs for one in self.stack)

    @property
    def are_switched(self) -> bool:
        """Tell whether what stands here runs only where somebody sets a variable.

        Questions (is there a file, which version is it) have answers that nobody switches on.
        """
        return any(one.known.runs is None and one.usual.runs is False for one in self.stack)

    @property
    def are_dead(self) -> bool:
        """Tell whether what stands here surely does not run."""
        return any(one.known.runs is False for one in self.stack)

    @property
    def missing(self) -> str:
        """Return the variable without which what stands here runs, where nothing else decides."""
        *outer, inner = self.stack or [_Block(_Arms(None), _Arms(None))]
        if len(inner.condition) != 2 or inner.condition[0] != "NOT":  # noqa: PLR2004 - NOT, name
            return ""
        return variable_of(inner.condition[1]) if all(one.known.runs for one in outer) else ""

    def read(self, name: str, arguments: Sequence[str]) -> None:
        """Follow a command that opens, turns or closes a block."""
        if name in _OPENS:
            known, usual = self._answers(arguments) if name == "if" else (None, None)
            self.stack.append(_Block(_Arms(known), _Arms(usual), arguments))
        elif name in _CLOSES:
            del self.stack[-1:]
        elif name == "elseif" and self.stack:
            self.stack[-1].turn(*self._answers(arguments))
        elif name == "else" and self.stack:
            self.stack[-1].turn(known=True, usual=True)

    def _answers(self, condition: Sequence[str]) -> tuple[Answer, Answer]:
        """Return what a condition gives as it is known, and where nobody sets a variable."""
        known = self.options.truth(condition)
        return known, self.options.truth(condition, unset=False) if known is None else known
