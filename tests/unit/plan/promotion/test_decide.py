from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from conda_sluice.model.config import SignedTagGate, VersionPolicy
from conda_sluice.model.evidence import Evidence
from conda_sluice.model.outcome import PromotionResult, Verdict
from conda_sluice.plan.promotion.decide import plan_promotion
from conda_sluice.plan.promotion.target import Held
from factories import a_record
from plans import a_tag, a_target, a_test, an_origin, passed
from reference_judge import ReferenceJudge

SIGNED = SignedTagGate(Path("release-signers"))


def decide(evidence, target, judge=None):
    outcomes = plan_promotion(evidence, target, judge or ReferenceJudge())
    return {one.record.name: one for one in outcomes}


def result(evidence, target):
    (outcome,) = plan_promotion([evidence], target, ReferenceJudge())
    return outcome.result, {excuse.gate: excuse for excuse in outcome.excuses}


def test_what_passed_and_installs_climbs():
    outcome, excuses = result(passed(a_record()), a_target())
    assert outcome is PromotionResult.WOULD_PROMOTE
    assert {excuse.verdict for excuse in excuses.values()} == {Verdict.PASS}


def test_the_same_file_in_the_target_is_there_already():
    record = a_record()
    assert result(passed(record), a_target(records=(record,)))[0] is PromotionResult.ALREADY_THERE


def test_another_file_of_the_same_name_is_never_overwritten():
    record = a_record()
    there = replace(record, sha256="f" * 64)
    outcome, excuses = result(passed(record), a_target(records=(there,)))
    assert outcome is PromotionResult.REFUSED
    assert "never overwrites" in excuses["identity"].text


def test_what_was_yanked_from_the_target_does_not_come_back_with_its_name():
    yanked, new = a_record("lib", "1.0"), a_record("lib", "2.0")
    user = a_record("user", depends=("lib ==1.0",))
    uppers = (Held(name="stable", records=(yanked,)),)
    target = replace(a_target(uppers=uppers), hidden=frozenset({yanked.path}))
    outcomes = decide([passed(new), passed(user)], target)
    assert outcomes["lib"].result is PromotionResult.WOULD_PROMOTE
    assert outcomes["user"].result is PromotionResult.REFUSED


def test_untested_waits():
    outcome, excuses = result(Evidence(record=a_record()), a_target())
    assert outcome is PromotionResult.WAITING
    assert excuses["tested"].text == "not tested for testing on linux-64 yet"


def test_a_test_for_another_channel_does_not_count():
    outcome, _ = result(passed(a_record(), target="stable"), a_target())
    assert outcome is PromotionResult.WAITING


def test_a_test_of_another_file_does_not_count():
    record = a_record()
    other = a_test(a_record(build="h7654321_0"))
    assert result(Evidence(record=record, tests=(other,)), a_target())[0] is PromotionResult.WAITING


def test_failed_tests_refuse_with_the_reason():
    record = a_record()
    evidence = Evidence(record=record, tests=(a_test(record, has_passed=False, reason="boom"),))
    outcome, excuses = result(evidence, a_target())
    assert outcome is PromotionResult.REFUSED
    assert excuses["tested"].text == "tests on linux-64 did not pass: boom"


def test_the_newest_test_counts():
    record = a_record()
    tests = (a_test(record, has_passed=False, reason="boom"), a_test(record))
    assert result(Evidence(record=record, tests=tests), a_target())[0] is (
        PromotionResult.WOULD_PROMOTE
    )


def test_a_development_version_stays_below_a_channel_of_final_versions():
    target = a_target(name="stable", versions=VersionPolicy.FINAL, gates=())
    outcome, excuses = result(passed(a_record(version="1.2.3dev4")), target)
    assert outcome is PromotionResult.NOT_ELIGIBLE
    assert (
        excuses["versions"].text == "1.2.3dev4 stays below stable, which takes final versions only"
    )


