"""What is said of packages that stay, of those that are held back, and what is proposed."""

from conda_sluice.model.config import InstallableGate
from conda_sluice.model.evidence import Evidence
from conda_sluice.model.outcome import PromotionResult, Verdict
from conda_sluice.plan.promotion.decide import plan_promotion
from conda_sluice.plan.promotion.proposal import least
from factories import a_record
from plans import a_target, passed
from reference_judge import ReferenceJudge

INSTALLABLE = (InstallableGate(),)
APP = a_record("app", depends=("lib >=1.3",))


def decide(evidence, target):
    outcomes = plan_promotion(evidence, target, ReferenceJudge())
    return {one.record.path: one for one in outcomes}


def installable(outcome):
    return next(one for one in outcome.excuses if one.gate == "installable")


def test_a_development_version_that_does_not_satisfy_a_requirement_is_named_as_such():
    early = a_record("lib", "1.3.0dev4")
    excuse = installable(decide([passed(APP)], a_target(below=(APP, early)))[APP.path])
    assert excuse.verdict is Verdict.BLOCKED
    assert excuse.needs == "lib >=1.3"
    assert excuse.text == (
        "cannot be installed from testing: nothing provides lib >=1.3; lib 1.3.0dev4 of unstable,"
        " a development version, does not satisfy lib >=1.3"
    )


def test_what_is_missing_for_a_dependency_is_named():
    top, middle = a_record("top", depends=("middle",)), a_record("middle", depends=("lost >=2",))
    excuse = installable(decide([passed(top)], a_target(records=(middle,)))[top.path])
    assert excuse.needs == "lost >=2"


def test_what_could_move_together_is_proposed():
    lib, other = a_record("lib", "1.4"), a_record("other")
    outcome = decide([passed(APP)], a_target(below=(APP, lib, other)))[APP.path]
    assert outcome.result is PromotionResult.WAITING
    assert installable(outcome).proposal == (APP.path, lib.path)
    assert installable(outcome).text == (
        "waits for what it needs, which does not climb to testing yet: nothing provides lib >=1.3;"
        " lib 1.4 of unstable would do and does not climb; what could move together is"
        " app-1.2.3-h0123456_0.conda, lib-1.4-h0123456_0.conda"
    )


def test_a_proposal_brings_whole_releases_and_what_these_need():
    builds = [a_record("lib", "1.4", f"h{number}_0", depends=("core",)) for number in range(2)]
    core = a_record("core")
    outcome = decide([passed(APP)], a_target(below=(APP, *builds, core)))[APP.path]
    files = {APP.path, core.path, *(one.path for one in builds)}
    assert set(installable(outcome).proposal) == files


def test_where_packages_only_disagree_the_solver_finds_what_has_to_come():
    old = a_record("lib", "1.3", constrains=("base <1",))
    base = a_record("base", "2.0")
    app = a_record("app", depends=("lib >=1.3", "base"))
    new = a_record("lib", "1.4")
    target = a_target(records=(old, base), below=(app, new, a_record("base", "2.1")))
    outcome = decide([passed(app)], target)[app.path]
    assert installable(outcome).proposal == (app.path, new.path)


def test_a_red_package_is_proposed_with_those_that_wait_for_it():
    lib = a_record("lib", "1.4")
    outcomes = decide([Evidence(record=lib), passed(APP)], a_target(below=(APP, lib)))
    assert installable(outcomes[APP.path]).proposal == (APP.path, lib.path)


def test_a_package_that_stands_only_beside_an_older_one_climbs_and_says_so():
    held = (a_record("lib", "1.0"), a_record("lib", "2.0"))
    app = a_record("app", depends=("lib <2",))
    outcome = decide([passed(app)], a_target(records=held))[app.path]
    assert outcome.result is PromotionResult.WOULD_PROMOTE
    assert outcome.excuses[-1].verdict is Verdict.HELD_BACK
    assert outcome.excuses[-1].text == (
        "stands only beside an older lib: asks for lib <2, and testing has 2.0"
    )


def test_a_release_of_which_one_build_takes_the_newest_is_not_held_back():
    held = (a_record("python", "3.12"), a_record("python", "3.13"))
    builds = [
        a_record("app", build="py312h0_0", depends=("python >=3.12,<3.13",)),
        a_record("app", build="py313h0_0", depends=("python >=3.13,<3.14",)),
    ]
    outcomes = decide([passed(one) for one in builds], a_target(records=held))
    assert all(
        excuse.verdict is Verdict.PASS for one in outcomes.values() for excuse in one.excuses
    )


def test_a_noarch_package_climbs_when_one_required_platform_can_install_it():
    lib = a_record("lib", subdir="linux-64")
    app = a_record("app", depends=("lib",))
    target = a_target(records=(lib,), platforms=("linux-64", "osx-arm64"), gates=INSTALLABLE)
    outcome = decide([passed(app)], target)[app.path]
    assert outcome.result is PromotionResult.WOULD_PROMOTE
    assert installable(outcome).text == (
        "installs from testing, but not on osx-arm64 (nothing provides lib)"
    )


def test_a_noarch_package_for_another_machine_is_tried_there():
    app, lost = a_record("app", depends=("__win",)), a_record("x", depends=("__win", "lost"))
    outcomes = decide([passed(app), passed(lost)], a_target(gates=INSTALLABLE))
    assert outcomes[app.path].result is PromotionResult.WOULD_PROMOTE
    assert outcomes[lost.path].result is PromotionResult.REFUSED


def test_what_is_not_needed_is_left_out():
    asked = []

    def is_enough(items):
        asked.append(items)
        return {3, 17} <= set(items)

    assert set(least(range(40), is_enough)) == {3, 17}
    assert len(asked) < 30
