"""Taking a transaction back: what that means, and when it cannot be."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from conda_sluice.errors import DamagedError, RefusedError, UsageError
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.transaction import Act, Deed, Step, Transaction

UNDOABLE = (Act.PROMOTE, Act.COPY, Act.YANK, Act.UNYANK)
_INVERSE = {Deed.COPY: Deed.REMOVE, Deed.HIDE: Deed.SHOW, Deed.SHOW: Deed.HIDE}
_INSTEAD = {
    Act.PRUNE: "the files are gone; build them again, or bring them back from a copy",
    Act.UPLOAD: "sluice yank hides a package from solving, sluice prune takes old ones out",
    Act.BUILD: "sluice yank hides a package from solving, sluice prune takes old ones out",
    Act.UNDO: "promote or copy the packages again",
    Act.BACKFILL: "a channel holds every file of its names that the channels above it hold",
    Act.FREEZE: "sluice thaw opens the channel again",
    Act.THAW: "sluice freeze closes the channel again",
}

Held = Mapping[str, Mapping[str, str]]
"""The sha256 of the packages, hidden ones too, that a channel holds, by its URL and their paths."""


def choose_undoable(history: Sequence[Transaction], wanted: str) -> Transaction:
    """Return the transaction whose id begins with `wanted`, the last that can be undone for "".

    `history` is newest first. Raise UsageError where there is none, or not one alone.
    """
    undone = {one.undoes for one in history}
    if not wanted:
        for one in history:
            if one.act in UNDOABLE and one.id not in undone:
                return one
        raise UsageError("there is nothing to undo", remedy="sluice history tells what was done")
    found = [one for one in history if one.id.startswith(wanted)]
    if len(found) != 1:
        many = "several transactions begin" if found else "no transaction begins"
        raise UsageError(f"{many} with {wanted!r}", remedy="sluice history tells their ids")
    (chosen,) = found
    if chosen.act not in UNDOABLE:
        raise UsageError(f"{_named(chosen)} cannot be undone", remedy=_INSTEAD[chosen.act])
    if chosen.id in undone:
        raise UsageError(f"{_named(chosen)} is undone already")
    return chosen


def plan_undo(done: Transaction, held: Held, ladder: Sequence[ChannelRef]) -> tuple[Step, ...]:
    """Return the steps that take `done` back, its last step first.

    What is gone from its channel meanwhile is passed over. Raise DamagedError where another file
    has its name, RefusedError where a package has gone on to a channel above: there it would
    stand without standing below.
    """
    urls = [channel.url for channel in ladder]
    steps = []
    for step in reversed(done.steps):
        there = held.get(step.channel.url, {})
        items = tuple(item for item in step.items if item.path in there)
        if not items:
            continue
        _refuse_others(step, there)
        place = urls.index(step.channel.url) if step.channel.url in urls else len(urls)
        if step.deed is Deed.COPY:
            for upper in ladder[place + 1 :]:
                for item in items:
                    if item.path in held.get(upper.url, {}):
                        raise RefusedError(
                            f"{item.path} stands in {upper} too",
                            where=_named(done),
                            remedy=f"first undo what brought it to {upper}",
                        )
        steps.append(replace(step, deed=_INVERSE[step.deed], items=items, source=None))
    return tuple(steps)


def _refuse_others(step: Step, there: Mapping[str, str]) -> None:
    for item in step.items:
        if there.get(item.path, item.sha256) != item.sha256:
            raise DamagedError(
                f"holds {item.path} with sha256 {there[item.path]}, not {item.sha256}",
                str(step.channel),
                "look what it is: nothing was changed",
            )


def _named(one: Transaction) -> str:
    return f"the {one.act.value} {one.id}"
