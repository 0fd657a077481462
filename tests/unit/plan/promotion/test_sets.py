from dataclasses import replace

from conda_sluice.model.evidence import Evidence
from conda_sluice.model.outcome import PromotionResult
from conda_sluice.plan.promotion.decide import plan_promotion
from factories import a_record
from plans import a_target, an_origin, passed
from reference_judge import ReferenceJudge

CLIMBS, WAITS = PromotionResult.WOULD_PROMOTE, PromotionResult.WAITING
GEO = (("geo", ("libgeo", "pygeo")),)

ORIGIN = replace(an_origin(), project="lib")


def decide(evidence, target=None):
    outcomes = plan_promotion(evidence, target or a_target(), ReferenceJudge())
    return {one.record.file.partition("-h")[0]: one for one in outcomes}


def untested(record):
    return Evidence(record=record)


def test_the_outputs_of_one_recipe_climb_together():
    lib, tools = a_record("lib"), a_record("lib-tools")
    evidence = [
        replace(passed(lib), origin=ORIGIN),
        replace(untested(tools), origin=ORIGIN),
    ]
    assert {one.result for one in decide(evidence).values()} == {WAITS}


def test_a_later_build_of_the_same_sources_is_not_held_by_the_first():
    first, second = a_record("lib"), a_record("lib", build="h0_1", build_number=1)
    evidence = [
        replace(untested(first), origin=ORIGIN),
        replace(passed(second), origin=ORIGIN),
    ]
    outcomes = plan_promotion(evidence, a_target(), ReferenceJudge())
    assert [one.result for one in outcomes] == [WAITS, CLIMBS]


def test_a_set_of_the_configuration_climbs_whole_or_not_at_all():
    evidence = [passed(a_record("libgeo")), untested(a_record("pygeo")), passed(a_record("other"))]
    outcomes = decide(evidence, a_target(sets=GEO))
    assert outcomes["libgeo-1.2.3"].result is WAITS
    assert outcomes["libgeo-1.2.3"].excuses[-1].text == (
        "pygeo-1.2.3-h0123456_0.conda of the set geo stays, so all of it does"
    )
    assert outcomes["other-1.2.3"].result is CLIMBS


def test_only_the_newest_release_of_each_name_belongs_to_a_set():
    evidence = [
        untested(a_record("libgeo", "1.0")),
        passed(a_record("libgeo", "2.0")),
        passed(a_record("pygeo", "2.0")),
    ]
    outcomes = decide(evidence, a_target(sets=GEO))
    assert outcomes["libgeo-1.0"].result is WAITS
    assert outcomes["libgeo-2.0"].result is outcomes["pygeo-2.0"].result is CLIMBS


def test_a_set_of_which_a_package_is_nowhere_waits_for_it():
    outcomes = decide([passed(a_record("libgeo"))], a_target(sets=GEO))
    assert outcomes["libgeo-1.2.3"].excuses[-1].text == (
        "waits for pygeo of the set geo, which no channel has"
    )


def test_a_set_of_which_a_package_is_there_already_moves_without_it():
    target = a_target(sets=GEO, records=(a_record("pygeo"),))
    assert decide([passed(a_record("libgeo"))], target)["libgeo-1.2.3"].result is CLIMBS


def test_packages_that_work_only_together_are_found():
    evidence = [
        passed(a_record("one", depends=("two",))),
        passed(a_record("two", depends=("three",))),
        passed(a_record("three", depends=("one",))),
    ]
    assert {one.result for one in decide(evidence).values()} == {CLIMBS}
