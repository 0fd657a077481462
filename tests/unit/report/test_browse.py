"""Pages for those who browse: all that is known, in its place, and nothing of it does anything."""

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.config import (
    AgeGate,
    InstallableGate,
    Rung,
    SameAsCandidateGate,
    TestedGate,
    VersionPolicy,
)
from conda_sluice.model.event import EventKind
from conda_sluice.model.explanation import TestResult
from conda_sluice.model.outcome import Excuse, PromotionResult, Verdict
from conda_sluice.model.view import Asked, ChannelView, LadderView, PackageView
from conda_sluice.report.browse.channel import channel_page
from conda_sluice.report.browse.front import front_page
from conda_sluice.report.browse.listing import PER_PAGE, listed
from conda_sluice.report.browse.package import package_page
from conda_sluice.report.browse.trouble import trouble_page
from conda_sluice.report.measures import day_of, kind_of_gate, size_of
from explanations import a_step, a_told_test, an_explanation
from factories import a_record, an_event
from page import Page

HOSTILE = "</style></title><script>alert(1)</script><img src=x onerror='alert(2)'>\"'&{{ 7*7 }}"
BASE = "http://lab:8000"
MADE = "2026-01-31 12:00:00"
ONE, TWO = a_record(version="1.0"), a_record(version="2.0")


def a_rung(name, *gates, versions=VersionPolicy.ANY):
    return Rung(channel=ChannelRef(name, f"file:///{name}"), gates=gates, versions=versions)


def a_ladder(unstable=(TWO, ONE), testing=(ONE,), hidden=(), host=(), **more):
    return LadderView(
        rungs=(
            ChannelView(name="unstable", rung=a_rung("unstable"), records=unstable, hidden=hidden),
            ChannelView(name="testing", rung=a_rung("testing", TestedGate()), records=testing),
        ),
        upstream=(
            ChannelView(name="host", records=host),
            ChannelView(name="forge", url="https://conda.example/forge"),
        ),
        **more,
    )


def front(ladder=None, steps=None, search="", number=1, **more):
    asked = Asked(BASE, search, number)
    return Page(front_page(ladder or a_ladder(), steps or {}, asked, MADE, **more))


def channel(ladder=None, name="unstable", search="", number=1):
    ladder = ladder or a_ladder()
    (view,) = (one for one in ladder.channels if one.name == name)
    return Page(channel_page(ladder, view, Asked(BASE, search, number), MADE))


def package(*steps, ladder=None, **fields):
    ladder = ladder or a_ladder()
    places = {one.name: one.records for one in ladder.rungs}
    told = an_explanation(*steps, places=places, has_project=False, **fields)
    view = PackageView(told=told, ladder=ladder)
    return Page(package_page(view, Asked(BASE), MADE))


def everything(text):
    """Return all pages, a stranger's text standing wherever one can."""
    record = a_record(name=text, version=text, build=text, file=f"{text}-{text}-{text}.conda")
    ladder = LadderView(
        rungs=(
            ChannelView(name=text, rung=a_rung(text), records=(record,)),
            ChannelView(name="yanking", rung=a_rung("yanking"), hidden=(record,)),
        ),
        upstream=(ChannelView(name=text, url=f"https://x/{text}"),),
    )
    excuse = Excuse(text, Verdict.BLOCKED, text, needs=text, proposal=(text,), details=(text,))
    step = a_step(excuse, record=record, target=text)
    told = an_explanation(
        step,
        name=text,
        places={"unstable": (record,), "testing": (), "stable": ()},
        has_project=False,
        tests=(a_told_test(TestResult.NOT_PASSED, version=text, reason=text, target=text),),
        history=(an_event(text, EventKind.OVERRIDDEN, data={"why": text, "gate": text}),),
    )
    asked = Asked(BASE)
    view = PackageView(told=told, ladder=ladder)
    return (
        front_page(ladder, {record.name: (step,)}, asked, MADE),
        front_page(ladder, {}, Asked(BASE, f"{text}?"), MADE, gates=text),
        channel_page(ladder, ladder.rungs[0], asked, MADE),
        package_page(view, asked, MADE, gates=text),
        trouble_page(text, text, "./", MADE),
    )


