"""CMake's language: commands with their words, and where the body of a block ends."""

import re
from collections.abc import Iterator, Sequence

_TOKEN = re.compile(
    r"""\#\[(=*)\[.*?\]\1\] | \#[^\n]* | \[(=*)\[(?P<bracket>.*?)\]\2\] |
        "(?P<quoted>(?:\\.|[^"\\])*)" | (?P<open>\() | (?P<close>\)) |
        (?P<bare>(?:\\.|[^\s()#"\\])+)""",
    re.VERBOSE | re.DOTALL,
)

TRUE = frozenset({"ON", "YES", "TRUE", "Y", "1"})
FALSE = frozenset({"OFF", "NO", "FALSE", "N", "0", "IGNORE", "NOTFOUND", ""})
"""Words that are true, and those that are false, beside names that end with -NOTFOUND."""

Said = tuple[str, tuple[str, ...]]
"""A command as it is written: its name in lower case, and its words."""


class Quoted(str):
    """A word that is one argument whatever stands in it: it was quoted, or bracketed."""

    __slots__ = ()


def parse_cmake(content: str) -> Iterator[Said]:
    """Yield the commands of a CMake file with their arguments, as written.

    Parentheses inside of arguments, as conditions have them, are arguments of their own.
    """
    name, depth, arguments = "", 0, list[str]()
    for token in _TOKEN.finditer(content):
        kind = token.lastgroup
        if kind == "open":
            if depth:
                arguments.append("(")
            depth += 1
        elif kind == "close":
            depth -= 1
            if depth == 0:
                yield name.lower(), tuple(arguments)
                arguments = []
            elif depth > 0:
                arguments.append(")")
            depth = max(depth, 0)
        elif kind in ("bare", "quoted", "bracket"):
            if depth:
                arguments.append(token[kind] if kind == "bare" else Quoted(token[kind]))
            else:
                name = token[kind]


def end_of_block(commands: Sequence[Said], at: int) -> int:
    """Return the index of what closes the block that the command at `at` opens.

    It is the end of `commands` where nothing closes it.
    """
    opens, closes = commands[at][0], f"end{commands[at][0]}"
    depth = 0
    for index in range(at, len(commands)):
        name = commands[index][0]
        depth += (name == opens) - (name == closes)
        if depth == 0:
            return index
    return len(commands)


def after(arguments: Sequence[str], keyword: str) -> str:
    """Return the argument that follows `keyword`, "" where there is none or it is computed."""
    at = arguments.index(keyword) + 1 if keyword in arguments else len(arguments)
    return arguments[at] if at < len(arguments) and "$" not in arguments[at] else ""
