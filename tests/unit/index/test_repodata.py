import json

import pytest
import zstandard

from conda_sluice.errors import DamagedError
from conda_sluice.index.packing import to_zst
from conda_sluice.index.repodata import (
    entry_of,
    parse_records,
    parse_repodata,
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


def index_of(*records):
    return parse({"packages.conda": {record.file: an_entry(record) for record in records}})


def test_entry_holds_what_the_package_says_and_its_checksums():
    record = a_record()
    entry = entry_of(an_index(track_features="mkl"), record)
    assert entry == an_index(track_features="mkl") | {
        "md5": record.md5,
        "sha256": record.sha256,
        "size": record.size,
    }


def test_base_url_of_another_tool_is_known():
    assert parse(FOREIGN).base_url == "../files/"


def test_records_that_have_not_changed_are_not_read_again():
    kept, changed = a_record("kept"), a_record("changed")
    repodata = index_of(kept, changed)
    before = repodata, parse_records(repodata, WHERE)
    entry = {**an_entry(changed), "license": "MIT"}
    section = repodata.section("packages.conda")
    more = {changed.file: entry, "new-1-0.conda": an_entry(a_record("new"))}
    after = parse({"packages.conda": {**section, **more}})
    records = parse_records(after, WHERE, before)
    assert records == parse_records(after, WHERE)
    assert [record.license for record in records if record.name == "changed"] == ["MIT"]
    assert [record for record in records if any(record is one for one in before[1])] == [kept]


def test_entry_that_went_wrong_since_is_named():
    repodata = index_of(a_record())
    before = repodata, parse_records(repodata, WHERE)
    broken = parse({"packages.conda": {a_record().file: {"name": "trips"}}})
    with pytest.raises(DamagedError, match=a_record().file):
        parse_records(broken, WHERE, before)


def test_missing_checksums_are_empty():
    (record,) = parse_records(parse(FOREIGN), WHERE)
    assert (record.sha256, record.md5, record.size, record.depends) == ("", "", 0, ())


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
    [
        {"packages": []},
        {"packages.conda": "x"},
        {"info": [1]},
        {"removed": {"a": 1}},
        {"removed": [1]},
    ],
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
        ("trips-1.2.3-0.conda", an_index() | {"name": "../../other/trips"}),
        ("trips-1.2.3-0.conda", an_index() | {"version": ".."}),
        ("trips-1.2.3-0.conda", an_index() | {"build": "0/0"}),
    ],
)
def test_wrong_entry_is_named(file, entry):
    with pytest.raises(DamagedError, match="its entry") as caught:
        parse_records(parse({"packages.conda": {file: entry}}), WHERE)
    assert repr(file) in str(caught.value)


def test_zst_holds_the_json():
    data = json.dumps(index_of(a_record()).document).encode()
    assert zstandard.decompress(to_zst(data)) == data
