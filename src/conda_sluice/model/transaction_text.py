"""Transactions as JSON, each named by a digest of its content."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast

from conda_sluice.errors import DamagedError, SluiceError
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.event import Event
from conda_sluice.model.event_text import canonical_json, event_from, event_mapping
from conda_sluice.model.names import parse_subdir
from conda_sluice.model.package import parse_file_name
from conda_sluice.model.transaction import Act, Deed, Item, Step, Transaction

_SCHEMA = "sluice.transaction/1"
_ID_DIGITS = 12
_REMEDY = "restore the ledger from a copy; nothing was changed"


def named(transaction: Transaction) -> Transaction:
    """Return the transaction with its id, which each of its events tells too."""
    bare = replace(transaction, id="", events=tuple(map(_anonymous, transaction.events)))
    digest = hashlib.sha256(_text(bare).encode("ascii")).hexdigest()[:_ID_DIGITS]
    events = tuple(replace(one, data={**one.data, "transaction": digest}) for one in bare.events)
    return replace(bare, id=digest, events=events)


def to_json(transaction: Transaction) -> bytes:
    """Serialise a transaction: keys sorted, one line."""
    return f"{_text(transaction)}\n".encode("ascii")


def parse_transaction(data: bytes, where: str) -> Transaction:
    """Parse what `to_json` wrote; raise DamagedError when it, or its id, is anything else."""
    try:
        transaction = _from_mapping(json.loads(data))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise DamagedError(f"is no transaction: {error}", where, _REMEDY) from error
    if named(transaction).id != transaction.id:
        raise DamagedError("was changed after it was written", where, _REMEDY)
    return transaction


def _anonymous(event: Event) -> Event:
    data = {key: value for key, value in event.data.items() if key != "transaction"}
    return replace(event, data=data)


def _text(transaction: Transaction) -> str:
    return canonical_json(
        {
            "schema": _SCHEMA,
            "id": transaction.id,
            "act": transaction.act.value,
            "who": transaction.who,
            "when": transaction.when,
            "why": transaction.why,
            "undoes": transaction.undoes,
            "steps": [_step_mapping(step) for step in transaction.steps],
            "events": [event_mapping(event) for event in transaction.events],
        }
    )


def _step_mapping(step: Step) -> Mapping[str, object]:
    return {
        "deed": step.deed.value,
        "channel": _channel_mapping(step.channel),
        "source": _channel_mapping(step.source) if step.source else None,
        "items": [[item.subdir, item.file, item.sha256] for item in step.items],
    }


def _channel_mapping(channel: ChannelRef) -> Mapping[str, str]:
    at = {"at": channel.at} if channel.at else {}
    return {"name": channel.name, "url": channel.url, **at}


def _from_mapping(value: object) -> Transaction:
    fields = _object(value)
    if fields["schema"] != _SCHEMA:
        raise ValueError(f"its schema is {fields['schema']!r}, not {_SCHEMA!r}")
    return Transaction(
        id=_str(fields["id"]),
        act=Act(_str(fields["act"])),
        who=_str(fields["who"]),
        when=_str(fields["when"]),
        why=_str(fields["why"]),
        undoes=_str(fields["undoes"]),
        steps=tuple(_step(one) for one in _list(fields["steps"])),
        events=tuple(event_from(one) for one in _list(fields["events"])),
    )


def _step(value: object) -> Step:
    fields = _object(value)
    return Step(
        deed=Deed(_str(fields["deed"])),
        channel=_channel(fields["channel"]),
        source=None if fields["source"] is None else _channel(fields["source"]),
        items=tuple(_item(one) for one in _list(fields["items"])),
    )


def _item(value: object) -> Item:
    subdir, file, sha256 = map(_str, _list(value))
    if "/" in file:
        raise ValueError(f"{file!r} is no file name")
    try:
        parse_file_name(file)
        return Item(parse_subdir(subdir), file, sha256)
    except SluiceError as error:
        raise ValueError(error.what) from error


def _channel(value: object) -> ChannelRef:
    fields = _object(value)
    return ChannelRef(_str(fields["name"]), _str(fields["url"]), _str(fields.get("at", "")))


def _object(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise TypeError("a JSON object is expected")
    return cast("Mapping[str, object]", value)


def _list(value: object) -> Sequence[object]:
    if not isinstance(value, list):
        raise TypeError("a list is expected")
    return value


def _str(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value
