"""Meson's language, read into a small tree: enough of it to know what a build file says.

Grammar: mesonbuild.com/Syntax.html. What cannot be parsed ends the reading of its file.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_TOKEN = re.compile(
    r"(?P<skip>\#[^\n]*|[ \t\r]+|\\\n)|(?P<text>f?'''.*?'''|f?'(?:\\.|[^'\\\n])*')"
    r"|(?P<word>[A-Za-z_]\w*)|(?P<number>0[xX][0-9a-fA-F]+|\d+)"
    r"|(?P<mark>\+=|==|!=|<=|>=|[-+*/%<>=?:.,()\[\]{}])|(?P<line>\n)|(?P<odd>.)",
    re.DOTALL,
)
_DEEPEST = 60


@dataclass(frozen=True, slots=True)
class Text:
    """A string."""

    value: str


@dataclass(frozen=True, slots=True)
class Number:
    """An integer."""

    value: int


@dataclass(frozen=True, slots=True)
class Name:
    """A variable, `true` and `false` among them."""

    value: str


@dataclass(frozen=True, slots=True)
class Many:
    """An array; of a dictionary nothing is kept but its values."""

    items: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Call:
    """A function, or a method of `of`, with its arguments."""

    name: str
    arguments: "tuple[Node, ...]"
    named: "Mapping[str, Node]"
    of: "Node | None" = None


@dataclass(frozen=True, slots=True)
class Operation:
    """`and`, `or`, `not`, `?`, a comparison, or arithmetic, on its parts."""

    sign: str
    parts: "tuple[Node, ...]"


Node = Text | Number | Name | Many | Call | Operation


@dataclass(frozen=True, slots=True)
class Assign:
    """`name = value`, or `name += value`."""

    name: str
    value: Node
    is_added: bool


@dataclass(frozen=True, slots=True)
class Branch:
    """`if` with its conditions and blocks; a condition of None is `else`."""

    arms: "tuple[tuple[Node | None, tuple[Statement, ...]], ...]"


@dataclass(frozen=True, slots=True)
class Loop:
    """`foreach` with its variables, what it goes over, and its block."""

    names: tuple[str, ...]
    over: Node
    body: "tuple[Statement, ...]"


Statement = Assign | Branch | Loop | Node


def parse_meson(content: str) -> tuple[Statement, ...]:
    """Return the statements of a build file, up to what cannot be understood."""
    reader = _Reader(_tokens(content))
    return reader.block(frozenset())


def _tokens(content: str) -> list[tuple[str, str]]:
    """Return kind and text of each token; line breaks inside of brackets mean nothing."""
    found: list[tuple[str, str]] = []
    depth = 0
    for one in _TOKEN.finditer(content):
        kind = one.lastgroup or ""
        if kind == "skip" or (kind == "line" and depth):
            continue
        if kind == "mark":
            depth = max(0, depth + (one[0] in "([{") - (one[0] in ")]}"))
        found.append((kind, one[0]))
    return found


class _BrokenError(Exception):
    """What stands here is not Meson's language."""


