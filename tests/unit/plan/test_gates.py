"""Each gate's question, answered from evidence alone."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.config import (
    AgeGate,
    ApprovedGate,
    LicenseGate,
    MonotonicGate,
    OwnersGate,
    ReleaseLevel,
    Rung,
    SignedTagGate,
    TestedGate,
)
from conda_sluice.model.evidence import Evidence, SignedWord
from conda_sluice.model.outcome import Excuse, Verdict
from conda_sluice.model.statement import StatementKind
from conda_sluice.plan.gates import age, licensed, overriding, owners
from conda_sluice.plan.gates.alone import judge_alone
from conda_sluice.plan.gates.approved import newest_below, release_level
from conda_sluice.plan.gates.overriding import approvers_of, overriders_of, with_overrides
from factories import a_record
from plans import an_origin

APPROVERS = Path("approvers")
NOW = "2026-01-31T12:00:00.000Z"


def a_rung(*gates, overriders=None):
    channel = ChannelRef("stable", "file:///stable")
    return Rung(channel=channel, gates=gates, overriders=overriders)


def a_word(kind=StatementKind.APPROVAL, **fields):
    return SignedWord(kind=kind, signer="qa@example.org", why="seen", **fields)


def an_override(gate, until="2026-02-01", **fields):
    return a_word(StatementKind.OVERRIDE, gate=gate, until=until, **fields)


def evidence(version="1.2.3", **fields):
    return Evidence(
        record=a_record(version=version), origin=an_origin(), now=NOW, actor="ada", **fields
    )


def verdicts(found, rung, *present):
    versions = [a_record(version=one) for one in present]
    return {excuse.gate: excuse for excuse in judge_alone(found, rung, versions)}


@pytest.mark.parametrize(
    ("version", "before", "level"),
    [
        ("1.2.3", "1.2.2", "patch"),
        ("1.2.3", "1.2.3rc1", "patch"),
        ("1.3.0", "1.2.9", "minor"),
        ("1.3", "1.2.9", "minor"),
        ("1.3", "1.3.0.1", "patch"),
        ("2.0", "1.9", "major"),
        ("1!1.0", "2.0", "major"),
        ("1.2_3", "1.2_2", "patch"),
        ("1.0", "", "major"),
        ("0.0.1", "", "major"),
        ("abc", "abb", "major"),
        ("abc", "1.0", "major"),
        ("abc", "", "major"),
    ],
)
def test_the_first_number_that_differs_says_how_far_a_release_goes(version, before, level):
    assert release_level(version, before) is ReleaseLevel(level)


def test_a_release_is_compared_with_the_newest_one_below_it():
    assert newest_below("1.2.4", ["1.2.3", "2.0", "1.2.3rc1", "1.1"]) == "1.2.3"
    assert newest_below("1.0", ["1.0", "2.0"]) == ""


def test_versions_that_conda_cannot_read_are_below_nothing_and_above_nothing():
    assert newest_below("1.0", ["1..2", "0.9"]) == "0.9"
    assert newest_below("1..2", ["0.9"]) == ""


FEATURES = ApprovedGate(
    approvers=APPROVERS, levels=frozenset({ReleaseLevel.MAJOR, ReleaseLevel.MINOR})
)


def test_bug_fixes_climb_by_themselves_and_features_wait_for_a_person():
    rung = a_rung(FEATURES)
    assert verdicts(evidence("1.2.4"), rung, "1.2.3")["approved"].verdict is Verdict.PASS
    waiting = verdicts(evidence("1.3.0"), rung, "1.2.3")["approved"]
    assert waiting.verdict is Verdict.NEEDS_APPROVAL
    assert "a minor release after 1.2.3 of trips in stable" in waiting.text
    approved = verdicts(evidence("1.3.0", words=(a_word(),)), rung, "1.2.3")["approved"]
    assert (approved.verdict, approved.text) == (Verdict.PASS, "qa@example.org approved it: seen")


def test_an_approval_that_does_not_count_is_named():
    bad = a_word(reason="its SSH key is not among the allowed signers")
    found = verdicts(evidence(words=(bad,)), a_rung(FEATURES))["approved"]
    assert found.verdict is Verdict.NEEDS_APPROVAL
    assert "the approval by qa@example.org does not count: its SSH key is not" in found.text


def test_an_override_is_no_approval():
    found = verdicts(evidence(words=(an_override("tested"),)), a_rung(FEATURES))["approved"]
    assert found.verdict is Verdict.NEEDS_APPROVAL


@pytest.mark.parametrize(
    ("arrived", "verdict"),
    [
        ("2026-01-24T12:00:00.000Z", Verdict.PASS),
        ("2026-01-24T12:00:00.001Z", Verdict.WAITING),
        ("2026-02-01T00:00:00.000Z", Verdict.BLOCKED),
        ("", Verdict.BLOCKED),
    ],
)
def test_age_is_counted_in_whole_days_and_the_future_is_no_age(arrived, verdict):
    assert age.judge(evidence(arrived=arrived), AgeGate(7)).verdict is verdict


def test_a_version_below_one_from_earlier_sources_is_refused():
    found = verdicts(evidence(overtaken_by="1.3.0"), a_rung(MonotonicGate()))["monotonic"]
    assert found.verdict is Verdict.BLOCKED
    assert "stable holds 1.3.0, which was built from earlier sources" in found.text
    assert verdicts(evidence(), a_rung(MonotonicGate()))["monotonic"].verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("MIT", True),
        ("mit", True),
        ("MIT OR GPL-3.0-only", True),
        ("MIT AND GPL-3.0-only", False),
        ("(MIT OR GPL-3.0-only) AND BSD-3-Clause", True),
        ("BSD-3-Clause WITH GCC-exception-3.1", True),
        ("GPL-3.0-only", False),
        ("Zlib", False),
        ("", False),
        ("MIT OR OR", False),
        ("()", False),
        (" ", False),
    ],
)
def test_a_licence_passes_when_one_way_through_it_is_allowed(text, passes):
    gate = LicenseGate(allow=("MIT", "BSD-3-Clause"), deny=("GPL-3.0-only",))
    found = replace(evidence(), record=replace(a_record(), license=text))
    assert (licensed.judge(found, gate, "stable").verdict is Verdict.PASS) is passes


def test_without_a_list_of_allowed_ones_only_the_denied_are_refused():
    found = replace(evidence(), record=replace(a_record(), license="Zlib"))
    assert licensed.judge(found, LicenseGate(deny=("MIT",)), "stable").verdict is Verdict.PASS


def test_an_owner_promotes_or_approves():
    assert owners.judge(evidence(owners=("ada",))).verdict is Verdict.PASS
    other = evidence(owners=("bob", "qa@example.org"))
    assert owners.judge(other).verdict is Verdict.NEEDS_APPROVAL
    assert owners.judge(replace(other, words=(a_word(),))).verdict is Verdict.PASS
    bad = a_word(reason="it is not signed")
    assert owners.judge(replace(other, words=(bad,))).verdict is Verdict.NEEDS_APPROVAL


@pytest.mark.parametrize("who", [None, ()])
def test_what_nobody_owns_is_published_by_nobody(who):
    assert owners.judge(evidence(owners=who)).verdict is Verdict.BLOCKED


def test_a_frozen_channel_says_who_closed_it_and_why():
    found = verdicts(evidence(frozen="bob: release week"), a_rung(OwnersGate()))
    assert (found["frozen"].verdict, found["frozen"].text) == (
        Verdict.WAITING,
        "stable is frozen: bob: release week",
    )


def test_who_may_override_are_those_named_or_those_who_sign_or_approve():
    signed, approved = SignedTagGate(Path("signers")), FEATURES
    assert overriders_of(a_rung(TestedGate())) is None
    assert overriders_of(a_rung(approved)) == APPROVERS
    assert overriders_of(a_rung(approved, signed)) == Path("signers")
    assert overriders_of(a_rung(signed, overriders=Path("bosses"))) == Path("bosses")
    assert (approvers_of(a_rung(signed)), approvers_of(a_rung(approved))) == (None, APPROVERS)


HOLDING = Excuse("tested", Verdict.BLOCKED, "tests did not pass")


def test_an_override_says_who_why_and_until_when():
    (found,) = with_overrides([HOLDING], evidence(words=(an_override("tested"),)))
    assert found.verdict is Verdict.OVERRIDDEN
    assert found.text == (
        "tests did not pass (overridden by qa@example.org until 2026-02-01: seen)"
    )


@pytest.mark.parametrize(
    ("word", "says"),
    [
        (an_override("tested", until="2026-01-30"), "it ended on 2026-01-30"),
        (an_override("tested", until="20260130"), "it ended on 20260130"),
        (an_override("tested", until="soon"), "it ended on soon"),
        (an_override("tested", reason="it is not signed"), "it is not signed"),
    ],
)
def test_an_override_that_does_not_hold_is_named(word, says):
    (found,) = with_overrides([HOLDING], evidence(words=(word,)))
    assert found.verdict is Verdict.BLOCKED
    assert says in found.text


def test_the_last_day_of_an_override_counts():
    word = an_override("tested", until="2026-01-31")
    (found,) = with_overrides([HOLDING], evidence(words=(word,)))
    assert found.verdict is Verdict.OVERRIDDEN


@given(
    gate=st.sampled_from(["tested", "age", *overriding.NEVER]),
    verdict=st.sampled_from(Verdict),
    about=st.sampled_from(["tested", "age", *overriding.NEVER]),
)
def test_only_what_holds_and_was_named_is_overridden(gate, verdict, about):
    excuse = Excuse(gate, verdict, "so it is")
    (found,) = with_overrides([excuse], evidence(words=(an_override(about),)))
    holds = verdict in {Verdict.WAITING, Verdict.BLOCKED, Verdict.NEEDS_APPROVAL}
    if holds and gate == about and gate not in overriding.NEVER:
        assert found.verdict is Verdict.OVERRIDDEN
    else:
        assert found == excuse
