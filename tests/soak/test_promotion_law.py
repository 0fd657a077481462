"""The law of promotion on many large graphs; the unit tests hold it on small ones in every run."""

import random

import pytest

from conda_sluice.model.evidence import Evidence
from conda_sluice.model.outcome import PromotionResult
from conda_sluice.plan.promotion import plan_promotion
from factories import a_record
from plans import a_target, passed

pytestmark = pytest.mark.soak


def solver(graph):
    """Answer like a solver for packages that need others by name."""

    def installable(record, climbing):
        missing = graph[record.name] - {one.name for one in climbing}
        return f"nothing provides {min(missing)}" if missing else ""

    return installable


@pytest.mark.parametrize("seed", range(40))
def test_the_greatest_set_that_is_closed_and_green_climbs(seed):
    chance = random.Random(seed)
    for _ in range(50):
        names = [f"p{number}" for number in range(chance.randint(2, 40))]
        graph = {
            name: frozenset(chance.sample(names, chance.randint(0, min(3, len(names)))))
            for name in names
        }
        red = set(chance.sample(names, chance.randint(0, len(names) // 3)))
        evidence = [
            Evidence(record=a_record(name)) if name in red else passed(a_record(name))
            for name in names
        ]
        outcomes = plan_promotion(evidence, a_target(), solver(graph))
        climbing = {
            one.record.name for one in outcomes if one.result is PromotionResult.WOULD_PROMOTE
        }
        best = set(names) - red
        while any(not graph[name] <= best for name in best):
            best = {name for name in best if graph[name] <= best}
        assert climbing == best
