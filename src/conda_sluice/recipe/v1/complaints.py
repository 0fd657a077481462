"""What the engine says of a recipe that it refuses, in plain words and with the line."""

import re
from collections.abc import Iterable, Sequence

from conda_sluice.errors import RecipeError

_PREAMBLE = re.compile(r"^\w*Error: ")
_QUOTED = re.compile(r'\b(?:message|reason): "((?:[^"\\]|\\.)*)"')
_TEMPLATE = re.compile(r" \(template: (.*)\)$", re.DOTALL)
_PLACE = re.compile(r" \(in <\w+>:\d+\)")
_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_NAMED = re.compile(r"'([^']+)'")
_SPAN = re.compile(r"\bline: (\d+)|parse YAML: (\d+):")
_UNKNOWN = re.compile(r"unknown (?:top-level )?field '([^']+)'")
_UNDEFINED = "undefined value"


def complaint(message: str, text: str, where: str, lines: Sequence[int] = ()) -> RecipeError:
    """Return the error for a message of the engine about the recipe of this text.

    `lines` are the lines of `text` from which those come that the engine has read.
    """
    plain = _PREAMBLE.sub("", message).strip()
    quoted = _QUOTED.search(plain)
    told = re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else plain
    template = _TEMPLATE.search(told)
    told = _PLACE.sub("", _TEMPLATE.sub("", told))
    expression = _inner(template[1]) if template else ""
    sought = [expression, *_UNKNOWN.findall(told), *_named(told)]
    line = _line_told(plain, lines) or _line_of(sought, text)
    place = f"{where}:{line}" if line else where
    if _UNDEFINED in told and expression:
        remedy = "define its names under context, or give them values in conda_build_config.yaml"
        return RecipeError(f"{expression!r} has no value here", place, remedy)
    shown = f"{told} in {expression!r}" if expression and expression not in told else told
    return RecipeError(f"rattler-build cannot read the recipe: {shown}", place)


def _named(told: str) -> list[str]:
    """Return what a message has in quotes, the longest first; what is missing stands nowhere."""
    if "missing required" in told:
        return []
    return sorted((found[1] for found in _NAMED.finditer(told)), key=len, reverse=True)


def _line_told(plain: str, lines: Sequence[int]) -> int:
    """Return the line that the engine tells, as a line of the recipe; 0 where it tells none."""
    found = _SPAN.search(plain)
    number = int(found[1] or found[2]) if found else 0
    return lines[number - 1] if 0 < number <= len(lines) else 0


def _inner(template: str) -> str:
    """Return the expression within a template, without brackets of ours around it."""
    found = _EXPRESSION.search(template)
    inner = found[1].strip() if found else template
    while inner.startswith("(") and inner.endswith(")"):
        inner = inner[1:-1].strip()
    return inner


def _line_of(sought: Iterable[str], text: str) -> int:
    """Return the line of the first text that is found; 0 where none is."""
    for one in filter(None, sought):
        for number, line in enumerate(text.splitlines(), 1):
            if one in line:
                return number
    return 0
