"""Statements that people sign about packages: approvals, and overrides of gates."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import cast

from conda_sluice.model.names import Subdir
from conda_sluice.model.transaction import Item

NAMESPACE = "sluice"
"""What ssh-keygen's signatures are bound to, so that no signature of a file or commit counts."""


_TEXTS = ("who", "when", "why", "gate", "until")


class StatementKind(StrEnum):
    """What is said: the packages may climb, or a gate's word does not hold them."""

    APPROVAL = "approval"
    OVERRIDE = "override"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a person says of package files on their way into the channel `target`.

    `gate` is the gate that is overridden, `until` the last day (ISO 8601) on which that holds,
    both "" for an approval.
    """

    kind: StatementKind
    target: str
    items: tuple[Item, ...]
    who: str
    when: str
    why: str
    gate: str = ""
    until: str = ""


def statement_text(statement: Statement) -> str:
    """Return the text that is signed: JSON, keys sorted, one line."""
    said = {
        "schema": f"sluice.{statement.kind.value}/1",
        "target": statement.target,
        "packages": [[one.path, one.sha256] for one in statement.items],
        "who": statement.who,
        "when": statement.when,
        "why": statement.why,
        "gate": statement.gate,
        "until": statement.until,
    }
    return json.dumps(said, sort_keys=True, separators=(",", ":")) + "\n"


def last_day(until: str) -> str:
    """Return a day as all days are written, so that texts compare as days do; "" for no day."""
    try:
        return date.fromisoformat(until).isoformat()
    except ValueError:
        return ""


def parse_statement(text: str) -> Statement | None:
    """Return the statement that a text makes, None where it is no such text, to the letter."""
    try:
        said = cast("Mapping[str, str]", json.loads(text))
        statement = Statement(
            kind=StatementKind(said["schema"].removeprefix("sluice.").removesuffix("/1")),
            target=said["target"],
            items=tuple(_item(*one) for one in cast("Sequence[Sequence[str]]", said["packages"])),
            **{key: said[key] for key in _TEXTS},
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    is_text = all(isinstance(getattr(statement, key), str) for key in _TEXTS)
    return statement if is_text and statement_text(statement) == text else None


def _item(path: str, sha256: str) -> Item:
    subdir, _, file = path.partition("/")
    return Item(Subdir(subdir), file, sha256)
