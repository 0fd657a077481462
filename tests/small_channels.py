"""Small channels made at random: a target, a channel above, upstream, and who wants to climb."""

from dataclasses import dataclass, field, replace
from random import Random

from conda_sluice.model.names import PackageName
from conda_sluice.model.package import PackageRecord
from conda_sluice.plan.promotion.target import Held, Target
from factories import a_record
from plans import a_target
from reference_judge import ReferenceJudge

UPSTREAM = "file:///upstream"
NAMES = "abcde"
VERSIONS = ("1.0", "1.1", "2.0", "2.0dev1")
BOUNDS = ("", " >=1.1", " >=2.0", " <2.0", " ==1.0", " >=1.0,<2.0")
SUBDIRS = ("linux-64", "noarch")


@dataclass(frozen=True)
class World:
    """What lies where; `red` are the paths of candidates that failed their tests."""

    held: tuple[PackageRecord, ...]
    above: tuple[PackageRecord, ...]
    upstream: tuple[PackageRecord, ...]
    candidates: tuple[PackageRecord, ...]
    red: frozenset[str] = frozenset()
    sets: tuple[tuple[str, tuple[PackageName, ...]], ...] = field(default=())

    @property
    def target(self) -> Target:
        """Return the channel that is asked."""
        return a_target(
            records=self.held,
            uppers=(Held(name="stable", records=self.above),) if self.above else (),
            below=(*self.held, *self.candidates),
            upstream=(UPSTREAM,),
            sets=self.sets,
        )

    @property
    def judge(self) -> ReferenceJudge:
        """Return a judge that knows upstream."""
        return ReferenceJudge({UPSTREAM: self.upstream})


def a_world(seed: int) -> World:
    """Return a world of that number: at most eight candidates over a handful of names."""
    chance = Random(seed)
    names = NAMES[: chance.randint(2, len(NAMES))]
    pool = {record.path: record for record in (_a_record(chance, names) for _ in range(24))}
    records = list(pool.values())
    chance.shuffle(records)
    some = iter(records)
    candidates = _take(some, chance.randint(1, 8))
    held, above = _take(some, chance.randint(0, 5)), _take(some, chance.randint(0, 2))
    upstream = [*_take(some, chance.randint(0, 5)), *chance.sample(records, chance.randint(0, 2))]
    above_names = {record.name for record in above}
    held += [one for one in above if one.name in {record.name for record in held}]
    return World(
        held=tuple(held),
        above=tuple(above),
        upstream=tuple(replace(one) for one in upstream if one.name not in above_names),
        candidates=tuple(candidates),
        red=frozenset(one.path for one in candidates if chance.random() < 0.15),
        sets=(("pair", tuple(map(PackageName, names[:2]))),) if chance.random() < 0.2 else (),
    )


def _take(records, count: int) -> list[PackageRecord]:
    return [record for record, _ in zip(records, range(count), strict=False)]


def _a_record(chance: Random, names: str) -> PackageRecord:
    name, version = chance.choice(names), chance.choice(VERSIONS)
    others = [one for one in names if one != name]
    needs = chance.sample(others, min(len(others), chance.choice((0, 0, 1, 1, 2))))
    depends = tuple(f"{one}{chance.choice(BOUNDS)}" for one in needs)
    if chance.random() < 0.05:
        depends = (*depends, chance.choice(("__linux", "__win", "__unix")))
    constrains = (f"{chance.choice(others)} <2.0",) if chance.random() < 0.1 else ()
    return a_record(
        name,
        version,
        f"h{chance.randint(0, 1)}_0",
        subdir=chance.choice(SUBDIRS),
        depends=depends,
        constrains=constrains,
    )
