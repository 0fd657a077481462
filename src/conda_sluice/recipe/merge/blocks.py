"""A recipe's text as blocks: each `key:` or `- item` with the comments above it and what is below.

Nothing is lost: the text of the blocks is the text that was read, whatever it was. Jinja is not
rendered, so this is no YAML reader; a text whose Jinja branches or loops has no blocks.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import Enum

_CONTROL = re.compile(r"\{%-?+\s*+(?!set\b)|\{#|^.*\S.*\{%", re.MULTILINE)
_SET = re.compile(r"\{%-?\s*set\s+([\w, ]+)")
_KEY = re.compile(r"(?:- )?([A-Za-z_][\w.-]*)\s*:(?=\s|$)")
_BLOCK_SCALAR = re.compile(r":\s+[|>][-+\d]*$|^-\s+[|>][-+\d]*$")
_CALL = re.compile(r"\{\{\s*(\w+)\(\s*['\"]([^'\"]+)['\"]")
_REMARK = re.compile(r"\s+#.*$")
_SELECTOR = re.compile(r"\s+#\s*\[.*$")


class Kind(Enum):
    """What a block's first line is."""

    ROOT = "root"
    SET = "set"
    KEY = "key"
    ITEM = "item"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Block:
    """A line with the comments and blank lines before it, what continues it, and what is below.

    `tail` are comments after the last block below; `number` is the line's number in its file.
    """

    line: str = ""
    lead: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    children: "tuple[Block, ...]" = ()
    tail: tuple[str, ...] = ()
    number: int = field(default=0, compare=False)

    @property
    def indent(self) -> int:
        """Return how many columns the line is indented."""
        return indent_of(self.line)

    @property
    def kind(self) -> Kind:
        """Return what the line is."""
        text = self.line.strip()
        if not text:
            return Kind.ROOT
        if text.startswith("{%"):
            return Kind.SET
        if text == "-" or text.startswith("- "):
            return Kind.ITEM
        return Kind.KEY if _KEY.match(text) else Kind.TEXT

    @property
    def core(self) -> tuple[str, ...]:
        """Return what the line says, with its selector and what continues it, not its remark."""
        first = self.line.strip()
        return (first.removesuffix(self.remark).rstrip(), *(one.strip() for one in self.body))

    @property
    def remark(self) -> str:
        """Return the comment behind the value, "" where there is none or it is a selector."""
        found = _comment_of(self.line.strip())
        return "" if _SELECTOR.match(found) else found

    @property
    def selector(self) -> str:
        """Return the selector behind the value, "" where there is none."""
        found = _comment_of(self.line.strip())
        return found.strip() if _SELECTOR.match(found) else ""

    @property
    def name(self) -> str:
        """Return what the line is about: its key, its variable, or the package it asks for."""
        text = self.line.strip()
        match self.kind:
            case Kind.SET:
                found = _SET.match(text)
            case Kind.KEY:
                found = _KEY.match(text)
            case Kind.ITEM:
                return _requirement(text)
            case _:
                return text
        return found[1].strip() if found else text

    def lines(self) -> Iterator[str]:
        """Yield the block's text, line by line."""
        yield from self.lead
        yield from self.content()

    def content(self) -> Iterator[str]:
        """Yield the block's text without what stands above its line."""
        if self.kind is not Kind.ROOT:
            yield self.line
        yield from self.body
        for child in self.children:
            yield from child.lines()
        yield from self.tail


def has_blocks(text: str) -> bool:
    """Tell whether a text can be read as blocks: not where Jinja decides what stands there."""
    return _CONTROL.search(text) is None


def read_blocks(text: str) -> Block:
    """Return a text as a block without a line, which holds all others."""
    reader = _Reader(text.split("\n"))
    children, tail = reader.children(-1, takes_items=False)
    return Block(children=children, tail=tail)


def write_blocks(root: Block) -> str:
    """Return the text of blocks."""
    return "\n".join(root.lines())


def indent_of(line: str) -> int:
    """Return how many columns a line is indented."""
    return len(line) - len(line.lstrip(" "))


def is_remark(line: str) -> bool:
    """Tell whether a line is blank or a comment."""
    return not line.strip() or line.lstrip().startswith("#")


def _comment_of(text: str) -> str:
    """Return the comment behind a value with the space before it; `#` within quotes is none."""
    for found in re.finditer(r"\s+#", text):
        before = text[: found.start()]
        if before.count("'") % 2 == 0 and before.count('"') % 2 == 0:
            return text[found.start() :]
    return ""


