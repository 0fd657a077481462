from dataclasses import replace

from conda_sluice.model.evidence import Evidence, SignedWord
from conda_sluice.model.outcome import PromotionResult, Verdict
from conda_sluice.model.statement import StatementKind
from conda_sluice.plan.promotion.decide import plan_promotion
from conda_sluice.plan.promotion.target import Held
from factories import a_record
from plans import a_target, passed
from reference_judge import ReferenceJudge

UPSTREAM = "https://conda.example/forge"
OLD_GDAL = a_record("gdal", "1.0")
MAPS = a_record("maps", "1.0", depends=("gdal <2",))


OVERRIDE = SignedWord(
    kind=StatementKind.OVERRIDE, signer="qa", why="gdal 2 it is", gate="hiding", until="2026-12-31"
)


def decide(candidates, target, words=(), upstream=(OLD_GDAL,)):
    judge = ReferenceJudge({UPSTREAM: upstream})
    evidence = [
        replace(passed(one), words=tuple(words), now="2026-01-31T12:00:00.000Z")
        for one in candidates
    ]
    outcomes = plan_promotion(evidence, target, judge)
    return {one.record.name: one for one in outcomes}


def excuse(outcome, gate="hiding"):
    return next(one for one in outcome.excuses if one.gate == gate)


def test_a_name_that_hides_what_the_target_stands_on_is_blocked_and_says_what_would_fall():
    new = a_record("gdal", "2.0")
    outcome = decide([new], a_target(records=(MAPS,), upstream=(UPSTREAM,)))["gdal"]
    assert outcome.result is PromotionResult.REFUSED
    assert excuse(outcome).text == (
        "would hide gdal of forge: maps-1.0-h0123456_0.conda of testing could not be installed"
        " any more: nothing provides gdal <2"
    )


def test_what_a_channel_above_offers_must_not_fall_either():
    target = a_target(uppers=(Held(name="stable", records=(MAPS,)),), upstream=(UPSTREAM,))
    assert decide([a_record("gdal", "2.0")], target)["gdal"].result is PromotionResult.REFUSED


def test_a_name_that_hides_what_nobody_needs_climbs_and_is_reported():
    outcome = decide([a_record("gdal", "2.0")], a_target(upstream=(UPSTREAM,)))["gdal"]
    assert outcome.result is PromotionResult.WOULD_PROMOTE
    assert excuse(outcome).text == "hides gdal of forge, which nothing here needs"


def test_somebody_may_decide_that_it_climbs_all_the_same():
    new = a_record("gdal", "2.0")
    target = a_target(records=(MAPS,), upstream=(UPSTREAM,))
    outcome = decide([new], target, [OVERRIDE])["gdal"]
    assert outcome.result is PromotionResult.WOULD_PROMOTE
    assert excuse(outcome).verdict is Verdict.OVERRIDDEN
    assert "maps-1.0-h0123456_0.conda of testing could not be installed" in excuse(outcome).text
    assert "(overridden by qa until 2026-12-31: gdal 2 it is)" in excuse(outcome).text


def test_a_decision_about_a_file_that_stays_lets_no_other_file_of_the_name_in():
    old, new = a_record("gdal", "1.9"), a_record("gdal", "2.0")
    target = a_target(records=(MAPS,), upstream=(UPSTREAM,))
    judge = ReferenceJudge({UPSTREAM: (OLD_GDAL,)})
    now = "2026-01-31T12:00:00.000Z"
    untested = Evidence(record=old, words=(OVERRIDE,), now=now)
    _, outcome = plan_promotion([untested, replace(passed(new), now=now)], target, judge)
    assert outcome.result is PromotionResult.REFUSED
    assert excuse(outcome).verdict is Verdict.BLOCKED


def test_a_name_that_the_target_has_hides_nothing_new():
    target = a_target(records=(a_record("gdal", "1.5"), MAPS), upstream=(UPSTREAM,))
    outcome = decide([a_record("gdal", "2.0")], target)["gdal"]
    assert outcome.result is PromotionResult.WOULD_PROMOTE
    assert not any(one.gate == "hiding" for one in outcome.excuses)


def test_the_files_that_a_channel_above_has_of_a_name_come_along_and_are_not_hidden():
    uppers = (Held(name="stable", records=(OLD_GDAL,)),)
    target = a_target(records=(MAPS,), uppers=uppers, upstream=(UPSTREAM,))
    outcome = decide([a_record("gdal", "2.0")], target)["gdal"]
    assert outcome.result is PromotionResult.WOULD_PROMOTE


def test_who_climbs_without_the_hiding_name_is_not_held_by_it():
    candidates = [a_record("gdal", "2.0"), MAPS]
    outcomes = decide(candidates, a_target(upstream=(UPSTREAM,)))
    assert outcomes["maps"].result is PromotionResult.WOULD_PROMOTE
    assert outcomes["gdal"].result is PromotionResult.REFUSED
    assert excuse(outcomes["gdal"]).text == (
        "would hide gdal of forge, which noarch/maps-1.0-h0123456_0.conda needs to climb"
    )


def test_one_harmful_name_does_not_stop_the_harmless_ones():
    names = ["a", "b", "c", "d"]
    upstream = [OLD_GDAL, *(a_record(name, "1.0") for name in names)]
    candidates = [a_record("gdal", "2.0"), *(a_record(name, "2.0") for name in names)]
    target = a_target(records=(MAPS,), upstream=(UPSTREAM,))
    outcomes = decide(candidates, target, upstream=upstream)
    assert {name for name, one in outcomes.items() if one.result is PromotionResult.REFUSED} == {
        "gdal"
    }


def test_names_that_hide_and_need_each_other_come_in_together():
    upstream = [a_record("a", "1.0"), a_record("b", "1.0")]
    candidates = [
        a_record("a", "2.0", depends=("b >=2",)),
        a_record("b", "2.0", depends=("a >=2",)),
    ]
    outcomes = decide(candidates, a_target(upstream=(UPSTREAM,)), upstream=upstream)
    assert {one.result for one in outcomes.values()} == {PromotionResult.WOULD_PROMOTE}
