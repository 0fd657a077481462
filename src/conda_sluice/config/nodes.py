"""YAML text as a tree whose nodes know their line and column; only here is ruamel.yaml known."""

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conda_sluice.config.secrets import redact
from conda_sluice.errors import ConfigError

if TYPE_CHECKING:
    from ruamel.yaml.nodes import Node as YamlNode

_KINDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "null": "nothing",
    "timestamp": "a date",
    "merge": "text",
    "value": "text",
}


@dataclass(frozen=True, slots=True, eq=False)
class Scalar:
    """A single value: what YAML takes it for, in words, and its text."""

    where: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Items:
    """A list."""

    where: str
    items: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """A mapping; no key stands twice."""

    where: str
    entries: "tuple[tuple[Scalar, Node], ...]"

    def find(self, key: str) -> "Node | None":
        """Return the value of `key`, None where the mapping has no such key."""
        return next((value for name, value in self.entries if name.text == key), None)


Node = Scalar | Items | Entries


def parse_tree(text: str, *, name: str) -> Node:
    """Return YAML text as a tree; `name` is the file's name in errors.

    Raise ConfigError with line and column for what is not YAML, a key that stands twice and tags
    that would make objects. Nothing is constructed, so no input can run code.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError
    from ruamel.yaml.reader import ReaderError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # ruamel.yaml warns of anchors that are used again
            # The parser in C would overflow its stack on deep nesting; this one raises.
            root = YAML(typ="safe", pure=True).compose(text)
        if root is None:
            raise ConfigError(
                "the file is empty", where=f"{name}:1:1", remedy="write one with: sluice init"
            )
        return _Converter(name).node(root)
    except ReaderError as error:
        raise ConfigError(
            f"the character U+{ord(text[error.position]):04X} has no place in YAML",
            where=place_in(text, error.position, name=name),
        ) from None
    except MarkedYAMLError as error:
        # No cause is kept: ruamel.yaml's errors quote the line, and with it perhaps a token.
        mark = error.problem_mark or error.context_mark
        raise ConfigError(
            redact(f"this is not YAML: {error.problem or error.context}"),
            where=f"{name}:{mark.line + 1}:{mark.column + 1}" if mark else name,
        ) from None
    except (YAMLError, ValueError):
        raise ConfigError("this is not YAML", where=name) from None
    except RecursionError:
        raise ConfigError("the file is nested too deeply", where=name) from None


def place_in(text: str, position: int, *, name: str) -> str:
    """Return `name:line:column` of the character at `position`."""
    line = text.count("\n", 0, position)
    column = position - (text.rfind("\n", 0, position) + 1)
    return f"{name}:{line + 1}:{column + 1}"


class _Converter:
    """Turns ruamel.yaml's nodes into ours; a node behind an alias is converted once."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._done: dict[int, Node] = {}
        self._open: set[int] = set()

    def node(self, node: "YamlNode") -> Node:
        key = id(node)
        if key in self._open:
            raise ConfigError("an alias holds itself", where=self._where(node))
        if key not in self._done:
            self._open.add(key)
            self._done[key] = self._convert(node)
            self._open.remove(key)
        return self._done[key]

    def _convert(self, node: "YamlNode") -> Node:
        from ruamel.yaml.nodes import MappingNode, SequenceNode

        where = self._where(node)
        kind = str(node.tag).removeprefix("tag:yaml.org,2002:")
        match node:
            case SequenceNode() if kind == "seq":
                return Items(where, tuple(self.node(item) for item in node.value))
            case MappingNode() if kind == "map":
                return Entries(where, self._entries(node.value))
            case _ if kind in _KINDS:
                return Scalar(where, _KINDS[kind], str(node.value))
            case _:
                raise ConfigError("a YAML tag has no place here", where=where, remedy="remove it")

    def _entries(self, pairs: "list[tuple[YamlNode, YamlNode]]") -> tuple[tuple[Scalar, Node], ...]:
        first: dict[str, str] = {}
        entries = []
        for yaml_key, yaml_value in pairs:
            key = self.node(yaml_key)
            if not isinstance(key, Scalar):
                raise ConfigError("a key has to be text", where=key.where)
            if key.text in first:
                raise ConfigError(
                    f"the key {redact(repr(key.text))} stands here twice",
                    where=key.where,
                    remedy=f"it stands at {first[key.text]} already",
                )
            first[key.text] = key.where
            entries.append((key, self.node(yaml_value)))
        return tuple(entries)

    def _where(self, node: "YamlNode") -> str:
        return f"{self._name}:{node.start_mark.line + 1}:{node.start_mark.column + 1}"
