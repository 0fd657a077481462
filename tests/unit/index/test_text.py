import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conda_sluice.errors import DamagedError
from conda_sluice.index.repodata import empty_repodata, parse_repodata
from conda_sluice.index.text import canonical, located
from conda_sluice.model.names import Subdir
from factories import an_index

NOARCH = Subdir("noarch")
WHERE = "/channel/noarch/repodata.json"

FOREIGN = {
    "info": {"subdir": "noarch", "base_url": "../files/", "created_by": "another tool"},
    "packages": {"old-1.0-0.tar.bz2": {"name": "old", "version": "1.0", "build": "0"}},
    "packages.conda": {},
    "packages.later": {"new-1.0-0.conda": {"name": "new"}},
    "removed": ["gone-1-0.conda"],
    "repodata_version": 2,
    "signatures": {"old-1.0-0.tar.bz2": {}},
    "v3": {"whl": {"old-1.0-0.whl": {}}},
}


def parse(document):
    return parse_repodata(json.dumps(document).encode(), NOARCH, WHERE)


def named(file, **entry):
    return entry | {"name": file.rsplit("-", 2)[0]}


def text_of(document):
    return canonical(parse(document), WHERE)


def dumped(document):
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def test_canonical_text_is_sorted_json_without_white_space():
    assert text_of(FOREIGN).data == dumped(FOREIGN)


def test_sections_that_are_not_there_are_made():
    assert json.loads(text_of({}).data) == {"packages": {}, "packages.conda": {}}


def test_entry_is_found_in_either_section():
    text = text_of(FOREIGN | {"packages.conda": {"a-1-0.conda": an_index("a")}})
    assert text.entry("a-1-0.conda") == an_index("a")
    assert text.entry("old-1.0-0.tar.bz2") == FOREIGN["packages"]["old-1.0-0.tar.bz2"]
    assert text.entry("a-1-0.tar.bz2") is None
    assert text.entry("zzz-1-0.conda") is None


def test_packages_of_a_name_are_found():
    files = [f"{name}-1-0{end}" for name in ("a", "a-b", "ab") for end in (".conda", ".tar.bz2")]
    document = {
        "packages": {file: named(file, f=file) for file in files if file.endswith("2")},
        "packages.conda": {file: named(file, f=file) for file in files if file.endswith("a")},
    }
    text = text_of(document)
    everything = {file: named(file, f=file) for file in files}
    assert dict(text.members()) == everything
    assert list(text.named("a")) == ["a-1-0.tar.bz2", "a-1-0.conda"]
    assert text.named("c") == {}
    assert [name for name, _ in text.by_name()] == ["a", "a-b", "ab"]
    assert {file: one for _, found in text.by_name() for file, one in found.items()} == everything
    assert text.count == 6


def test_index_without_packages_has_no_members():
    text = canonical(empty_repodata(NOARCH), WHERE)
    assert list(text.members()) == []
    assert text.entry("a-1-0.conda") is None


def test_package_in_the_wrong_section_moves_when_it_is_replaced():
    files = ["a-1-0.conda", "b-1-0.conda"]
    text = text_of({"packages": {file: named(file) for file in files}})
    changed = text.changed({files[0]: named(files[0], n=3)}, text.outer)
    assert json.loads(changed.data) == {
        "packages": {files[1]: named(files[1])},
        "packages.conda": {files[0]: named(files[0], n=3)},
    }
    assert changed.count == 2


@pytest.mark.parametrize(
    "entry",
    [
        {"deeper": {"b-1-0.conda": {}}},
        {"deeper": {"x": 1, "b-1-0.conda": {"name": "b"}}},
        {"list": [{"b-1-0.tar.bz2": {}}]},
        {"name": "b"},
        {},
        None,
        [],
    ],
)
def test_entry_in_which_the_search_would_go_astray_is_refused(entry):
    document = {"packages.conda": {"a-1-0.conda": entry}}
    with pytest.raises(DamagedError, match=r"a-1-0\.conda"):
        text_of(document)


