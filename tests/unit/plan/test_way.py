"""The stages of a package's way, and what would take it further."""

import pytest

from conda_sluice.model.explanation import StageState
from conda_sluice.model.outcome import Excuse, PromotionResult, Verdict
from conda_sluice.plan.way import remedy_of, steps_ahead, way_of
from explanations import RELEASE, a_step, an_explanation
from factories import a_record


def states(told):
    return {stage.name: stage.state for stage in way_of(told)}


def text(told, name):
    return next(stage.text for stage in way_of(told) if stage.name == name)


@pytest.mark.parametrize(
    ("result", "state"),
    [
        (PromotionResult.WAITING, StageState.WAITING),
        (PromotionResult.WOULD_PROMOTE, StageState.WAITING),
        (PromotionResult.REFUSED, StageState.HELD),
        (PromotionResult.NOT_ELIGIBLE, StageState.STAYS),
    ],
)
def test_the_first_channel_without_the_newest_says_why(result, state):
    told = an_explanation(a_step(result=result))
    assert states(told) == {
        "commit": StageState.DONE,
        "recipe": StageState.DONE,
        "package": StageState.DONE,
        "unstable": StageState.DONE,
        "testing": StageState.DONE,
        "stable": state,
    }


def test_what_comes_after_the_channel_that_holds_it_is_not_its_turn_yet():
    old = a_record(version="1.0")
    step = a_step(target="testing")
    told = an_explanation(step, places={"testing": (old,), "stable": (old,)})
    assert states(told)["testing"] is StageState.HELD
    assert states(told)["stable"] is StageState.ABSENT
    assert text(told, "testing") == "1.2.3 is held; has 1.0"
    assert text(told, "stable") == "has 1.0"


def test_a_package_that_is_nowhere_is_not_built_yet():
    told = an_explanation(places=dict.fromkeys(("unstable", "testing", "stable"), ()))
    assert text(told, "package") == "not built yet"
    assert states(told)["unstable"] is StageState.ABSENT


def test_a_yanked_package_is_hidden_and_not_unbuilt():
    nowhere = dict.fromkeys(("unstable", "testing", "stable"), ())
    told = an_explanation(places=nowhere, hidden={"unstable": (RELEASE,), "testing": (RELEASE,)})
    assert text(told, "package") == "1.2.3 is yanked; see sluice unyank"
    assert states(told)["package"] is StageState.HELD
    assert text(told, "testing") == "has none, hides 1.2.3"
    assert text(told, "stable") == "has none"


def test_an_older_version_does_not_make_a_yanked_one_unbuilt():
    old = a_record(version="1.0")
    told = an_explanation(
        places={"unstable": (old,), "testing": (), "stable": ()}, hidden={"unstable": (RELEASE,)}
    )
    assert text(told, "package") == "1.2.3 is yanked; see sluice unyank"


def test_a_version_of_the_sources_that_no_channel_has_is_to_be_built():
    old = a_record(version="1.0")
    told = an_explanation(places={"unstable": (old,), "testing": (), "stable": ()})
    assert text(told, "package") == "1.2.3 is not built yet, 1.0 is"


def test_what_is_not_committed_and_what_no_project_makes_is_said():
    assert states(an_explanation(is_dirty=True))["commit"] is StageState.WAITING
    foreign = an_explanation(has_project=False)
    assert states(foreign)["commit"] is states(foreign)["recipe"] is StageState.ABSENT
    assert text(an_explanation(tag=""), "commit") == "c0ffeec0ff"


def test_what_is_there_already_is_no_step_ahead():
    there = a_step(result=PromotionResult.ALREADY_THERE, target="testing")
    ahead = a_step()
    assert steps_ahead(an_explanation(there, ahead)) == (ahead,)


@pytest.mark.parametrize(
    ("gate", "verdict", "more", "says"),
    [
        ("approved", Verdict.NEEDS_APPROVAL, {}, "sluice approve 'trips==1.2.3' --to stable"),
        ("owners", Verdict.NEEDS_APPROVAL, {}, "sluice approve 'trips==1.2.3' --to stable"),
        ("frozen", Verdict.WAITING, {}, "sluice thaw stable"),
        ("tested", Verdict.WAITING, {}, "sluice test 'trips==1.2.3' --to stable"),
        ("tested", Verdict.BLOCKED, {}, "sluice override 'trips==1.2.3' --gate tested"),
        ("signed-tag", Verdict.BLOCKED, {}, "sign another tag, or build what is tagged"),
        ("installable", Verdict.WAITING, {"needs": "hills >=2"}, "let hills >=2 climb"),
        (
            "installable",
            Verdict.BLOCKED,
            {"proposal": (RELEASE.path, "noarch/hills-2.0-0.conda")},
            "sluice promote trips hills --to stable",
        ),
    ],
)
def test_what_would_free_it_is_a_command(gate, verdict, more, says):
    assert says in remedy_of(Excuse(gate, verdict, "…", **more), a_step())


@pytest.mark.parametrize(
    ("gate", "verdict"),
    [
        ("tested", Verdict.PASS),
        ("license", Verdict.OVERRIDDEN),
        ("age", Verdict.WAITING),
        ("identity", Verdict.BLOCKED),
        ("versions", Verdict.NOT_ELIGIBLE),
    ],
)
def test_where_nothing_can_be_done_nothing_is_proposed(gate, verdict):
    assert remedy_of(Excuse(gate, verdict, "…"), a_step()) == ""
