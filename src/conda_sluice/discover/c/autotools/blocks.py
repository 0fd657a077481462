"""The conditions of shell and of macros around a place in configure.ac."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from conda_sluice.discover.c.autotools.m4 import split_places, unquoted

_SHELL = re.compile(
    r"^[ \t]*(?:if\b(?P<test>[^\n]*)|(?P<elif>elif\b[^\n]*)|(?P<other>else)\b|(?P<end>fi)\b"
    r"|case[ \t]+(?P<word>\S(?:[^\n]*?\S)?)[ \t]+in\b[^\n]*|(?P<esac>esac)\b"
    r"|\(?(?P<pattern>[^\s()\[\]#=;&`|]+(?:[ \t]*\|[ \t]*[^\s()|]+)*)[ \t]*\)(?!\s*[,)\]]))",
    re.MULTILINE,
)
_ENDS_THERE = re.compile(r"\bfi\b[\s\])]*$")
_BRANCHES = re.compile(
    r"\b(AS_IF|AM_COND_IF|AC_ARG_WITH|AC_ARG_ENABLE|AS_CASE"
    r"|PKG_CHECK_(?:MODULES|EXISTS)|AC_(?:CHECK_(?:LIB|HEADERS?|FUNCS?|PROG)|SEARCH_LIBS))\("
)
_DEEPEST = 50
"""Conditions around a place; of files that never close them the innermost count."""
_GIVEN = 2
"""Place of what is done where an option is given, among the arguments of AC_ARG_WITH."""


@dataclass(frozen=True, slots=True)
class _Call:
    """A macro that decides about what stands in its arguments, with their places."""

    name: str
    places: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Blocks:
    """What opens and closes in a text, in order."""

    content: str
    shell: Sequence[tuple[int, tuple[str, ...]]]
    calls: Sequence[_Call]

    def around(self, place: int) -> tuple[str, ...]:
        """Return the conditions around a place, the outermost of shell first.

        They are as they are written, `else of …` where they must not hold.
        """
        before = bisect_left(self.shell, (place,)) - 1
        shell = self.shell[before][1] if before >= 0 else ()
        return (*shell, *self._of_macros(place))

    def _of_macros(self, place: int) -> Iterator[str]:
        for one in self.calls:
            if one.places[0][0] > place:
                break
            if place >= one.places[-1][1]:
                continue
            at = next(k for k, (_, end) in enumerate(one.places) if place <= end)
            condition = _condition(one.name, at, [self._text(*span) for span in one.places])
            if condition is not None:
                yield condition

    def _text(self, begin: int, end: int) -> str:
        return unquoted(self.content[begin:end]) if end - begin < 300 else ""  # noqa: PLR2004 - code, no condition


def read_blocks(content: str) -> Blocks:
    """Return the blocks of a configure.ac without comments."""
    calls = (_Call(one[1], split_places(content, one.end())) for one in _BRANCHES.finditer(content))
    return Blocks(content, tuple(_shell(content)), tuple(one for one in calls if one.places))


def _shell(content: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield each place where the conditions of shell change, and those that hold from there on."""
    tests: list[str] = []
    words: list[str] = []
    for one in _SHELL.finditer(content):
        kind = one.lastgroup or ""
        said = one[kind]
        if kind == "test" and not _ENDS_THERE.search(said):
            tests.append(said)
        elif kind == "word" and "esac" not in one[0]:
            tests.append(f"test {said} is something")
            words.append(said)
        elif tests and kind in ("elif", "other", "pattern"):
            tests[-1:] = _other_branch(kind, said, tests[-1], words)
        elif kind in ("end", "esac"):
            del tests[-1:]
            if kind == "esac":
                del words[-1:]
        yield one.start(), tuple(tests[-_DEEPEST:])


def _other_branch(kind: str, said: str, before: str, words: Sequence[str]) -> Sequence[str]:
    """Return the condition of a branch that is not the first one."""
    if kind == "other":
        return [f"else of {before}"]
    if kind == "elif":
        return [said]
    return [f"test {words[-1]} = {said}"] if words else [before]


def _condition(name: str, at: int, arguments: Sequence[str]) -> str | None:
    """Return what decides whether the argument `at` of a macro is done; None for nothing."""
    last = len(arguments) - 1
    match name:
        case "AS_IF":
            is_else = at and at == last and at % 2 == 0
            said = f"else of {arguments[at - 2]}" if is_else else arguments[at - 1]
            return said if at % 2 or is_else else None
        case "AM_COND_IF":
            return None if at == 0 else f"{'else of ' if at > 1 else ''}{arguments[0]}"
        case "AS_CASE":
            if at == 0:
                return None
            pattern = arguments[at - 1] if at % 2 == 0 else "*"
            return f"test {arguments[0]} = {pattern}"
        case "AC_ARG_WITH" | "AC_ARG_ENABLE":
            return arguments[0] if at == _GIVEN else ""
        case _:
            return "" if at else None
