"""What CMake's conditions give, as far as the variables that are known decide them."""

import operator
import re
from collections.abc import Callable, Sequence
from typing import Protocol

from conda_sluice.discover.c.cmake.syntax import Quoted

_ORDERS: dict[str, Callable[[tuple[int, ...], tuple[int, ...]], bool]] = {
    "EQUAL": operator.eq,
    "LESS": operator.lt,
    "GREATER": operator.gt,
    "LESS_EQUAL": operator.le,
    "GREATER_EQUAL": operator.ge,
}
_COMPARES = frozenset(
    {
        *(f"{kind}{order}" for kind in ("", "STR", "VERSION_") for order in _ORDERS),
        *("MATCHES", "IN_LIST", "IS_NEWER_THAN", "PATH_EQUAL"),
    }
)
_ASKS = frozenset({"TARGET", "DEFINED", "EXISTS", "COMMAND", "POLICY", "IS_DIRECTORY", "TEST"})
_OF_THE_TOP = frozenset(
    {
        *("CMAKE_PROJECT_NAME", "PROJECT_NAME", "CMAKE_SOURCE_DIR", "PROJECT_SOURCE_DIR"),
        *("CMAKE_CURRENT_SOURCE_DIR", "CMAKE_CURRENT_LIST_DIR"),
    }
)
"""Variables that are compared with each other to find out if nobody else adds the project."""
_PLAIN_PATTERN = re.compile(r"\^?(?:[\w.\s:/-]|\\\.|[|()])+\.?[*+]?\$?")
"""Patterns that are alternatives of words: nothing in them takes long to match."""
_NUMBERS = re.compile(r"-?\d+(?:\.\d+)*")
_LONGEST = 200

Answer = bool | None


class Knowledge(Protocol):
    """What a condition may ask."""

    def constant(self, word: str) -> Answer:
        """Return what a word alone means."""

    def text(self, word: str) -> str | None:
        """Return the text that a word of a comparison stands for, None where it is not known."""

    def items(self, name: str) -> Sequence[str] | None:
        """Return what is in the list of that name, None where it is not known."""

    def answer(self, question: str, asked: str) -> Answer:
        """Return whether there is something: a target, a command, a variable."""


def evaluated(words: Sequence[str], knowledge: Knowledge) -> Answer:
    """Return what `if(…)` gives, None where that is not known, or could not be understood."""
    parts = [part for word in words for part in _split(word)]
    value, rest = _any(parts, knowledge)
    return None if rest else value


def _split(word: str) -> list[str]:
    if isinstance(word, Quoted) or ("(" not in word and ")" not in word) or len(word) == 1:
        return [word]
    return [part for part in re.split(r"([()])", word) if part]


def _any(words: list[str], of: Knowledge) -> tuple[Answer, list[str]]:
    value, rest = _all(words, of)
    while rest[:1] == ["OR"]:
        other, rest = _all(rest[1:], of)
        value = True if value or other else (None if None in (value, other) else False)
    return value, rest


def _all(words: list[str], of: Knowledge) -> tuple[Answer, list[str]]:
    value, rest = _one(words, of)
    while rest[:1] == ["AND"]:
        other, rest = _one(rest[1:], of)
        value = False if False in (value, other) else (None if None in (value, other) else True)
    return value, rest


def _one(words: list[str], of: Knowledge) -> tuple[Answer, list[str]]:
    match words:
        case ["NOT", *rest]:
            value, rest = _one(rest, of)
            return None if value is None else not value, rest
        case ["(", *rest]:
            value, rest = _any(rest, of)
            return value, rest[1:] if rest[:1] == [")"] else rest
        case [ask, asked, *rest] if ask in _ASKS and not isinstance(ask, Quoted):
            return of.answer(ask, asked), rest
        case [left, compare, right, *rest] if compare in _COMPARES:
            return _compared(left, compare, right, of), rest
        case [word, *rest]:
            return of.constant(word), rest
        case _:
            return None, []


def _compared(left: str, compare: str, right: str, of: Knowledge) -> Answer:
    if compare == "STREQUAL" and {variable_of(left), variable_of(right)} <= _OF_THE_TOP:
        return True
    said = of.text(left)
    if said is None:
        return None
    if compare == "IN_LIST":
        items = of.items(right)
        return None if items is None else said in items
    if compare == "MATCHES":
        return _matches(said, right)
    other = of.text(right) if isinstance(right, Quoted) or "$" in right else right
    return None if other is None else _ordered(said, compare, other)


def _matches(said: str, pattern: str) -> Answer:
    if "$" in pattern[:-1] or not _PLAIN_PATTERN.fullmatch(pattern) or len(said) > _LONGEST:
        return None
    try:
        return re.search(pattern, said) is not None
    except re.error:
        return None


def _ordered(said: str, compare: str, other: str) -> Answer:
    if compare == "STREQUAL":
        return said == other
    order = _ORDERS.get(compare.removeprefix("VERSION_"))
    is_number = _NUMBERS.fullmatch(said) and _NUMBERS.fullmatch(other)
    return order(_number(said), _number(other)) if order and is_number else None


def _number(said: str) -> tuple[int, ...]:
    parts = [int(part[:9]) for part in said.split(".")]
    while parts and not parts[-1]:
        parts.pop()
    return tuple(parts)


def variable_of(word: str) -> str:
    """Return the variable that a word is, or that alone it stands for."""
    inner = re.fullmatch(r"\$\{(\w+)\}", word)
    return inner[1] if inner else word
