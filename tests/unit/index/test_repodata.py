import json
import time

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from conda_sluice.errors import DamagedError
from conda_sluice.index.repodata import (
    add_entries,
    empty_repodata,
    entry_of,
    parse_records,
    parse_repodata,
    to_json,
    to_zst,
)
from conda_sluice.model.names import Subdir
from factories import a_record, an_index

NOARCH = Subdir("noarch")
WHERE = "/channel/noarch/repodata.json"

FOREIGN = {
    "info": {"subdir": "noarch", "base_url": "../files/", "created_by": "another tool"},
    "packages": {"old-1.0-0.tar.bz2": {"name": "old", "version": "1.0", "build": "0"}},
    "packages.conda": {},
    "repodata_version": 2,
    "signatures": {"old-1.0-0.tar.bz2": {}},
    "v3": {"whl": {}},
}


def parse(document):
    return parse_repodata(json.dumps(document).encode(), NOARCH, WHERE)


def an_entry(record):
    return entry_of(an_index(record.name, record.version, record.build), record)


def grown(repodata, *records):
    return add_entries(repodata, {record.file: an_entry(record) for record in records})


def test_added_records_come_back(tmp_path):
    first, second = a_record("b"), a_record("a", depends=())
    repodata = parse_repodata(to_json(grown(empty_repodata(NOARCH), first, second)), NOARCH, WHERE)
    assert parse_records(repodata, WHERE) == (second, first)


def test_entry_holds_what_the_package_says_and_its_checksums():
    record = a_record()
    entry = entry_of(an_index(track_features="mkl"), record)
    assert entry == an_index(track_features="mkl") | {
        "md5": record.md5,
        "sha256": record.sha256,
        "size": record.size,
    }


def test_each_kind_of_file_goes_to_its_section():
    old = a_record(file="trips-1.2.3-0.tar.bz2")
    document = grown(empty_repodata(NOARCH), a_record(), old).document
    assert list(document["packages"]) == ["trips-1.2.3-0.tar.bz2"]
    assert list(document["packages.conda"]) == ["trips-1.2.3-h0123456_0.conda"]


def test_index_is_not_changed_in_place():
    repodata = empty_repodata(NOARCH)
    grown(repodata, a_record())
    assert repodata == empty_repodata(NOARCH)


def test_index_of_another_tool_keeps_its_keys():
    document = json.loads(to_json(grown(parse(FOREIGN), a_record())))
    record = a_record()
    assert document == FOREIGN | {
        "packages.conda": {record.file: an_entry(record)},
        "removed": [],
    }


def test_base_url_of_another_tool_is_known():
    assert parse(FOREIGN).base_url == "../files/"


def test_smallest_index_is_read_and_completed():
    document = grown(parse({}), a_record()).document
    assert document["info"] == {"subdir": "noarch"}
    assert document["repodata_version"] == 1
    assert document["removed"] == []


def test_records_that_have_not_changed_are_not_read_again():
    kept, changed = a_record("kept"), a_record("changed")
    repodata = grown(empty_repodata(NOARCH), kept, changed)
    before = repodata, parse_records(repodata, WHERE)
    entry = {**an_entry(changed), "license": "MIT"}
    after = add_entries(repodata, {changed.file: entry, "new-1-0.conda": an_entry(a_record("new"))})
    records = parse_records(after, WHERE, before)
    assert records == parse_records(after, WHERE)
    assert [record.license for record in records if record.name == "changed"] == ["MIT"]
    assert [record for record in records if any(record is one for one in before[1])] == [kept]


def test_entry_that_went_wrong_since_is_named():
    repodata = grown(empty_repodata(NOARCH), a_record())
    before = repodata, parse_records(repodata, WHERE)
    broken = add_entries(repodata, {a_record().file: {"name": "trips"}})
    with pytest.raises(DamagedError, match=a_record().file):
        parse_records(broken, WHERE, before)


def test_missing_checksums_are_empty():
    (record,) = parse_records(parse(FOREIGN), WHERE)
    assert (record.sha256, record.md5, record.size, record.depends) == ("", "", 0, ())


def test_package_that_comes_back_is_no_longer_removed():
    record = a_record()
    repodata = parse({"removed": [record.file, "gone-1-0.conda"]})
    assert grown(repodata, record).document["removed"] == ["gone-1-0.conda"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [(1767225600, 1767225600000), (1767225600000, 1767225600000), (None, 0), (1.5, 1500)],
)
def test_timestamps_are_milliseconds(given, expected):
    entry = an_index() | {"timestamp": given}
    (record,) = parse_records(parse({"packages.conda": {a_record().file: entry}}), WHERE)
    assert record.timestamp == expected


@pytest.mark.parametrize(
    "data",
    [b"", b'{"info": {', b"[]", b"null", b"\xff", b"[" * 100_000, b'{"x": Infinity}'],
    ids=["empty", "cut", "list", "null", "bytes", "deep", "infinity"],
)
def test_damaged_index_is_named(data):
    with pytest.raises(DamagedError, match=WHERE) as caught:
        parse_repodata(data, NOARCH, WHERE)
    assert caught.value.remedy


@pytest.mark.parametrize(
    "document",
    [{"packages": []}, {"packages.conda": "x"}, {"info": [1]}, {"removed": {"a": 1}}],
)
def test_index_with_a_section_of_the_wrong_kind_is_damaged(document):
    with pytest.raises(DamagedError, match="is no"):
        parse(document)


def test_index_of_another_subdir_is_damaged():
    with pytest.raises(DamagedError, match="'linux-64'"):
        parse({"info": {"subdir": "linux-64"}})


@pytest.mark.parametrize(
    ("file", "entry"),
    [
        ("../../evil-1-0.conda", an_index()),
        (".hidden-1-0.conda", an_index()),
        ("trips-1-0.zip", an_index()),
        ("trips-1.2.3-0.conda", None),
        ("trips-1.2.3-0.conda", an_index() | {"depends": {}}),
        ("trips-1.2.3-0.conda", an_index() | {"sha256": "abc"}),
        ("trips-1.2.3-0.conda", an_index() | {"size": "big"}),
        ("trips-1.2.3-0.conda", {"name": "trips"}),
    ],
)
def test_wrong_entry_is_named(file, entry):
    with pytest.raises(DamagedError, match="its entry") as caught:
        parse_records(parse({"packages.conda": {file: entry}}), WHERE)
    assert repr(file) in str(caught.value)


def test_equal_indexes_are_equal_bytes():
    first, second = a_record("a"), a_record("b")
    one = grown(grown(empty_repodata(NOARCH), first), second)
    other = grown(grown(empty_repodata(NOARCH), second), first)
    assert to_json(one) == to_json(other)


def test_zst_holds_the_json():
    data = to_json(grown(empty_repodata(NOARCH), a_record()))
    assert zstandard.decompress(to_zst(data)) == data


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
reserved = {"info", "packages", "packages.conda", "removed"}


@given(st.dictionaries(st.text().filter(lambda key: key not in reserved), json_values))
def test_every_other_key_survives_a_change(document):
    changed = json.loads(to_json(grown(parse(document), a_record())))
    assert {key: changed[key] for key in document} == document


def test_five_thousand_records_are_read_in_a_moment():
    repodata = grown(empty_repodata(NOARCH), *(a_record(f"p{number}") for number in range(5000)))
    data = to_json(repodata)
    start = time.process_time()
    assert len(parse_records(parse_repodata(data, NOARCH, WHERE), WHERE)) == 5000
    assert time.process_time() - start < 1  # usually 0.08 s; this is to notice a quadratic slip
