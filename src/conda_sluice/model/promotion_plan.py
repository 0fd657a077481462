"""A promotion as a value: decided now, looked at and approved by people, carried out later."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from conda_sluice.errors import UsageError
from conda_sluice.model.channel import ChannelState
from conda_sluice.model.names import Subdir
from conda_sluice.model.transaction import Item

_SCHEMA = "sluice.promotion-plan/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionPlan:
    """Which files climb from one channel into the next, as the channels were when it was made.

    `states` are those of the target and the channels above it, by name; `words` what each gate
    said of each file, by path, for people to read. `id` is a digest over everything else.
    """

    source: str
    target: str
    who: str
    when: str
    items: tuple[Item, ...]
    states: Mapping[str, ChannelState]
    words: Mapping[str, tuple[str, ...]]
    id: str = ""


def sealed(plan: PromotionPlan) -> PromotionPlan:
    """Return the plan with its id."""
    return replace(plan, id=hashlib.sha256(_text(replace(plan, id="")).encode()).hexdigest()[:12])


def plan_text(plan: PromotionPlan) -> str:
    """Return the plan as people and programs read it."""
    return json.dumps(_mapping(plan), indent=2) + "\n"


def parse_plan(text: str, where: str) -> PromotionPlan:
    """Return the plan in a text; raise UsageError where it is none, or was changed by hand."""
    try:
        plan = _from_mapping(json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError(
            "is no promotion plan", where, "sluice promote --save writes one"
        ) from error
    if sealed(plan) != plan:
        raise UsageError("was changed after it was made", where, "make the plan anew")
    return plan


def _text(plan: PromotionPlan) -> str:
    return json.dumps(_mapping(plan), sort_keys=True, separators=(",", ":"))


def _mapping(plan: PromotionPlan) -> Mapping[str, object]:
    return {
        "schema": _SCHEMA,
        "id": plan.id,
        "source": plan.source,
        "target": plan.target,
        "who": plan.who,
        "when": plan.when,
        "packages": [
            {"file": one.path, "sha256": one.sha256, "gates": list(plan.words.get(one.path, ()))}
            for one in plan.items
        ],
        "states": {name: dict(state.digests) for name, state in plan.states.items()},
    }


def _from_mapping(value: object) -> PromotionPlan:
    fields = cast("Mapping[str, str]", value)
    if fields["schema"] != _SCHEMA:
        raise ValueError(f"its schema is {fields['schema']!r}, not {_SCHEMA!r}")
    packages = cast("Sequence[Mapping[str, str]]", fields["packages"])
    states = cast("Mapping[str, Mapping[Subdir, str]]", fields["states"])
    return PromotionPlan(
        id=fields["id"],
        source=fields["source"],
        target=fields["target"],
        who=fields["who"],
        when=fields["when"],
        items=tuple(_item(one["file"], one["sha256"]) for one in packages),
        states={name: ChannelState(dict(digests)) for name, digests in states.items()},
        words={one["file"]: tuple(one["gates"]) for one in packages},
    )


def _item(path: str, sha256: str) -> Item:
    subdir, _, file = path.partition("/")
    return Item(Subdir(subdir), file, sha256)