@pytest.mark.parametrize(
    "file", ["../a-1-0.conda", "/a-1-0.conda", "\ud800-1-0.conda", "x\n-1-0.conda"]
)
def test_name_that_is_none_is_not_hidden_behind_one_that_is(file):
    entry = {"name": file.rsplit("-", 2)[0], "deeper": {"b-1-0.conda": {}}}
    with pytest.raises(DamagedError, match="is no package"):
        text_of({"packages.conda": {file: entry}})


def test_entry_in_which_the_search_would_go_astray_is_not_added():
    entry = {"deeper": {"b-1-0.conda": {}}}
    with pytest.raises(DamagedError, match=r"a-1-0\.conda"):
        text_of({}).changed({"a-1-0.conda": entry}, {})


def test_what_somebody_remembers_is_found_again():
    text = text_of(FOREIGN)
    assert located(text.data, text.spans, text.count) == text


@pytest.mark.parametrize(
    "spans", [((-1, 5), (6, 7)), ((9, 5), (6, 7)), ((1, 2), (3, 10_000)), ((1, 2), (3, 4))]
)
def test_places_that_cannot_be_are_not_believed(spans):
    assert located(text_of(FOREIGN).data, spans, 1) is None


# Texts made of what a search could stumble over.
tricky = st.text('"\\{}[],:a-1.conda0 \u00e9\n', max_size=12) | st.sampled_from(
    ['},"a-1-0.conda":{', '"a-1-0.conda":{', "},", '":{', ',"a-1-0.conda', "a-1-0.conda"]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | tricky,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(tricky, inner, max_size=3),
    max_leaves=8,
)
entries = st.dictionaries(tricky, values, max_size=3)
files = st.builds(
    "{}-{}-0{}".format,
    st.sampled_from(["a", "aa", "a-a", "b", "_c"]),
    st.sampled_from(["1", "1.0", "1!2", "2+l"]),
    st.sampled_from([".conda", ".tar.bz2"]),
)
outers = st.dictionaries(
    tricky.filter(lambda key: not key.startswith(("packages", "info", "removed"))), values
)


def sections(members):
    return {
        "packages": {file: one for file, one in members.items() if file.endswith("2")},
        "packages.conda": {file: one for file, one in members.items() if file.endswith("a")},
    }


def all_named(members):
    return {file: None if entry is None else entry | named(file) for file, entry in members.items()}


@settings(deadline=None)
@given(st.dictionaries(files, entries), st.dictionaries(files, st.none() | entries), outers)
def test_splicing_ends_where_parsing_and_writing_anew_ends(before, edits, outer):
    before, edits = all_named(before), all_named(edits)
    expected = {file: entry for file, entry in {**before, **edits}.items() if entry is not None}
    try:
        wanted = text_of(outer | sections(expected))
        start = text_of(outer | sections(before))
    except DamagedError:
        return  # nests an object under the name of a package file: refused
    changed = start.changed(edits, outer)
    assert changed == wanted
    assert changed.data == dumped(outer | sections(expected))
    assert located(changed.data, changed.spans, changed.count) == changed
    assert changed.count == len(expected)
    for file in {*before, *edits}:
        assert changed.entry(file) == expected.get(file)
    assert dict(changed.members()) == expected
    assert changed.named("a") == {
        file: entry for file, entry in expected.items() if entry["name"] == "a"
    }


def test_one_of_fifty_thousand_is_found_in_a_moment():
    members = {f"p{number:05}-1-0.conda": an_index(f"p{number:05}") for number in range(50_000)}
    text = text_of({"packages.conda": members})
    start = time.process_time()
    for number in range(0, 50_000, 500):
        assert text.entry(f"p{number:05}-1-0.conda") == an_index(f"p{number:05}")
    assert time.process_time() - start < 0.5  # usually 0.01 s; this is to notice a linear search