def _requirement(text: str) -> str:
    said = _REMARK.sub("", text[1:]).strip().strip("'\"")
    call = _CALL.match(said)
    if call:
        return f"{call[1]} {call[2]}"
    return said.split(" ")[0].partition("=")[0] if said else ""


class _Reader:
    """Reads blocks top down; `at` is the next line."""

    def __init__(self, lines: list[str]) -> None:
        self.all = lines
        self.at = 0

    def children(
        self, above: int, *, takes_items: bool
    ) -> tuple[tuple[Block, ...], tuple[str, ...]]:
        """Read what is indented deeper than `above`; items of a key may stand right below it."""
        blocks: list[Block] = []
        while True:
            end = self._next(self.at)
            if end == len(self.all) or not self._is_below(self.all[end], above, takes_items):
                depth = blocks[-1].indent if blocks else 0
                return tuple(blocks), self._tail(end, above, depth)
            lead = tuple(self.all[self.at : end])
            self.at = end
            blocks.append(self._block(lead))

    @staticmethod
    def _is_below(line: str, above: int, takes_items: bool) -> bool:  # noqa: FBT001 - private
        is_item = line.lstrip().startswith("- ") or line.strip() == "-"
        return indent_of(line) > above or (takes_items and is_item and indent_of(line) == above)

    def _next(self, start: int) -> int:
        """Return the next line from `start` on that is neither blank nor a comment."""
        return next(
            (at for at in range(start, len(self.all)) if not is_remark(self.all[at])),
            len(self.all),
        )

    def _tail(self, end: int, above: int, depth: int) -> tuple[str, ...]:
        """Take the comments before `end` that stand as deep as the blocks before them."""
        deep = (
            at + 1
            for at in range(self.at, end)
            if self.all[at].strip() and indent_of(self.all[at]) >= depth > 0
        )
        is_all = above < 0 and end == len(self.all)
        last = end if is_all else max(deep, default=self.at)
        taken = tuple(self.all[self.at : last])
        self.at = last
        return taken

    def _block(self, lead: tuple[str, ...]) -> Block:
        number, line = self.at + 1, self.all[self.at]
        self.at += 1
        body = self._body(line)
        text = line.strip()
        if body or not holds_blocks(text):
            return Block(line, lead, body, number=number)
        is_item = text.startswith("-")
        children, tail = self.children(indent_of(line), takes_items=not is_item)
        return Block(line, lead, (), children, tail, number)

    def _body(self, line: str) -> tuple[str, ...]:
        """Take the lines that continue a value."""
        start, text = self.at, line.strip()
        if text.startswith("{%"):
            while "%}" not in text and self.at < len(self.all):
                text = self.all[self.at]
                self.at += 1
        elif _BLOCK_SCALAR.search(_REMARK.sub("", text)):
            self.at = self._end_of_scalar(indent_of(line))
        elif not holds_blocks(text):
            end = self._next(self.at)
            while end < len(self.all) and indent_of(self.all[end]) > indent_of(line):
                self.at = end + 1
                end = self._next(self.at)
        return tuple(self.all[start : self.at])

    def _end_of_scalar(self, indent: int) -> int:
        """Return where a block scalar ends; in it `#` is text, and blank lines count inside."""
        end = self.at
        for at in range(self.at, len(self.all)):
            if not self.all[at].strip():
                continue
            if indent_of(self.all[at]) <= indent:
                break
            end = at + 1
        return end


def holds_blocks(text: str) -> bool:
    """Tell whether blocks may stand below a line: `key:` without a value, `- key: value`."""
    said = text.removesuffix(_comment_of(text)).rstrip()
    if said.startswith("- "):
        return _KEY.match(said) is not None
    return said.endswith(":") and _KEY.match(said) is not None


def shifted(block: Block, indent: int) -> Block:
    """Return a block moved to another indentation, with what is above and below it."""
    if block.kind is Kind.ROOT or indent == block.indent:
        return block
    by = indent - block.indent
    return replace(
        block,
        line=_moved(block.line, by),
        lead=tuple(_moved(one, by) for one in block.lead),
        body=tuple(_moved(one, by) for one in block.body),
        children=tuple(shifted(one, one.indent + by) for one in block.children),
        tail=tuple(_moved(one, by) for one in block.tail),
    )


def _moved(line: str, by: int) -> str:
    return line and " " * max(0, indent_of(line) + by) + line.lstrip(" ")
