"""The law of promotion on many large graphs; the unit tests hold it on small ones in every run."""

import random

import pytest

from conda_sluice.model.evidence import Evidence
from conda_sluice.model.outcome import PromotionResult
from conda_sluice.plan.promotion.decide import plan_promotion
from factories import a_record
from plans import a_target, passed
from promotion_oracle import check_world
from reference_judge import ReferenceJudge

pytestmark = pytest.mark.soak


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
        records = [a_record(name, depends=tuple(sorted(graph[name]))) for name in names]
        evidence = [Evidence(record=one) if one.name in red else passed(one) for one in records]
        outcomes = plan_promotion(evidence, a_target(), ReferenceJudge())
        climbing = {
            one.record.name for one in outcomes if one.result is PromotionResult.WOULD_PROMOTE
        }
        best = set(names) - red
        while any(not graph[name] <= best for name in best):
            best = {name for name in best if graph[name] <= best}
        assert climbing == best


@pytest.mark.parametrize("batch", range(20))
def test_the_decision_is_what_trying_every_set_gives(batch):
    for seed in range(50 * batch, 50 * (batch + 1)):
        check_world(seed)
