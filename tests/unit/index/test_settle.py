from dataclasses import replace

import pytest

from conda_sluice.errors import DamagedError
from conda_sluice.index.kept import Kept, parse_kept
from conda_sluice.index.patches import Instructions
from conda_sluice.index.repodata import empty_repodata
from conda_sluice.index.settle import Change, Contents, settle
from conda_sluice.index.text import canonical
from conda_sluice.model.names import Subdir

NOARCH = Subdir("noarch")
A, B, C = "a-1-0.conda", "b-1-0.conda", "c-1-0.conda"
PLAIN_A, PLAIN_B = {"name": "a", "sha256": "aa"}, {"name": "b", "sha256": "bb"}
PATCHES = Instructions({"packages.conda": {A: {"license": "MIT"}}})
PATCHED_A = PLAIN_A | {"license": "MIT"}
EMPTY = Contents(NOARCH, canonical(empty_repodata(NOARCH), ""))


def after(contents, **change):
    """Settle as if the contents were read by a process that remembers nothing."""
    return replace(settle(contents, Change(**change)).contents, is_settled=False)


def as_read(contents):
    return replace(contents, is_settled=False)


def published(contents):
    return dict(contents.text.members())


BOTH = after(EMPTY, add={A: PLAIN_A, B: PLAIN_B})


def test_added_packages_are_published():
    assert published(BOTH) == {A: PLAIN_A, B: PLAIN_B}
    assert BOTH.kept == Kept()


@pytest.mark.parametrize(
    "change",
    [
        {"add": {B: PLAIN_B}},
        {"hide": frozenset([A])},
        {"show": frozenset([C])},
        {"drop": frozenset([A, C])},
    ],
)
def test_who_remembers_that_all_is_settled_ends_the_same(change):
    start = after(replace(EMPTY, patches=PATCHES), add={A: PLAIN_A, C: {"name": "c"}})
    start = after(start, hide=frozenset([C]))
    quick = settle(replace(start, is_settled=True), Change(**change))
    assert quick == settle(start, Change(**change))
    assert quick.has_new_text


def test_files_that_are_touched_are_told():
    def touched(contents, **change):
        return settle(contents, Change(**change)).touched

    assert touched(BOTH, add={C: {"name": "c"}}, drop=frozenset([A])) == {A, C}
    assert touched(BOTH, hide=frozenset([A])) == {A}
    assert touched(replace(BOTH, patches=PATCHES)) == {A}
    assert touched(BOTH, add={A: PLAIN_A}) == frozenset()


def test_nothing_to_do_is_no_change():
    assert after(BOTH) == BOTH
    assert after(BOTH).text is BOTH.text


def test_patched_entry_is_published_and_the_plain_one_kept():
    patched = after(replace(BOTH, patches=PATCHES))
    assert published(patched) == {A: PATCHED_A, B: PLAIN_B}
    assert patched.plain(A) == PLAIN_A
    assert after(patched) == patched


def test_patch_that_came_before_its_package_is_applied():
    patched = after(replace(EMPTY, patches=PATCHES), add={A: PLAIN_A})
    assert published(patched) == {A: PATCHED_A}


def test_patch_that_is_taken_back_leaves_no_trace():
    patched = after(replace(BOTH, patches=PATCHES))
    assert after(replace(patched, patches=Instructions())) == BOTH


def test_package_that_patches_remove_is_hidden_until_they_change():
    removing = after(replace(BOTH, patches=Instructions({"remove": [A]})))
    assert published(removing) == {B: PLAIN_B}
    assert removing.text.removed == (A,)
    assert removing.hidden == {A: PLAIN_A}
    assert after(replace(removing, patches=Instructions())) == BOTH


def test_hidden_package_comes_back_as_it_was():
    hidden = after(BOTH, hide=frozenset([A]))
    assert published(hidden) == {B: PLAIN_B}
    assert hidden.text.removed == (A,)
    assert hidden.hidden == {A: PLAIN_A}
    assert after(hidden, show=frozenset([A])) == BOTH


