"""The greatest set in which every gate passes and every set is whole.

Everybody starts in it and whoever fails a gate drops out, with all that has to move with it,
until nobody does. Where no name is hidden, taking a package away can only take away what others
need: whoever failed beside more packages fails beside fewer. So nobody who belongs to any good
set ever drops out, and what is left is the union of all good sets.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from conda_sluice.model.config import InstallableGate, TestedGate
from conda_sluice.model.evidence import Evidence
from conda_sluice.model.outcome import Excuse, Verdict
from conda_sluice.model.package import PackageRecord
from conda_sluice.plan.gates import tested
from conda_sluice.plan.gates.overriding import with_overrides
from conda_sluice.plan.promotion.questions import Questions, Refusal
from conda_sluice.plan.promotion.sets import MoveSet
from conda_sluice.plan.promotion.target import Target
from conda_sluice.plan.wording import in_one_line

GATE = "installable"

Excuses = Mapping[str, tuple[Excuse, ...]]
"""What was said of each candidate, by its path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What is to be decided: who wants to climb, what its own gates said, who moves with whom."""

    target: Target
    evidence: tuple[Evidence, ...]
    alone: Excuses
    sets: tuple[MoveSet, ...]
    questions: Questions

    @property
    def is_solved(self) -> bool:
        """Tell whether packages have to be installable in this channel."""
        return any(isinstance(gate, InstallableGate) for gate in self.target.rung.gates)


@dataclass(frozen=True, slots=True)
class Ascent:
    """Who climbs, and what was said of everybody."""

    climbing: tuple[PackageRecord, ...]
    excuses: Excuses

    @property
    def paths(self) -> frozenset[str]:
        """Return the paths of those that climb."""
        return frozenset(record.path for record in self.climbing)


def ascend(matter: Matter, barred: Excuses) -> Ascent:
    """Let everybody start but who is `barred`, and drop who fails until nobody does."""
    said = {path: (*alone, *barred.get(path, ())) for path, alone in matter.alone.items()}
    _hold_sets(said, matter.sets)
    while True:
        climbing = [one for one in matter.evidence if is_good(said[one.record.path])]
        heard = _ask(climbing, matter)
        for path, excuses in heard.items():
            renewed = {one.gate: one for one in (*said[path], *excuses)}
            said[path] = tuple(renewed.values())
        if all(is_good(excuses) for excuses in heard.values()):
            return Ascent(tuple(one.record for one in climbing), said)
        _hold_sets(said, matter.sets)


def is_good(excuses: Iterable[Excuse]) -> bool:
    """Tell whether nothing holds a package."""
    return all(excuse.verdict.lets_pass for excuse in excuses)


def _ask(climbing: Sequence[Evidence], matter: Matter) -> Excuses:
    """Ask the gates that depend on who else climbs."""
    target = matter.target
    records = [one.record for one in climbing]
    absent = target.absent(records)
    refused = matter.questions.refusals(records, records) if matter.is_solved else {}
    heard: dict[str, tuple[Excuse, ...]] = {}
    for one in climbing:
        path, excuses = one.record.path, []
        for gate in target.rung.gates:
            if isinstance(gate, TestedGate):
                excuses.append(
                    tested.judge(one, target.name, target.platforms, target.strategies, absent)
                )
            elif isinstance(gate, InstallableGate):
                excuses.append(_installable(path, refused, target.name))
        heard[path] = with_overrides(excuses, one)
    return heard


def _installable(path: str, refused: Mapping[str, Refusal], target: str) -> Excuse:
    if path not in refused:
        return Excuse(GATE, Verdict.PASS, f"installs from {target}")
    return Excuse(GATE, Verdict.BLOCKED, in_one_line(refused[path].reason))


def _hold_sets(said: dict[str, tuple[Excuse, ...]], sets: Sequence[MoveSet]) -> None:
    """Hold the files of a set together: one that stays keeps the others."""
    is_moving = True
    while is_moving:
        is_moving = False
        for one in sets:
            held = sorted(path for path in one.paths if not is_good(said[path]))
            if one.missing:
                text = f"waits for {', '.join(one.missing)} of {one.what}, which no channel has"
            elif held:
                file = held[0].rpartition("/")[2]
                text = f"{file} of {one.what} stays, so all of it does"
            else:
                continue
            for path in one.paths:
                if is_good(said[path]):
                    said[path] = (*said[path], Excuse("set", Verdict.WAITING, text))
                    is_moving = True
