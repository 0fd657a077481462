"""The page on a package: whole in one file, every text escaped, every state shown."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conda_sluice.model.event import EventKind
from conda_sluice.model.explanation import StageState, TestResult
from conda_sluice.model.outcome import Excuse, PromotionResult, Verdict
from conda_sluice.report.explain_html import explanation_html
from conda_sluice.report.told import MARKS, RESULTS, TESTS, VERDICTS
from conda_sluice.report.visible import visible
from explanations import a_step, a_told_test, an_explanation
from factories import a_record, an_event
from page import Page

HOSTILE = "</style></title><script>alert(1)</script><img src=x onerror='alert(2)'>\"'&{{ 7*7 }}"


def page(*steps, **fields):
    return Page(explanation_html(an_explanation(*steps, **fields), "2026-01-31 12:00:00"))


def everything(text):
    """Return a page in which a stranger's text stands wherever one can."""
    record = a_record(name=text, version=text, build=text, file=text)
    excuse = Excuse(text, Verdict.BLOCKED, text, needs=text, proposal=(text,), details=(text,))
    told = an_explanation(
        a_step(excuse, record=record, target=text),
        name=text,
        root=f"/{text}",
        tag=text,
        places={"unstable": (record,), text: ()},
        tests=(a_told_test(TestResult.NOT_PASSED, reason=text, target=text, log=Path(text)),),
        history=(an_event(text, EventKind.OVERRIDDEN, data={"why": text, "gate": text}),),
    )
    return explanation_html(told, "now")


def test_a_hostile_text_is_shown_and_does_nothing():
    plain, hostile = Page(everything("plain")), Page(everything(HOSTILE))
    assert hostile.tags == plain.tags
    assert hostile.attributes == plain.attributes
    assert "{{ 7*7 }}" in hostile.text
    assert "alert(1)" in hostile.text


@given(st.text(max_size=30))
def test_whatever_the_text_the_page_is_the_same(text):
    found = Page(everything(f"a{text}/b"))
    assert found.tags == Page(everything("a/b")).tags


def test_nothing_is_loaded_from_elsewhere_and_nothing_runs():
    text = everything("plain")
    found = Page(text)
    assert not {"script", "link", "img", "iframe", "object", "a"} & set(found.tags)
    assert not {name for name, _ in found.attributes} & {"src", "href", "style", "onload"}
    assert "url(" not in text
    assert "@import" not in text
    assert ("content", "default-src 'none'; style-src 'unsafe-inline'") in found.attributes


def test_what_cannot_be_seen_is_spelled_out():
    assert visible("a\u202eb\x1b[31m\r\0c\nd\ud800") == "a\\u202eb\\x1b[31m\\r\\x00c\nd\\ud800"
    assert "\u202e" not in everything("a\u202eb")
    assert visible("ä 漢 ✓") == "ä 漢 ✓"


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_has_its_words_and_its_sign(verdict):
    state, words = VERDICTS[verdict]
    found = page(a_step(Excuse("license", verdict, "as the gate says")))
    assert f"{MARKS[state]} license {words} as the gate says" in found.text
    assert ("class", state.value) in found.attributes


@pytest.mark.parametrize("result", PromotionResult)
def test_every_result_has_its_words(result):
    found = page(a_step(result=result))
    is_ahead = result is not PromotionResult.ALREADY_THERE
    assert (f"on its way to stable {RESULTS[result][1]}" in found.text) is is_ahead


@pytest.mark.parametrize("result", TestResult)
def test_every_test_is_told(result):
    found = page(tests=(a_told_test(result, reason="why", log=Path("/l/test.log")),))
    assert MARKS[TESTS[result]] in found.text
    assert "why log /l/test.log" in found.text


def test_states_have_signs_of_their_own():
    assert len({MARKS[state] for state in StageState}) == len(StageState)


def test_a_passed_test_says_how_many_and_beside_how_many_packages():
    found = page(tests=(a_told_test(), a_told_test(tests=1, packages=1)))
    assert "passed 10 tests in an environment of 21 packages" in found.text
    assert "passed 1 test in an environment of 1 package" in found.text


def test_the_history_names_the_transaction():
    assert "in transaction f00d" in page().text


def test_a_package_of_which_little_is_known_has_a_page():
    nowhere = dict.fromkeys(("unstable", "testing", "stable"), ())
    found = page(places=nowhere, history=(), has_project=False)
    assert "no project of channels.yaml has this name" in found.text
    assert "table" not in found.tags
