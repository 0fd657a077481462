"""The part of m4 that Autoconf's files need: comments, quotes, arguments, definitions."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

_COMMENT = re.compile(r"(?:^|\s)(?:dnl\b|#)[^\n]*|(?<=[\])])dnl\b[^\n]*", re.MULTILINE)
_NO_COMMENT = re.compile(r"\s*#\s*(?:\d|define|include|if)")
_MARK = re.compile(r"[\[\](),]")
_LONGEST_CALL = 60_000
"""Characters: what is not closed until then is never closed."""
_DEFINED = re.compile(
    r"^[ \t]*(?:A[CU]_DEFUN(?:_ONCE)?|m4_(?:define|defun|defun_once)|define)\(\s*\[?(\w+)\]?\s*,",
    re.MULTILINE,
)
_CHANGED_CASE = re.compile(r"m4_to(lower|upper)\(([^()]*)\)")
_TRANSLITERATED = re.compile(r"(?:m4_)?translit\(([^(),]*),([^(),]*),([^(),]*)\)")
_RANGE = re.compile(r"(\w)-(\w)")


def without_comments(content: str) -> str:
    """Take comments out; what only looks like one stays: `$#`, colours, `[#]`."""
    return _COMMENT.sub(
        lambda found: found[0] if "#" in found[0] and _NO_COMMENT.match(found[0]) else "", content
    )


def split_places(content: str, start: int) -> tuple[tuple[int, int], ...]:
    """Return where the arguments of a macro begin and end whose first one starts at `start`.

    A macro that is not closed has only the arguments that are.
    """
    places, depth, brackets, begin = list[tuple[int, int]](), 0, 0, start
    for found in _MARK.finditer(content, start, start + _LONGEST_CALL):
        mark = found[0]
        if mark == "[":
            brackets += 1
        elif mark == "]":
            brackets -= 1
        elif brackets > 0:
            continue
        elif mark == "(":
            depth += 1
        elif mark == ")" and depth:
            depth -= 1
        elif not depth:
            places.append((begin, found.start()))
            begin = found.end()
            if mark == ")":
                break
    return tuple(places)


def split_arguments(content: str, start: int) -> tuple[str, ...]:
    """Return the arguments of a macro whose first one starts at `start`, without outer quotes."""
    return tuple(unquoted(content[begin:end]) for begin, end in split_places(content, start))


def unquoted(text: str) -> str:
    """Take the quotes off that are around a whole argument."""
    text = text.strip()
    while text[:1] == "[" and text[-1:] == "]":
        text = text[1:-1].strip()
    return text


@dataclass(frozen=True, slots=True)
class Definitions:
    """Macros by name: the text in which each is defined, and where its body begins there."""

    places: Mapping[str, tuple[str, int]]
    _bodies: dict[str, str] = field(default_factory=dict, compare=False)

    def body(self, name: str) -> str:
        """Return what a macro stands for, its parameters as $1 and the like."""
        if name not in self._bodies:
            places = split_places(*self.places[name])
            content = self.places[name][0]
            text = content[places[0][0] : places[0][1]] if places else ""
            self._bodies[name] = unquoted(without_comments(text))
        return self._bodies[name]


def read_definitions(contents: Iterator[str] | Sequence[str]) -> Definitions:
    """Return the macros that m4 files define; of several with one name the first counts."""
    places: dict[str, tuple[str, int]] = {}
    for content in contents:
        for found in _DEFINED.finditer(content):
            places.setdefault(found[1], (content, found.end()))
    return Definitions(places)


def without_definitions(content: str) -> str:
    """Take the bodies of macros out that AC_DEFUN defines: they are read where they are called."""
    kept, at = list[str](), 0
    for found in _DEFINED.finditer(content):
        if found.start() < at or "DEFUN" not in found[0]:
            continue
        places = split_places(content, found.end())
        if places:
            kept.append(content[at : found.start()])
            at = places[-1][1] + 1
    return "".join((*kept, content[at:]))


def substituted(body: str, arguments: Sequence[str]) -> str:
    """Put the arguments of a call into the body of a macro."""

    def argument(found: re.Match[str]) -> str:
        if found[1] in "@*":
            return ",".join(arguments)
        place = int(found[1]) - 1
        return arguments[place] if 0 <= place < len(arguments) else ""

    text = re.sub(r"\$([1-9@*])", argument, body)
    text = _CHANGED_CASE.sub(
        lambda one: getattr(one[2].strip(" []"), one[1])(),  # str.lower or str.upper
        text,
    )
    return _TRANSLITERATED.sub(_transliterated, text)


def _transliterated(found: re.Match[str]) -> str:
    text, *ranges = (one.strip(" []") for one in found.groups())
    old, new = (_RANGE.sub(_spelled_out, one) for one in ranges)
    return text.translate({ord(one): new[at : at + 1] or None for at, one in enumerate(old)})


def _spelled_out(found: re.Match[str]) -> str:
    first, last = ord(found[1]), ord(found[2])
    return "".join(map(chr, range(first, last + 1))) if first < last else found[0]
