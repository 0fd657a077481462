"""YAML as a small tree of text that knows its lines, so that every complaint names its place.

Scalars stay text: a version `1.10` is never a number.
"""

import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from conda_sluice.errors import RecipeError

if TYPE_CHECKING:
    from ruamel.yaml import YAML

MARK = "\ue000"
"""Begins the mark of a value that Jinja leaves open; it has a meaning in requirements only."""

PERCENT = "\ue003"
"""Stands for the % of `%PREFIX%` while the text is YAML, where a word cannot begin with one."""

_MAX_CHARACTERS = 1_000_000
_MAX_NODES = 100_000
_MAX_DEPTH = 40
_MAX_BRACKETS = 2000
_KINDS = {"tag:yaml.org,2002:bool": "bool", "tag:yaml.org,2002:int": "int"}
_TRUE = frozenset(("y", "on", "true", "yes", "1"))
_FALSE = frozenset(("n", "no", "false", "off", "0", ""))


@dataclass(frozen=True, slots=True)
class Scalar:
    """Text; "" for null. `kind` is what YAML alone would take it for: `bool`, `int`, or ""."""

    text: str
    line: int
    kind: str = ""
    is_quoted: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """A YAML sequence."""

    items: "tuple[Node, ...]"
    line: int


@dataclass(frozen=True, slots=True)
class Table:
    """A YAML mapping, in its order; a key may stand there twice."""

    pairs: "tuple[tuple[Scalar, Node], ...]"
    line: int


Node = Scalar | Listing | Table

EMPTY = Table((), 1)
"""A section that says nothing."""

Locate = Callable[[int], str]
"""Turns a line of the YAML text into `file:line` of the file that a person edits."""


