"""What would have to climb together: the smallest set with which a waiting package could move."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache
from typing import TypeVar

from conda_sluice.model.names import Subdir
from conda_sluice.model.outcome import Excuse, Verdict
from conda_sluice.model.package import PackageRecord
from conda_sluice.model.version import allows
from conda_sluice.plan.promotion.ascent import GATE, Ascent, Matter
from conda_sluice.plan.promotion.matching import named, newest
from conda_sluice.plan.promotion.offers import Lack, Offers
from conda_sluice.plan.promotion.sets import releases, whole

Paths = frozenset[str]
Item = TypeVar("Item")


def propose(matter: Matter, ascent: Ascent) -> Ascent:
    """Return the ascent with a proposal for each package that waits for what does not climb.

    It names the files that would have to climb beside those that do: none of them can be left
    out, and all that have to move together are in it.
    """
    said = dict(ascent.excuses)
    search = _Search(matter, ascent)
    for one in matter.evidence:
        path = one.record.path
        if any(_waits(excuse) for excuse in said[path]):
            files = search.smallest(one.record)
            said[path] = tuple(
                _with_proposal(excuse, files) if _waits(excuse) else excuse for excuse in said[path]
            )
    return Ascent(ascent.climbing, said)


def _waits(excuse: Excuse) -> bool:
    return excuse.gate == GATE and excuse.verdict is Verdict.WAITING


def _with_proposal(excuse: Excuse, files: Sequence[str]) -> Excuse:
    if not files:
        return excuse
    names = ", ".join(path.rpartition("/")[2] for path in files)
    text = f"{excuse.text}; what could move together is {names}"
    return replace(excuse, proposal=tuple(files), text=text)


class _Search:
    """Looks for sets among the records of the channel below; groups are whole sets."""

    def __init__(self, matter: Matter, ascent: Ascent) -> None:
        self._questions = matter.questions
        self._climbing = ascent.climbing
        policy = matter.target.rung.versions
        there = {one.path for one in (*matter.target.records, *ascent.climbing)}
        records = (*matter.target.below, *(one.record for one in matter.evidence))
        self._below = {
            one.path: one
            for one in records
            if one.path not in there and allows(policy, one.version)
        }
        self._by_name: dict[str, list[PackageRecord]] = defaultdict(list)
        for one in self._below.values():
            self._by_name[one.name].append(one)
        self._sets = (*matter.sets, *releases(self._below.values()))
        self._matcher = matter.questions.matcher
        self._offers = self._offers_with(frozenset())
        self._found: dict[Paths, Paths] = {}
        self._helping: dict[str, Paths] = {}

    def smallest(self, record: PackageRecord) -> Sequence[str]:
        """Return the paths of a set that could move, the package first; () where there is none.

        None of them can be left out.
        """
        if record.path not in self._below:
            return ()
        own = whole(record.path, self._sets).intersection(self._below)
        if own not in self._found:
            self._found[own] = self._grown(own)
        moving = self._found[own]
        return (record.path, *sorted(moving - {record.path})) if moving else ()

    def _grown(self, own: Paths) -> Paths:
        """Return what has to move with those that have to move together; nothing for no way."""
        lack = self._lack(own, self._offers)
        helped = self._helping.get(lack.spec) if lack else None
        if helped is not None and self._stands(own | helped, ()):
            return own | helped
        moving, groups = own, self._missing(own)
        while groups:
            moving = moving.union(*groups)
            groups = self._missing(moving)
        if groups is None:
            return frozenset()
        if lack is not None:
            self._helping[lack.spec] = moving - own
        return moving

    def _missing(self, moving: Paths) -> Sequence[Paths] | None:
        """Return groups without which those that move cannot; None where nothing helps.

        What is plainly lacking has to come; where packages only disagree, the solver says with
        which others they do not, and of these as many are left out as can be.
        """
        if self._stands(moving, ()):
            return ()
        lack = self._lack(moving, self._offers_with(moving))
        if lack is not None:
            group = self._meeting(lack) - moving
            return (group,) if group else None
        groups = self._used(moving)
        if not self._stands(moving, groups):
            return None
        return least(groups, lambda some: self._stands(moving, some))

    def _meeting(self, lack: Lack) -> Paths:
        """Return the newest files that meet a requirement, with all that move with them."""
        fitting = [
            one for one in self._by_name[named(lack.spec)] if self._matcher.matches(lack.spec, one)
        ]
        return whole(newest(fitting).path, self._sets) if fitting else frozenset()

    def _lack(self, moving: Paths, offers: Callable[[Subdir], Offers]) -> Lack | None:
        found = (
            offers(platform).lack(record)
            for record in self._records(moving)
            for platform in self._questions.platforms(record)[:1]
        )
        return next((lack for lack in found if lack is not None), None)

    def _offers_with(self, moving: Paths) -> Callable[[Subdir], Offers]:
        records = self._records(moving)
        return cache(lambda platform: self._questions.offers(platform, self._climbing, records))

    def _used(self, moving: Paths) -> Sequence[Paths]:
        """Return the groups that the solver takes when it has all of them to choose from."""
        everything = list(self._below.values())
        used: set[str] = set()
        for record in self._records(moving):
            used |= self._questions.company(record, self._climbing, everything) or frozenset()
        chosen = sorted((used & self._below.keys()) - moving)
        return list(dict.fromkeys(whole(path, self._sets) - moving for path in chosen))

    def _stands(self, moving: Paths, groups: Iterable[Paths]) -> bool:
        """Tell whether those that move can be installed once the groups are there too."""
        records, extra = self._records(moving), self._records(moving.union(*groups))
        return not self._questions.refusals(records, self._climbing, extra)

    def _records(self, paths: Paths) -> Sequence[PackageRecord]:
        return [self._below[path] for path in sorted(paths)]


def least(items: Sequence[Item], is_enough: Callable[[Sequence[Item]], bool]) -> Sequence[Item]:
    """Return items that are enough and of which none can be left out, given that all are enough.

    More items must never be less. This is QuickXplain: some questions for each item that is
    kept, few for those that are not.
    """
    if not items or is_enough(()):
        return ()

    def search(kept: Sequence[Item], rest: Sequence[Item], *, has_grown: bool) -> Sequence[Item]:
        if has_grown and is_enough(kept):
            return ()
        if len(rest) == 1:
            return rest
        first, second = rest[: len(rest) // 2], rest[len(rest) // 2 :]
        late = search([*kept, *first], second, has_grown=True)
        early = search([*kept, *late], first, has_grown=bool(late))
        return [*early, *late]

    return search((), items, has_grown=False)