def test_a_hostile_text_is_shown_and_does_nothing():
    for plain, hostile in zip(
        map(Page, everything("plain")), map(Page, everything(HOSTILE)), strict=True
    ):
        assert hostile.tags == plain.tags
        assert [name for name, _ in hostile.attributes] == [name for name, _ in plain.attributes]


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=20))
def test_whatever_the_text_the_pages_are_the_same(text):
    for plain, found in zip(everything("a/b"), everything(f"a{text}/b"), strict=True):
        assert Page(found).tags == Page(plain).tags


def test_links_stay_on_the_server_and_nothing_is_loaded_or_run():
    for text in everything(HOSTILE):
        found = Page(text)
        assert not {"script", "link", "img", "iframe", "object"} & set(found.tags)
        assert not {"src", "style", "onload", "onerror"} & {name for name, _ in found.attributes}
        assert "url(" not in text
        links = [one for one in found.values("href") if not one.startswith("https://x/")]
        assert not [one for one in links if ":" in one or one.startswith("/")]


def test_the_front_page_shows_the_ladder_in_its_order_with_counts_and_gates():
    found = front()
    assert found.text.startswith(
        "unstable → testing unstable → testing unstable 1 package, 2 files"
    )
    assert "testing 1 package, 1 file gates: tested" in found.text


def test_the_front_page_says_how_far_each_package_has_come_and_what_holds_it():
    excuses = Excuse("tested", Verdict.WAITING, "x"), Excuse("versions", Verdict.PASS, "y")
    step = a_step(*excuses, record=TWO, target="testing", result=PromotionResult.WAITING)
    there = a_step(record=ONE, target="testing", result=PromotionResult.ALREADY_THERE)
    found = front(steps={TWO.name: (there, step)})
    assert "trips 2.0 1.0 … 2.0 for testing: waits (tested)" in found.text


def test_the_highest_version_is_shown_not_the_one_that_was_made_last():
    new = a_record(version="10.0", timestamp=1)
    assert "trips 10.0 1.0" in front(a_ladder(unstable=(TWO, ONE, new)), steps={}).text


def test_the_front_page_says_why_nothing_is_said_of_gates():
    assert "wait a moment" in front(gates="wait a moment").text


def test_the_lines_to_install_name_every_channel_that_is_needed():
    line = f"-c {BASE}/testing -c {BASE}/host -c https://conda.example/forge NAME"
    assert f"conda install -c {BASE}/unstable {line}" in front().text
    assert f"conda install {line}" in front().text


def test_an_empty_ladder_says_so():
    assert "The ladder is empty" in front(a_ladder((), ())).text


def test_a_channel_page_shows_builds_sizes_days_and_licences():
    found = channel()
    assert "trips 2.0 h0123456_0 noarch 1.2 kB 2026-01-01 BSD-3-Clause 1.0" in found.text
    assert "noarch/trips-2.0-h0123456_0.conda" in found.values("href")
    assert "../-/package/trips" in found.values("href")


def test_a_channel_page_shows_what_is_yanked():
    found = channel(a_ladder(unstable=(TWO,), hidden=(ONE,)))
    assert "1 package, 1 file, 1.2 kB, 1 yanked" in found.text
    assert "1.0 yanked h0123456_0" in found.text


def test_a_channel_that_dependencies_come_from_has_a_page_too():
    found = channel(a_ladder(host=(a_record("python"),)), "host")
    assert "where dependencies come from" in found.text
    assert f"conda install -c {BASE}/host NAME" in found.text


def test_many_files_of_one_package_are_left_to_its_own_page():
    many = tuple(a_record(version=f"1.{number}") for number in range(20))
    found = channel(a_ladder(unstable=many))
    assert "and 12 more" in found.text
    assert "1.19" in found.text
    assert "1.0 " not in found.text


def test_a_search_is_kept_from_page_to_page_and_escaped():
    many = tuple(a_record(f"trips-{number:03}&") for number in range(PER_PAGE + 1))
    found = channel(a_ladder(unstable=many), search="trips- &")
    assert f"page 1 of 2, {PER_PAGE + 1} packages" in found.text
    assert "?q=trips-+%26&page=2" in [one.replace("%20", "+") for one in found.values("href")]
    assert "trips- &" in found.values("value")
    last = channel(a_ladder(unstable=many), search="trips- &", number=2)
    assert f"trips-{PER_PAGE:03}&" in last.text