def load_yaml(text: str, locate: Locate) -> Table:
    """Return the mapping that a YAML text holds, an empty one for an empty text.

    Raise RecipeError where it is no YAML, no mapping, or too big.
    """
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    if len(text) > _MAX_CHARACTERS:
        raise RecipeError(f"the file is longer than {_MAX_CHARACTERS} characters", locate(1))
    if _deepest(text) > _MAX_BRACKETS:  # libyaml's binding overflows the stack at some 100,000
        raise RecipeError("the YAML is nested too deeply", locate(1))
    try:
        root = _loader().compose(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise RecipeError(f"no valid YAML: {error.problem or error}", locate(line)) from error
    except (YAMLError, RecursionError, ValueError) as error:
        raise RecipeError(f"no valid YAML: {error}", locate(1)) from error
    if root is None:
        return Table((), 1)
    node = _Converter(locate).convert(root, 0)
    match node:
        case Table():
            return node
        case Scalar(text=""):
            return Table((), 1)
        case _:
            raise RecipeError("the file holds no sections", locate(node.line))


def _deepest(text: str) -> int:
    """Return a bound on the depth to which a YAML text can nest."""
    dashes = max((line.count("- ") + line.count("? ") for line in text.splitlines()), default=0)
    return text.count("[") + text.count("{") + dashes


_loaders: "list[YAML]" = []


def _loader() -> "YAML":
    from ruamel.yaml import YAML

    if not _loaders:
        _loaders.append(YAML(typ="safe"))
    return _loaders[0]


class _Converter:
    def __init__(self, locate: Locate) -> None:
        self.left = _MAX_NODES
        self.locate = locate

    def convert(self, node: object, depth: int) -> Node:
        from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

        self.left -= 1
        match node:
            case ScalarNode():
                is_null = node.tag == "tag:yaml.org,2002:null"
                text = "" if is_null else str(node.value).replace(PERCENT, "%")
                kind = _KINDS.get(node.tag or "", "")
                return Scalar(text, node.start_mark.line + 1, kind, bool(node.style))
            case SequenceNode() | MappingNode() if self.left < 0 or depth > _MAX_DEPTH:
                raise RecipeError("the YAML is nested too deeply", self.locate(1))
            case SequenceNode():
                items = tuple(self.convert(item, depth + 1) for item in node.value)
                return Listing(items, node.start_mark.line + 1)
            case MappingNode():
                line = node.start_mark.line + 1
                return Table(tuple(self.pair(key, val, depth) for key, val in node.value), line)
            case _:
                raise RecipeError("no valid YAML", self.locate(1))

    def pair(self, key: object, value: object, depth: int) -> tuple[Scalar, Node]:
        name = self.convert(key, depth + 1)
        if not isinstance(name, Scalar):
            raise RecipeError("a key must be plain text", self.locate(name.line))
        return name, self.convert(value, depth + 1)


class Fields:
    """The keys of one section, read by name; a key that nobody knows is an error.

    Of a key that stands there twice the last one counts, as in conda-build.
    """

    def __init__(self, node: Node, section: str, known: Collection[str], locate: Locate) -> None:
        self.section = section
        self.locate = locate
        self.line = node.line
        self._nodes: dict[str, Node] = {}
        match node:
            case Table(pairs=pairs):
                for key, value in pairs:
                    self._check(key, known)
                    self._nodes[key.text] = value
            case Scalar(text=""):
                pass
            case _:
                raise RecipeError(f"{section} must hold `key: value` lines", locate(node.line))

    def _check(self, key: Scalar, known: Collection[str]) -> None:
        if known and key.text not in known:
            near = get_close_matches(key.text, known, n=1)
            raise RecipeError(
                f"unknown key {key.text!r} in {self.section}",
                self.locate(key.line),
                f"did you mean {near[0]!r}?" if near else f"known are {', '.join(sorted(known))}",
            )

    def __contains__(self, key: str) -> bool:
        return key in self._nodes

    def __iter__(self) -> Iterator[str]:
        return iter(self._nodes)

    def node(self, key: str) -> Node | None:
        """Return what stands at `key`, None where nothing or null does."""
        found = self._nodes.get(key)
        return None if isinstance(found, Scalar) and not found.text else found

    def raw(self, key: str) -> Node | None:
        """Return what stands at `key`, null too; None where nothing does."""
        return self._nodes.get(key)

    def where(self, key: str) -> str:
        """Return file and line of a key that is there."""
        return self.locate(self._nodes[key].line)

    def text(self, key: str) -> str:
        """Return the text at `key`, "" where there is none."""
        match self.node(key):
            case None:
                return ""
            case Scalar() | Listing(items=(Scalar(),)) as node:
                return "".join(self._closed(item) for item in _flat(node, key, self.locate))
            case _:
                raise RecipeError(f"{self.section}/{key} must be one text", self.where(key))

    def texts(self, key: str) -> tuple[str, ...]:
        """Return the texts at `key`; a single one counts as a list of one, nulls are left out."""
        return self.texts_of(key, self._nodes.get(key, Scalar("", 1)))

    def texts_of(self, key: str, node: Node) -> tuple[str, ...]:
        """Return the texts of a part of what stands at `key`."""
        found = _flat(node, f"{self.section}/{key}", self.locate)
        return tuple(self._closed(scalar) for scalar in found)

    def _closed(self, scalar: Scalar) -> str:
        if MARK in scalar.text:
            raise RecipeError(
                "pins, and a stdlib() that is not configured, belong in requirements",
                self.locate(scalar.line),
            )
        return scalar.text

    def scalars(self, key: str) -> tuple[Scalar, ...]:
        """Return the texts at `key` with their lines."""
        node = self.node(key)
        if node is None:
            return ()
        return tuple(_flat(node, f"{self.section}/{key}", self.locate))

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Return the truth of `key` by conda-build's words for yes and no."""
        if key not in self._nodes:
            return default
        text = self.text(key).lower()
        if text in _TRUE:
            return True
        if text in _FALSE:
            return False
        raise RecipeError(f"{self.section}/{key} must be true or false", self.where(key))


def plain_text(node: Node) -> str:
    """Return a scalar's text, and anything else as JSON."""
    return node.text if isinstance(node, Scalar) else json.dumps(_data(node), ensure_ascii=False)


def _data(node: Node) -> object:
    match node:
        case Scalar(text=text):
            return text
        case Listing(items=items):
            return [_data(item) for item in items]
        case Table(pairs=pairs):
            return {key.text: _data(value) for key, value in pairs}


def _flat(node: Node, name: str, locate: Locate) -> Iterator[Scalar]:
    match node:
        case Scalar(text=""):
            return
        case Scalar():
            yield node
        case Listing(items=items):
            for item in items:
                yield from _flat(item, name, locate)
        case Table():
            raise RecipeError(f"{name} must be a list of texts", locate(node.line))