class _Reader:
    """Walks over tokens, one rule of the grammar a method."""

    def __init__(self, tokens: Sequence[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def block(self, ends: frozenset[str]) -> tuple[Statement, ...]:
        """Return the statements up to one of the words `ends`, which is not consumed."""
        found: list[Statement] = []
        while self._at < len(self._tokens):
            if self._peek()[0] == "line":
                self._at += 1
            elif self._peek()[1] in ends:
                break
            else:
                try:
                    found.append(self._statement())
                except _BrokenError:
                    self._at = len(self._tokens)
        return tuple(found)

    def _statement(self) -> Statement:
        kind, said = self._peek()
        if said == "if" and kind == "word":
            return self._branch()
        if said == "foreach" and kind == "word":
            return self._loop()
        if kind == "word" and self._peek(1)[1] in ("=", "+="):
            sign = self._peek(1)[1]
            self._at += 2
            return Assign(said, self._choice(), is_added=sign == "+=")
        return self._choice()

    def _branch(self) -> Branch:
        arms: list[tuple[Node | None, tuple[Statement, ...]]] = []
        while True:
            word = self._next()[1]
            if word == "endif":
                return Branch(tuple(arms))
            condition = None if word == "else" else self._choice()
            arms.append((condition, self.block(frozenset({"elif", "else", "endif"}))))
            if self._at >= len(self._tokens):
                return Branch(tuple(arms))

    def _loop(self) -> Loop:
        self._expect("foreach")
        names = [self._next()[1]]
        while self._accept(","):
            names.append(self._next()[1])
        self._expect(":")
        over = self._choice()
        body = self.block(frozenset({"endforeach"}))
        self._at += 1
        return Loop(tuple(names), over, body)

    def _choice(self) -> Node:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _BrokenError
        first = self._either()
        if self._accept("?"):
            yes = self._choice()
            self._expect(":")
            first = Operation("?", (first, yes, self._choice()))
        self._depth -= 1
        return first

    def _either(self) -> Node:
        parts = [self._both()]
        while self._accept("or"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Operation("or", tuple(parts))

    def _both(self) -> Node:
        parts = [self._compared()]
        while self._accept("and"):
            parts.append(self._compared())
        return parts[0] if len(parts) == 1 else Operation("and", tuple(parts))

    def _compared(self) -> Node:
        if self._accept("not"):
            return Operation("not", (self._compared(),))
        left = self._sum()
        sign = self._peek()[1]
        if sign in ("==", "!=", "<", ">", "<=", ">=", "in"):
            self._at += 1
            return Operation(sign, (left, self._sum()))
        if sign == "not" and self._peek(1)[1] == "in":
            self._at += 2
            return Operation("not in", (left, self._sum()))
        return left

    def _sum(self) -> Node:
        left = self._single()
        while (sign := self._peek()[1]) in ("+", "-", "*", "/", "%") and self._peek()[0] == "mark":
            self._at += 1
            left = Operation(sign, (left, self._single()))
        return left

    def _single(self) -> Node:
        if self._accept("-"):
            return Operation("-", (self._single(),))
        node = self._atom()
        while self._peek()[0] == "mark":
            if self._accept("."):
                name = self._next()[1]
                self._expect("(")
                arguments, named = self._arguments(")")
                node = Call(name, arguments, named, of=node)
            elif self._accept("["):
                index, _ = self._arguments("]")
                node = Operation("[]", (node, *index))
            else:
                break
        return node

    def _atom(self) -> Node:
        kind, said = self._next()
        if kind == "text":
            quotes = 3 if said.removeprefix("f").startswith("'''") else 1
            inner = said.removeprefix("f")[quotes:-quotes]
            return Text(re.sub(r"\\(['\\])", r"\1", inner))
        if kind == "number":
            return Number(int(said, 0) if said[:2].lower() == "0x" else int(said))
        if said in ("(", "[", "{"):
            items, named = self._arguments({"(": ")", "[": "]", "{": "}"}[said])
            return items[0] if said == "(" and items else Many((*items, *named.values()))
        if kind == "word":
            if self._accept("("):
                arguments, named = self._arguments(")")
                return Call(said, arguments, named)
            return Name(said)
        raise _BrokenError

    def _arguments(self, end: str) -> tuple[tuple[Node, ...], Mapping[str, Node]]:
        items: list[Node] = []
        named: dict[str, Node] = {}
        while not self._accept(end):
            one = self._choice()
            if self._accept(":"):
                key = one.value if isinstance(one, Name | Text) else ""
                named[key] = self._choice()
            else:
                items.append(one)
            if not self._accept(",") and self._peek()[1] != end:
                raise _BrokenError
        return tuple(items), named

    def _peek(self, ahead: int = 0) -> tuple[str, str]:
        at = self._at + ahead
        return self._tokens[at] if at < len(self._tokens) else ("", "")

    def _next(self) -> tuple[str, str]:
        self._at += 1
        if self._at > len(self._tokens):
            raise _BrokenError
        return self._tokens[self._at - 1]

    def _accept(self, said: str) -> bool:
        kind, text = self._peek()
        if text == said and kind in ("mark", "word"):
            self._at += 1
            return True
        return False

    def _expect(self, said: str) -> None:
        if not self._accept(said):
            raise _BrokenError