def test_what_is_not_found_is_told():
    assert "No package is called so" in channel(search="nothing").text
    assert "No package is called so" in front(search="nothing").text


def test_a_package_page_tells_of_each_version_where_it_stands():
    found = package(ladder=a_ladder(host=(ONE,)))
    assert "2.0 ✓ unstable" in found.text
    assert "1.0 ✓ unstable ✓ testing ✓ host" in found.text
    assert f"conda install -c {BASE}/testing -c {BASE}/host" in found.text
    assert "trips==1.0" in found.text
    assert "../../unstable/noarch/trips-2.0-h0123456_0.conda" in found.values("href")
    assert TWO.sha256 in found.text


def test_a_package_page_tells_what_holds_a_version_and_what_would_free_it():
    excuse = Excuse("approved", Verdict.NEEDS_APPROVAL, "2.0 is a new major version")
    step = a_step(excuse, record=TWO, target="testing", result=PromotionResult.WAITING)
    found = package(step)
    assert "2.0 ✓ unstable … testing" in found.text
    assert "approved needs approval 2.0 is a new major version" in found.text
    assert "sluice approve 'trips==2.0' --to testing" in found.text


def test_a_package_page_tells_tests_and_history_of_each_version():
    event = an_event(kind=EventKind.PROMOTED, data={"transaction": "f00d"})
    found = package(tests=(a_told_test(version="2.0"),), history=(event,), ladder=a_ladder())
    assert "2.0 for testing passed 10 tests" in found.text
    assert "linux-64, highest, 2026-01-31T12:00:00.000Z" in found.text
    gone = found.text.partition("In no channel any more")[2]
    assert "1.2.3" in gone
    assert "in transaction f00d" in gone


def test_an_event_of_a_file_that_names_no_version_is_told_all_the_same():
    event = replace(an_event(kind=EventKind.PRUNED), file="trips.zip")
    assert "More history" in package(history=(event,)).text


def test_a_package_page_shows_what_is_yanked_and_no_line_to_install_it():
    found = package(ladder=a_ladder(unstable=(TWO,), testing=(), hidden=(ONE,)))
    assert "1.0 ✗ unstable, yanked" in found.text
    assert "yanked from unstable" in found.text
    assert "trips==1.0" not in found.text


def test_no_folder_of_this_machine_is_shown():
    assert "/work/trips" not in package(root="/work/trips").text


@pytest.mark.parametrize(
    ("search", "names"),
    [("", ["a-trips", "b", "trips"]), ("TRIPS", ["a-trips", "trips"]), ("tr a", ["a-trips"])],
)
def test_each_word_must_be_in_the_name(search, names):
    assert list(listed(["b", "trips", "a-trips", "b"], search, 1).names) == names


def test_beyond_the_last_page_there_is_the_last_page():
    found = listed(map(str, range(120)), "", 99)
    assert (found.number, found.pages, len(found.names)) == (3, 3, 20)
    assert listed([], "", 5).pages == 1


def test_sizes_days_and_gates_are_written_as_people_write_them():
    assert [size_of(one) for one in (0, 999, 1000, 12_345_678, 10**13)] == [
        "0 B",
        "999 B",
        "1.0 kB",
        "12.3 MB",
        "10000.0 GB",
    ]
    assert (day_of(0), day_of(1767225600000), day_of(10**30)) == ("", "2026-01-01", "")
    gates = (TestedGate(), InstallableGate(), SameAsCandidateGate(), AgeGate(7))
    assert [kind_of_gate(one) for one in gates] == [
        "tested",
        "installable",
        "same-as-candidate",
        "age",
    ]


def test_a_big_channel_has_its_pages_within_a_second():
    many = tuple(a_record(f"p{number % 7000}", f"1.{number}") for number in range(20_000))
    ladder = a_ladder(unstable=many, testing=many[::2])
    start = time.perf_counter()
    channel(ladder)
    front(ladder, steps={})
    assert time.perf_counter() - start < 2.0