def test_patched_package_that_was_hidden_is_patched_when_it_comes_back():
    patched = after(replace(BOTH, patches=PATCHES))
    hidden = after(patched, hide=frozenset([A]))
    assert hidden.hidden == {A: PLAIN_A}
    assert after(hidden, show=frozenset([A])) == patched


def test_removed_package_leaves_no_trace_whether_hidden_or_not():
    hidden = after(BOTH, hide=frozenset([A]))
    assert after(hidden, drop=frozenset([A])) == after(BOTH, drop=frozenset([A]))
    assert published(after(hidden, drop=frozenset([A]))) == {B: PLAIN_B}


def test_what_another_tool_removed_stays_in_its_list():
    outer = {**BOTH.text.outer, "removed": ["gone-1-0.conda", "back-1-0.conda"]}
    foreign = replace(BOTH, text=BOTH.text.changed({}, outer))
    grown = after(foreign, add={"back-1-0.conda": {"name": "back"}})
    assert grown.text.removed == ("gone-1-0.conda",)
    assert grown.hidden == {}


def test_index_that_another_tool_made_anew_is_patched_and_hides_again():
    hidden = after(replace(BOTH, patches=PATCHES), hide=frozenset([B]))
    anew = replace(hidden, text=BOTH.text)
    assert after(anew) == hidden


def test_other_package_of_the_same_name_that_another_tool_indexed_is_taken_as_it_is():
    patched = after(replace(BOTH, patches=PATCHES))
    other = {"name": "a", "sha256": "cc"}
    foreign = replace(patched, text=patched.text.changed({A: other}, patched.text.outer))
    assert foreign.plain(A) == other
    assert published(after(foreign))[A] == other | {"license": "MIT"}


@pytest.mark.parametrize("verb", ["hide", "show", "drop"])
def test_crash_before_the_index_loses_nothing(verb):
    """What is kept is written first: settled again, the change is done or was never begun."""
    before = after(replace(BOTH, patches=PATCHES), hide=frozenset([B]))
    change = Change(**{verb: frozenset([A, B])})
    done = settle(before, change)
    crashed = replace(before, kept=done.meanwhile)
    assert crashed.plain(A) == PLAIN_A
    assert crashed.plain(B) == PLAIN_B
    assert after(crashed) in (before, as_read(done.contents))
    assert settle(crashed, change).contents == done.contents


@pytest.mark.parametrize("verb", ["hide", "show", "drop"])
def test_crash_behind_the_index_is_the_change(verb):
    before = after(replace(BOTH, patches=PATCHES), hide=frozenset([B]))
    done = settle(before, Change(**{verb: frozenset([A, B])}))
    crashed = replace(done.contents, kept=done.meanwhile, is_settled=False)
    assert after(crashed) == as_read(done.contents)


def test_name_of_a_hidden_package_that_was_removed_before_a_crash_is_free():
    hidden = after(BOTH, hide=frozenset([A]))
    done = settle(hidden, Change(drop=frozenset([A])))
    crashed = replace(done.contents, kept=done.meanwhile, is_settled=False)
    assert published(after(crashed, add={A: PLAIN_A}))[A] == PLAIN_A


def test_kept_comes_back_as_it_was():
    kept = Kept({A: PLAIN_A, B: PLAIN_B}, frozenset([A]))
    assert parse_kept(kept.to_json(), "") == kept


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"entries": {"a": 1}, "hidden": []}',
        '{"entries": {}, "hidden": [1]}',
        '{"entries": {"../../x-1-0.conda": {}}, "hidden": []}',
        '{"entries": {}, "hidden": ["/etc/x-1-0.conda"]}',
    ],
)
def test_kept_that_is_damaged_is_named(text):
    with pytest.raises(DamagedError, match=r"kept\.json") as caught:
        parse_kept(text.encode(), "kept.json")
    assert caught.value.remedy
