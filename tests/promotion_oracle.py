"""The right answer to a small promotion, found by trying every set of candidates."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import combinations

from conda_sluice.model.environment import ChannelSource
from conda_sluice.model.evidence import Evidence
from conda_sluice.model.judge import RecordPool, RecordTier, Tiers
from conda_sluice.model.names import Subdir
from conda_sluice.model.outcome import PromotionResult
from conda_sluice.model.package import PackageRecord
from conda_sluice.plan.promotion.decide import plan_promotion
from conda_sluice.plan.promotion.questions import ELSEWHERE
from plans import passed
from small_channels import UPSTREAM, World, a_world

Paths = frozenset[str]
LINUX = Subdir("linux-64")


def check_world(seed: int) -> None:
    """Compare the decision with what trying every set of the world's candidates gives."""
    world = a_world(seed)
    oracle, found = Oracle(world), climbing(world)
    legal = oracle.legal_sets()
    assert found in legal, seed
    everybody = frozenset[str]().union(*legal)
    if everybody in legal:  # as it always is where no name hides another
        assert found == everybody, seed
    else:
        assert oracle.hiders(), seed
    quiet = [some for some in legal if not _names(world, some) & oracle.hiders()]
    assert max(quiet, key=len) <= found, seed
    assert not any(found < some for some in legal), seed


def climbing(world: World) -> Paths:
    """Return whom the decision lets climb."""
    evidence = [
        Evidence(record=one) if one.path in world.red else passed(one) for one in world.candidates
    ]
    outcomes = plan_promotion(evidence, world.target, world.judge)
    return frozenset(
        one.record.path for one in outcomes if one.result is PromotionResult.WOULD_PROMOTE
    )


def _names(world: World, paths: Paths) -> set[str]:
    return {one.name for one in world.candidates if one.path in paths}


class Oracle:
    """Knows which sets of a world's candidates may climb: their law, word by word."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._judge = world.judge
        self._by_path = {one.path: one for one in world.candidates}
        self._standing = self._installed((*world.held, *world.above), ())

    def legal_sets(self) -> Sequence[Paths]:
        """Return all sets that may climb, the empty one among them."""
        return [some for some in self._subsets() if self.is_legal(some)]

    def is_legal(self, some: Paths) -> bool:
        """Tell whether a set is green, whole and installable, and takes nothing from the target."""
        climbing = [self._by_path[path] for path in sorted(some)]
        return (
            some.isdisjoint(self._world.red)
            and all(one <= some or some.isdisjoint(one) for one in self.sets())
            and all(self._can_install(one, climbing) for one in climbing)
            and self._standing <= self._installed((*self._world.held, *self._world.above), climbing)
        )

    def hiders(self) -> frozenset[str]:
        """Return the names that are new to the target's context and that upstream has."""
        known = {one.name for one in (*self._world.held, *self._world.above)}
        there = {one.name for one in self._world.upstream if one.subdir in {LINUX, "noarch"}}
        return {one.name for one in self._world.candidates} & there - known

    def sets(self) -> Iterator[Paths]:
        """Return what has to move together."""
        candidates = self._world.candidates
        releases = {(one.name, one.version, one.build_number) for one in candidates}
        for release in releases:
            yield frozenset(
                one.path
                for one in candidates
                if (one.name, one.version, one.build_number) == release
            )
        there = {one.name for one in (*self._world.held, *self._world.above)}
        for _, names in self._world.sets:
            latest = [newest for name in names for newest in self._newest(name)]
            has_all = all(name in there or self._newest(name) for name in names)
            yield frozenset(one.path for one in latest)
            if not has_all:  # somebody is missing: whoever is there may not move
                yield frozenset({*(one.path for one in latest), "missing"})

    def _newest(self, name: str) -> Sequence[PackageRecord]:
        order = ("1.0", "1.1", "2.0dev1", "2.0")
        here = [one for one in self._world.candidates if one.name == name]
        best = max((order.index(one.version) for one in here), default=-1)
        return [one for one in here if order.index(one.version) == best]

    def _subsets(self) -> Iterator[Paths]:
        for size in range(len(self._by_path) + 1):
            for some in combinations(self._by_path, size):
                yield frozenset(some)

    def _installed(
        self, records: Iterable[PackageRecord], climbing: Sequence[PackageRecord]
    ) -> Paths:
        tiers = self._tiers(climbing)
        return frozenset(
            one.path
            for one in records
            if one.subdir in {LINUX, "noarch"} and not self._judge.refusals([one], tiers, LINUX)
        )

    def _can_install(self, record: PackageRecord, climbing: Sequence[PackageRecord]) -> bool:
        is_choosy = record.is_noarch and any(spec.startswith("__") for spec in record.depends)
        platforms = (LINUX, *ELSEWHERE) if is_choosy else (LINUX,)
        tiers = self._tiers(climbing)
        return any(not self._judge.refusals([record], tiers, one) for one in platforms)

    def _tiers(self, climbing: Collection[PackageRecord]) -> Tiers:
        world = self._world
        names = {one.name for one in climbing}
        brought = [one for one in world.above if one.name in names]
        merged = {one.path: one for one in (*world.held, *climbing, *brought)}
        return (
            RecordTier("testing", (RecordPool(tuple(merged.values())),)),
            RecordTier("stable", (RecordPool(world.above),)),
            ChannelSource(UPSTREAM),
        )
