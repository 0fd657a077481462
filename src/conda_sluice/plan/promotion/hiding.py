"""Names new to the target that hide what dependencies come from, under strict priority.

With such a name, installability is not monotone: a package in the target that stands on upstream's
file of the name may fall. Therefore names that hide are let in after everything else, and only
where they take nothing away: no package of the target stops being installable, and nobody who
climbs without them stays behind. All together if that is good, else in halves.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from conda_sluice.model.environment import ChannelSource
from conda_sluice.model.evidence import SignedWord
from conda_sluice.model.judge import Judge
from conda_sluice.model.names import Subdir
from conda_sluice.model.outcome import Excuse, Verdict
from conda_sluice.model.package import PackageRecord
from conda_sluice.plan.gates.overriding import override_of, told_by
from conda_sluice.plan.promotion.ascent import Ascent, Matter, ascend
from conda_sluice.plan.promotion.reach import dependents, needs_of, reach
from conda_sluice.plan.promotion.removal import Fallen, find_fallen
from conda_sluice.plan.wording import in_one_line

GATE = "hiding"

_NAMED = 3
"""How many of the packages that would fall are named."""

Block = frozenset[str]
"""Names that are let in together, because one may need the others."""


def climb(matter: Matter, judge: Judge) -> Ascent:
    """Return the greatest set, with the names that hide others let in where that harms nobody."""
    if not matter.is_solved:
        return ascend(matter, {})
    hiders = _hiders(matter, judge)
    if not hiders:
        return ascend(matter, {})
    return _Admission(matter, hiders).decide()


class _Admission:
    """Lets names in, one block after another."""

    def __init__(self, matter: Matter, hiders: Mapping[str, str]) -> None:
        self._matter = matter
        self._hiders = hiders
        self._records = [one.record for one in matter.evidence]
        self._standing = _in_reach(matter)
        self._accepted: frozenset[tuple[str, Subdir]] = frozenset()
        self._admitted: Block = frozenset()
        self._now = self._without(frozenset())
        self._passing: dict[str, Excuse] = {}

    def decide(self) -> Ascent:
        """Let in who was overridden, then who harms nobody; say of the others what they break."""
        for name in sorted(self._hiders):
            if not self._override(name, self._records):
                continue
            after = self._without(self._admitted | {name})
            if self._override(name, after.climbing):
                harm = self._harm(after)
                self._take(frozenset({name}), after, harm)
                self._accepted |= {(one.record.path, one.platform) for one in harm}
        before: Block | None = None
        while before != self._admitted:
            before = self._admitted
            rest = sorted(frozenset(self._hiders) - self._admitted)
            self._admit(self._blocks(frozenset(rest)))
            self._admit([frozenset({name}) for name in rest])
        return self._told()

    def _admit(self, blocks: Sequence[Block]) -> None:
        """Let in as many blocks as do no harm: all of them, or half by half."""
        blocks = [block for block in blocks if not block <= self._admitted]
        if not blocks:
            return
        together = frozenset[str]().union(*blocks)
        after = self._without(self._admitted | together)
        if self._is_harmless(after, together):
            self._take(together, after, ())
        elif len(blocks) > 1:
            middle = len(blocks) // 2
            self._admit(blocks[:middle])
            self._admit(blocks[middle:])

    def _is_harmless(self, after: Ascent, names: Block) -> bool:
        return (
            (self._admitted | names) <= _names(after.climbing)
            and self._now.paths <= after.paths
            and not self._harm(after)
        )

    def _take(self, names: Block, after: Ascent, harm: Sequence[Fallen]) -> None:
        self._admitted |= names
        self._now = after
        for name in names:
            text = f"hides {name} of {self._hiders[name]}"
            word = self._override(name, after.climbing)
            self._passing[name] = (
                Excuse(
                    GATE,
                    Verdict.OVERRIDDEN,
                    f"{text}: {self._told_harm(harm)} ({told_by(word)})",
                )
                if harm and word
                else Excuse(GATE, Verdict.PASS, f"{text}, which nothing here needs")
            )

    def _harm(self, after: Ascent) -> Sequence[Fallen]:
        everywhere = self._matter.questions.everywhere
        fallen = find_fallen(
            self._standing,
            partial(everywhere, climbing=()),
            partial(everywhere, climbing=after.climbing),
        )
        return [one for one in fallen if (one.record.path, one.platform) not in self._accepted]

    def _without(self, admitted: Block) -> Ascent:
        excuse = Excuse(GATE, Verdict.BLOCKED, "")
        barred = {
            record.path: (excuse,)
            for record in self._records
            if record.name in self._hiders and record.name not in admitted
        }
        return ascend(self._matter, barred)

    def _told(self) -> Ascent:
        """Return who climbs; who was not let in says why, as it came out when that was tried."""
        said = dict(self._now.excuses)
        for block in self._blocks(frozenset(self._hiders) - self._admitted):
            tried = self._without(self._admitted | block)
            for record in self._records:
                if record.name in block - self._admitted:
                    said[record.path] = self._refusal(record, tried)
        for record in self._now.climbing:
            if record.name in self._passing:
                said[record.path] = (*said[record.path], self._passing[record.name])
        return Ascent(self._now.climbing, said)

    def _refusal(self, record: PackageRecord, tried: Ascent) -> tuple[Excuse, ...]:
        excuses = tried.excuses[record.path]
        if record.path not in tried.paths:
            return excuses
        harm = self._harm(tried)
        text = f"would hide {record.name} of {self._hiders[record.name]}: {self._told_harm(harm)}"
        left = sorted(self._now.paths - tried.paths)
        if not harm and left:
            text = (
                f"would hide {record.name} of {self._hiders[record.name]},"
                f" which {left[0]} needs to climb"
            )
        return (*excuses, Excuse(GATE, Verdict.BLOCKED, text))

    def _told_harm(self, harm: Sequence[Fallen]) -> str:
        if not harm:
            return "what it needs is not let in"
        target = self._matter.target.name
        files = list(dict.fromkeys(one.record.file for one in harm))
        rest = f" and {len(files) - _NAMED} more" if len(files) > _NAMED else ""
        return (
            f"{', '.join(files[:_NAMED])}{rest} of {target} could not be installed"
            f" any more: {in_one_line(harm[0].reason)}"
        )

    def _override(self, name: str, records: Iterable[PackageRecord]) -> SignedWord | None:
        """Return who has decided of one of these that it may come in whatever it hides."""
        paths = {record.path for record in records if record.name == name}
        words = (
            override_of(GATE, one) for one in self._matter.evidence if one.record.path in paths
        )
        return next((word for word in words if word is not None), None)

    def _blocks(self, names: Block) -> Sequence[Block]:
        """Return each name with those that its packages may need, if these hide something too."""
        needs = needs_of(self._records)
        return [frozenset(reach([name], needs) & names) for name in sorted(names)]


def _hiders(matter: Matter, judge: Judge) -> Mapping[str, str]:
    """Return the names of candidates that an upstream channel has, with that channel."""
    records = [one.record for one in matter.evidence]
    foreign = matter.questions.scene.foreign(records)
    found: dict[str, str] = {}
    if not foreign:
        return found
    platforms = {one for record in records for one in matter.questions.platforms(record)}
    for url in matter.target.upstream:
        for platform in platforms:
            for name in judge.held(foreign, ChannelSource(url), platform):
                found.setdefault(name, url.rpartition("/")[2])
    return found


def _names(records: Iterable[PackageRecord]) -> frozenset[str]:
    return frozenset(record.name for record in records)


def _in_reach(matter: Matter) -> Sequence[PackageRecord]:
    """Return the packages of the target's context that may need something of upstream."""
    target = matter.target
    records = {one.path: one for one in (*target.records, *target.inherited)}
    return dependents(list(records.values()), (), is_open=True)