def test_a_version_read_from_a_file_needs_a_tag_on_its_sources():
    target = a_target(name="stable", versions=VersionPolicy.FINAL, gates=())
    evidence = Evidence(record=a_record(), origin=an_origin(is_static=True))
    assert result(evidence, target)[0] is PromotionResult.WAITING
    tagged = replace(evidence, tags=(a_tag(),))
    assert result(tagged, target)[0] is PromotionResult.WOULD_PROMOTE
    elsewhere = replace(evidence, tags=(a_tag(is_same_tree=False),))
    assert result(elsewhere, target)[0] is PromotionResult.WAITING


def test_a_signed_tag_opens_the_gate():
    target = a_target(gates=(SIGNED,))
    evidence = Evidence(record=a_record(), origin=an_origin(), tags=(a_tag(),))
    outcome, excuses = result(evidence, target)
    assert outcome is PromotionResult.WOULD_PROMOTE
    assert excuses["signed-tag"].text == "tag v1.2.3 is signed by qa@example.org"


def test_without_a_tag_the_package_waits():
    evidence = Evidence(record=a_record(), origin=an_origin())
    assert result(evidence, a_target(gates=(SIGNED,)))[0] is PromotionResult.WAITING


def test_where_nobody_may_sign_yet_a_release_waits():
    evidence = Evidence(
        record=a_record(), origin=an_origin(), missing_signers="signers", tags=(a_tag(),)
    )
    outcome, excuses = result(evidence, a_target(gates=(SIGNED,)))
    assert outcome is PromotionResult.WAITING
    assert "signers does not exist" in excuses["signed-tag"].text


def test_a_release_of_which_a_variant_was_not_built_waits():
    evidence = replace(passed(a_record()), missing_sibling="linux-64/trips-1.2.3-h1_0.conda")
    outcome, excuses = result(evidence, a_target())
    assert outcome is PromotionResult.WAITING
    assert "linux-64/trips-1.2.3-h1_0.conda of the same release" in excuses["set"].text


def test_a_tag_with_a_bad_signature_refuses():
    evidence = Evidence(
        record=a_record(), origin=an_origin(), tags=(a_tag(reason="its key is not allowed"),)
    )
    outcome, excuses = result(evidence, a_target(gates=(SIGNED,)))
    assert outcome is PromotionResult.REFUSED
    assert excuses["signed-tag"].text == "tag v1.2.3 does not count: its key is not allowed"


def test_a_tag_that_nobody_signed_yet_is_waited_for():
    tag = replace(a_tag(reason="it is not signed"), is_unsigned=True)
    evidence = Evidence(record=a_record(), origin=an_origin(), tags=(tag,))
    outcome, excuses = result(evidence, a_target(gates=(SIGNED,)))
    assert outcome is PromotionResult.WAITING
    assert "sign one with git tag -s" in excuses["signed-tag"].text


def test_sources_that_went_on_after_a_release_of_a_static_version_wait():
    tags = (a_tag(is_same_tree=False),)
    evidence = Evidence(record=a_record(), origin=an_origin(is_static=True), tags=tags)
    assert result(evidence, a_target(gates=(SIGNED,)))[0] is PromotionResult.WAITING


def test_a_signed_tag_on_other_sources_refuses():
    evidence = Evidence(record=a_record(), origin=an_origin(), tags=(a_tag(is_same_tree=False),))
    outcome, excuses = result(evidence, a_target(gates=(SIGNED,)))
    assert outcome is PromotionResult.REFUSED
    assert "other sources" in excuses["signed-tag"].text


def test_a_package_of_unknown_origin_cannot_be_vouched_for():
    outcome, _ = result(Evidence(record=a_record()), a_target(gates=(SIGNED,)))
    assert outcome is PromotionResult.REFUSED


def test_what_cannot_be_installed_is_refused_with_the_solvers_words():
    outcome, excuses = result(passed(a_record("app", depends=("missing",))), a_target())
    assert outcome is PromotionResult.REFUSED
    assert excuses["installable"].text == (
        "cannot be installed from testing: nothing provides missing"
    )


def test_packages_that_need_each_other_climb_together():
    evidence = [passed(a_record("lib")), passed(a_record("app", depends=("lib",)))]
    outcomes = decide(evidence, a_target())
    assert {one.result for one in outcomes.values()} == {PromotionResult.WOULD_PROMOTE}


