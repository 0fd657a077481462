"""Narrow a node to text, a number, a list or a section, or say what it is instead."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, fields
from enum import StrEnum
from typing import TypeVar

from conda_sluice.config.nodes import Entries, Items, Node, Scalar
from conda_sluice.config.secrets import redact
from conda_sluice.errors import ConfigError

_T = TypeVar("_T")
_E = TypeVar("_E", bound=StrEnum)

_LONGEST_NUMBER = 9


def key_of(name: str) -> str:
    """Return the key that a field of a schema's dataclass stands for: `for_` is `for`."""
    return name.rstrip("_").replace("_", "-")


def read_section(node: Node, schema: type, title: str) -> Mapping[str, Node]:
    """Return a mapping's values by key, once its keys are those of the dataclass `schema`."""
    match node:
        case Entries():
            section = {key.text: value for key, value in node.entries}
        case _:
            raise wrong_kind(node, f"a mapping for {title}")
    known = [key_of(field.name) for field in fields(schema)]
    for key, _ in node.entries:
        if key.text not in known:
            raise unknown_word("key", key.text, known, key.where)
    for field, name in zip(fields(schema), known, strict=True):
        if field.default is MISSING and name not in section:
            raise ConfigError(
                f"{title} lacks the key {name!r}", where=node.where, remedy=f"add {name}: …"
            )
    return section


def optional(section: Mapping[str, Node], key: str, read: Callable[[Node], _T]) -> _T | None:
    """Return the value of `key`, None where the section has no such key."""
    return read(section[key]) if key in section else None


def read_items(node: Node) -> tuple[Node, ...]:
    """Return the items of a list."""
    match node:
        case Items():
            return node.items
        case _:
            raise wrong_kind(node, "a list", "write [] for none, or one item per line after '- '")


def list_of(read: Callable[[Node], _T]) -> Callable[[Node], tuple[_T, ...]]:
    """Return the reader of a list, given the reader of its items."""
    return lambda node: tuple(read(item) for item in read_items(node))


def some_of(
    read: Callable[[Node], _T], *, empty: str, remedy: str
) -> Callable[[Node], tuple[_T, ...]]:
    """Return the reader of a list that holds at least one item; `empty` says why it must."""

    def read_some(node: Node) -> tuple[_T, ...]:
        if not read_items(node):
            raise ConfigError(empty, where=node.where, remedy=remedy)
        return list_of(read)(node)

    return read_some


def choice_of(choices: type[_E], noun: str) -> Callable[[Node], _E]:
    """Return the reader of one word among `choices`."""

    def read_choice(node: Node) -> _E:
        word = read_text(node)
        if word not in list(choices):
            raise unknown_word(noun, word, list(choices), node.where)
        return choices(word)

    return read_choice


def check_distinct(node: Node, values: Sequence[str]) -> None:
    """Raise ConfigError where one of a list's `values` stands in it again."""
    for position, value in enumerate(values):
        if value in values[:position]:
            raise ConfigError(
                f"{str(value)!r} stands in this list twice", where=read_items(node)[position].where
            )


def read_text(node: Node) -> str:
    """Return text that stands on one line."""
    text = read_command(node)
    if not text.isprintable():
        raise ConfigError("this text has to stand on one line", where=node.where)
    return text


def read_command(node: Node) -> str:
    """Return text of one line or more, without control characters."""
    match node:
        case Scalar(kind="text", text=text):
            pass
        case Scalar(kind="nothing"):
            raise wrong_kind(node, "text")
        case _:
            raise wrong_kind(node, "text", "put it into quotes" if isinstance(node, Scalar) else "")
    if not text.strip():
        raise ConfigError("this text is empty", where=node.where, remedy="write it, or remove it")
    if not text.replace("\n", "").replace("\t", "").isprintable():
        raise ConfigError("this text holds a character that cannot be seen", where=node.where)
    return text


def read_whole(node: Node) -> int:
    """Return a whole number in plain decimal digits."""
    match node:
        case Scalar(kind="a whole number", text=text) if (
            text.isdecimal() and len(text) <= _LONGEST_NUMBER
        ):
            return int(text)
        case _:
            raise wrong_kind(node, "a whole number")


def read_positive(node: Node) -> int:
    """Return a whole number of at least 1."""
    number = read_whole(node)
    if number < 1:
        raise ConfigError("this has to be at least 1", where=node.where)
    return number


def wrong_kind(node: Node, expected: str, remedy: str = "") -> ConfigError:
    """Return the error that says what was expected and what stands there."""
    return ConfigError(
        f"expected {expected}, found {_found(node)}", where=node.where, remedy=remedy
    )


def _found(node: Node) -> str:
    match node:
        case Items():
            return "a list"
        case Entries():
            return "a mapping"
        case Scalar(kind="nothing"):
            return "nothing"
        case Scalar(kind=kind, text=text):
            return f"{kind}: {redact(repr(text))}"


def unknown_word(noun: str, word: str, known: Sequence[str], where: str) -> ConfigError:
    """Return the error for a word that is not among `known`, with the one that is near."""
    from difflib import get_close_matches

    near = get_close_matches(word.lower().replace("_", "-"), known, n=1)
    hint = f"; did you mean {str(near[0])!r}?" if near else ""  # a StrEnum's repr is no text
    return ConfigError(
        f"unknown {noun} {redact(repr(word))}{hint}",
        where=where,
        remedy=f"sluice knows here: {', '.join(known)}",
    )
