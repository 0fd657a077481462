"""YAML in which conda-build finds no Jinja and no selectors but those that are meant.

A text that it could take for either is spelled with YAML's escapes, so that it reaches the
package as it is.
"""

import re
from collections.abc import Iterator, Mapping

_HAZARDS = frozenset('{}[]#"\\%')


class Expression(str):
    """A Jinja expression of ours, which must not be escaped."""

    __slots__ = ()


Value = str | int | bool | list["Value"] | dict[str, "Value"]
"""What a section can hold."""


def v0_text(data: Mapping[str, Value]) -> str:
    """Return sections as YAML: lists as blocks, since an inline one is taken for a selector."""
    return "\n".join(_lines(dict(data), "")) + "\n"


def _lines(value: Value, indent: str) -> Iterator[str]:
    match value:
        case dict():
            for key, item in value.items():
                yield from _under(f"{indent}{_plain_key(key)}:", item, indent)
        case list():
            for item in value:
                yield from _item(item, indent)
        case _:
            yield indent + _scalar(value)


def _under(head: str, value: Value, indent: str) -> Iterator[str]:
    if isinstance(value, dict | list):
        yield head
        yield from _lines(value, indent + "  ")
    else:
        yield f"{head} {_scalar(value)}"


def _item(value: Value, indent: str) -> Iterator[str]:
    if isinstance(value, dict | list):
        # conda-build looks for `- name:` on one line
        first, *rest = _lines(value, indent + "  ")
        yield f"{indent}- {first.lstrip()}"
        yield from rest
    else:
        yield f"{indent}- {_scalar(value)}"


def _plain_key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z][\w.-]*", key) else _scalar(key)


def _scalar(value: str | int | bool) -> str:  # noqa: FBT001 - a value as any other
    match value:
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case Expression():
            return f'"{value}"'
        case _:
            return '"' + "".join(map(_character, value)) + '"'


def _character(char: str) -> str:
    is_plain = " " <= char <= "~" and char not in _HAZARDS
    if is_plain:
        return char
    return f"\\x{ord(char):02X}" if char < "\x80" else f"\\U{ord(char):08X}"
