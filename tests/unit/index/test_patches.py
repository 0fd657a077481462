import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conda_sluice.errors import DamagedError
from conda_sluice.index.patches import Instructions, parse_instructions

WHERE = "/channel/noarch/patch_instructions.json"
FILE, OLD = "trips-1-0.conda", "trips-1-0.tar.bz2"
ENTRY = {"name": "trips", "depends": ["python"], "license": "MIT", "size": 1}


def test_fields_are_replaced_added_and_taken_out():
    patches = Instructions(
        {"packages.conda": {FILE: {"depends": ["python <4"], "license": None, "track": "x"}}}
    )
    assert patches.apply(FILE, ENTRY) == {
        "name": "trips",
        "depends": ["python <4"],
        "size": 1,
        "track": "x",
    }
    assert patches.apply("other-1-0.conda", ENTRY) == ENTRY


def test_entry_is_not_changed_in_place():
    entry = json.loads(json.dumps(ENTRY))
    Instructions({"packages.conda": {FILE: {"size": 2}}, "revoke": [FILE]}).apply(FILE, entry)
    assert entry == ENTRY


def test_what_is_said_of_the_old_format_goes_for_the_new_one_unless_it_has_its_own():
    patches = Instructions(
        {"packages": {OLD: {"size": 2, "license": "X"}}, "packages.conda": {FILE: {"size": 3}}}
    )
    assert patches.apply(OLD, ENTRY) == ENTRY | {"size": 2, "license": "X"}
    assert patches.apply(FILE, ENTRY) == ENTRY | {"size": 3, "license": "X"}
    assert patches.files == {OLD, FILE}
    assert Instructions({"remove": [OLD]}).removes(FILE)
    assert not Instructions({"remove": [FILE]}).removes(OLD)


def test_revoked_package_cannot_be_solved():
    patched = Instructions({"revoke": [OLD]}).apply(FILE, ENTRY)
    assert patched["depends"] == ["python", "package_has_been_revoked"]
    assert patched["revoked"] is True


fields = st.dictionaries(
    st.sampled_from(["depends", "license", "deep"]),
    st.none() | st.lists(st.text(max_size=2), max_size=2) | st.dictionaries(st.text(), st.none()),
)
instructions = st.builds(
    lambda old, new, revoke, remove: Instructions(
        {"packages": old, "packages.conda": new, "revoke": revoke, "remove": remove}
    ),
    st.dictionaries(st.just(OLD), fields),
    st.dictionaries(st.just(FILE), fields),
    st.lists(st.sampled_from([OLD, FILE]), max_size=2),
    st.lists(st.sampled_from([OLD, FILE]), max_size=2),
)


@given(instructions, st.sampled_from([OLD, FILE]))
def test_applied_again_nothing_changes(patches, file):
    once = patches.apply(file, ENTRY)
    assert patches.apply(file, once) == once


@given(instructions, st.sampled_from([OLD, FILE]))
def test_what_is_about_a_file_patches_it_alike(patches, file):
    about = patches.about(file)
    assert about.apply(file, ENTRY) == patches.apply(file, ENTRY)
    assert not about.removes(file)


def test_patches_that_come_along_are_added_and_do_not_replace():
    here = Instructions({"packages.conda": {FILE: {"size": 2}}, "note": "ours"})
    there = Instructions({"packages.conda": {FILE: {"size": 3}}})
    other = Instructions(
        {"packages.conda": {"b-1-0.conda": {"size": 4}}, "revoke": ["b-1-0.conda"]}
    )
    assert here.with_more([there, Instructions()]) is here
    assert here.with_more([there, other]).document == {
        "patch_instructions_version": 1,
        "packages.conda": {FILE: {"size": 2}, "b-1-0.conda": {"size": 4}},
        "revoke": ["b-1-0.conda"],
        "note": "ours",
    }


def test_instructions_come_back_as_they_were():
    patches = Instructions({"packages.conda": {FILE: {"size": 2}}, "note": "ours", "remove": []})
    assert parse_instructions(patches.to_json(), WHERE) == patches


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "[" * 100_000,
        '{"patch_instructions_version": 2}',
        '{"packages": []}',
        '{"packages.conda": {"a-1-0.conda": []}}',
        '{"remove": {"a": 1}}',
        '{"revoke": [1]}',
    ],
)
def test_instructions_that_cannot_be_followed_are_refused(text):
    with pytest.raises(DamagedError, match=WHERE) as caught:
        parse_instructions(text.encode(), WHERE)
    assert caught.value.remedy