def test_one_red_package_holds_its_dependents_and_nobody_else():
    red = a_record("lib")
    evidence = [
        Evidence(record=red, tests=(a_test(red, has_passed=False, reason="boom"),)),
        passed(a_record("app", depends=("lib",))),
        passed(a_record("other")),
    ]
    outcomes = decide(evidence, a_target())
    assert outcomes["lib"].result is PromotionResult.REFUSED
    assert outcomes["app"].result is PromotionResult.WAITING
    assert "waits for what it needs" in outcomes["app"].excuses[-1].text
    assert outcomes["other"].result is PromotionResult.WOULD_PROMOTE


def test_the_files_of_one_release_climb_together_or_not_at_all():
    green = a_record("lib", build="py311h0_0")
    red = a_record("lib", build="py312h0_0")
    outcomes = plan_promotion([passed(green), Evidence(record=red)], a_target(), ReferenceJudge())
    assert {one.result for one in outcomes} == {PromotionResult.WAITING}
    assert outcomes[0].excuses[-1].text == (
        "lib-1.2.3-py312h0_0.conda of the same release stays, so all of it does"
    )


def test_a_test_beside_a_package_that_does_not_climb_has_to_be_repeated():
    lib, app = a_record("lib"), a_record("app")
    evidence = [
        Evidence(record=lib),
        Evidence(record=app, tests=(a_test(app, environment=frozenset({lib.sha256})),)),
    ]
    outcomes = decide(evidence, a_target(ladder=(lib, app)))
    assert outcomes["app"].result is PromotionResult.WAITING
    assert any("test it again" in excuse.text for excuse in outcomes["app"].excuses)


names = st.sampled_from("abcdef")
graphs = st.dictionaries(names, st.frozensets(names, max_size=3), max_size=6)


@settings(deadline=None)
@given(graph=graphs, red=st.frozensets(names, max_size=3))
def test_the_set_that_climbs_is_closed_green_and_the_greatest_such(graph, red):
    """The greatest fixpoint is found: closed under needs, and nobody more could join."""
    records = {name: a_record(name, depends=tuple(sorted(graph[name]))) for name in graph}
    evidence = [
        Evidence(record=record) if name in red else passed(record)
        for name, record in records.items()
    ]
    outcomes = decide(evidence, a_target())
    climbing = {
        name for name, one in outcomes.items() if one.result is PromotionResult.WOULD_PROMOTE
    }
    assert climbing.isdisjoint(red)
    assert all(graph[name] <= climbing for name in climbing)
    best = set(graph) - red
    while any(not graph[name] <= best for name in best):
        best = {name for name in best if graph[name] <= best}
    assert climbing == best


@settings(deadline=None)
@given(graph=graphs, red=st.frozensets(names, max_size=3))
def test_every_package_that_stays_says_why(graph, red):
    records = [a_record(name, depends=tuple(sorted(graph[name]))) for name in graph]
    evidence = [Evidence(record=one) if one.name in red else passed(one) for one in records]
    for outcome in plan_promotion(evidence, a_target(), ReferenceJudge()):
        if outcome.result is not PromotionResult.WOULD_PROMOTE:
            assert any(excuse.verdict is not Verdict.PASS for excuse in outcome.excuses)


def test_gates_that_the_channel_does_not_have_are_not_asked():
    outcome, excuses = result(Evidence(record=a_record()), a_target(gates=()))
    assert outcome is PromotionResult.WOULD_PROMOTE
    assert set(excuses) == {"committed", "versions"}


def test_what_was_built_from_uncommitted_changes_never_climbs():
    evidence = replace(passed(a_record()), origin=an_origin(is_dirty=True))
    outcome, excuses = result(evidence, a_target(gates=()))
    assert outcome is PromotionResult.NOT_ELIGIBLE
    assert excuses["committed"].text.startswith("was built from changes that are not committed")


def test_a_post_release_counted_by_git_needs_a_tag_like_any_other_final_version():
    target = a_target(name="stable", versions=VersionPolicy.FINAL, gates=())
    evidence = Evidence(record=a_record(version="1.2.3.post4"), origin=an_origin())
    outcome, excuses = result(evidence, target)
    assert outcome is PromotionResult.WAITING
    assert excuses["versions"].text == "no tag on these sources says 1.2.3.post4 yet"
