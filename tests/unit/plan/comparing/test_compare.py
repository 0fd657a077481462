"""Two packages, file by file."""

import gzip
import json
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conda_sluice.model.comparison import Likeness
from conda_sluice.plan.comparing.compare import compare
from packages import compared, contents_of

SITE = "lib/python3.12/site-packages"
LIBRARY = "lib/R/library/trips"
FILES = st.dictionaries(st.text("abc/", min_size=1, max_size=6), st.binary(max_size=12), max_size=5)


def likeness(found):
    return {one.path: one.likeness for one in found.differences}


@given(FILES)
def test_a_package_is_the_same_as_itself(files):
    contents = contents_of(files)
    found = compare(contents, contents, files, files)
    assert (found.same, found.differences) == (len(files), ())


@given(FILES, FILES)
def test_nothing_is_passed_over(first, second):
    found = compared(first, second)
    there = {one.path for one in found.differences}
    assert found.same + len(there) == len(first.keys() | second.keys())
    changed = {path for path in first.keys() & second.keys() if first[path] != second[path]}
    assert changed | (first.keys() ^ second.keys()) == there
    assert {one.path for one in found.unexplained} == there  # no version stands in these


def test_what_holds_the_version_differs_by_it_only():
    found = compared(
        {f"{SITE}/t/_version.py": b"version = '1.0rc1'\n", "bin/t": b"same"},
        {f"{SITE}/t/_version.py": b"version = '1.0'\n", "bin/t": b"same"},
    )
    assert likeness(found) == {f"{SITE}/t/_version.py": Likeness.VERSION}
    assert (found.same, found.unexplained) == (1, ())


def test_a_changed_file_is_named_with_its_line():
    found = compared(
        {"a.py": b"v = '1.0rc1'\nx = 1\n"},
        {"a.py": b"v = '1.0'\nx = 2\n"},
    )
    assert [str(one) for one in found.unexplained] == ["a.py differs in line 2"]


def test_files_that_came_and_went_are_named():
    found = compared({"old": b"", "info/recipe/old": b""}, {"new": b"", "info/recipe/new": b""})
    assert [str(one) for one in found.unexplained] == ["old is missing", "new is new"]


def test_a_folder_named_after_the_version_is_the_same_folder():
    record = "{0}/METADATA,sha256={1},9\n{0}/RECORD,,\n"
    found = compared(
        {
            f"{SITE}/t-1.0rc1.dist-info/METADATA": b"Version: 1.0rc1\n",
            f"{SITE}/t-1.0rc1.dist-info/RECORD": record.format("t-1.0rc1.dist-info", "a").encode(),
        },
        {
            f"{SITE}/t-1.0.dist-info/METADATA": b"Version: 1.0\n",
            f"{SITE}/t-1.0.dist-info/RECORD": record.format("t-1.0.dist-info", "b").encode(),
        },
    )
    assert set(likeness(found).values()) == {Likeness.VERSION}
    assert len(found.differences) == 2


def test_byte_code_is_as_good_as_its_source():
    cache = f"{SITE}/t/__pycache__/a.cpython-312.pyc"
    first = {f"{SITE}/t/a.py": b"v = '1.0rc1'", cache: b"\xcb\r\r\n rc"}
    second = {f"{SITE}/t/a.py": b"v = '1.0'", cache: b"\xcb\r\r\n final"}
    assert likeness(compared(first, second))[cache] is Likeness.COMPILED
    other = second | {f"{SITE}/t/a.py": b"v = '1.0'\nevil()"}
    assert likeness(compared(first, other))[cache] is Likeness.DIFFERENT
    other = second | {cache: b"\xa7\r\r\n final"}
    assert likeness(compared(first, other))[cache] is Likeness.DIFFERENT
    sourceless = {cache: first[cache]}, {cache: second[cache]}
    assert likeness(compared(*sourceless))[cache] is Likeness.DIFFERENT


def test_the_right_to_be_run_is_compared():
    ours = contents_of({"bin/t": b"same"}, "1.0.0rc1")
    theirs = contents_of({"bin/t": b"same"}, executable=frozenset({"bin/t"}))
    (found,) = compare(ours, theirs, {}, {}).unexplained
    assert str(found) == "bin/t can be run in one of them only"


def as_json(**value):
    return json.dumps(value).encode()


def test_records_of_a_build_differ_in_what_every_build_has_of_its_own():
    first = {
        "info/index.json": as_json(version="1.0.0rc1", timestamp=1, depends=["b", "a >=1.0.0rc1"]),
        "info/paths.json": as_json(paths=[{"_path": "a", "sha256": "1", "size_in_bytes": 1}]),
        "info/about.json": as_json(channels=["x"], license="MIT"),
        "info/recipe/rendered_recipe.yaml": b"one",
    }
    second = {
        "info/index.json": as_json(version="1.0", timestamp=2, depends=["a >=1.0.0", "b"]),
        "info/paths.json": as_json(paths=[{"_path": "a", "sha256": "2", "size_in_bytes": 2}]),
        "info/about.json": as_json(channels=["y"], license="MIT"),
        "info/recipe/rendered_recipe.yaml": b"two",
    }
    assert compared(first, second).unexplained == ()


@pytest.mark.parametrize(
    "changed",
    [
        {"info/index.json": as_json(version="1.0", depends=["a >=2"])},
        {"info/about.json": as_json(license="GPL-3.0-only")},
        {"info/paths.json": as_json(paths=[{"_path": "a", "file_mode": "binary"}])},
        {"info/index.json": b"{"},
        {"info/licenses/LICENSE": b"other"},
        {"info/tests/tests.yaml": b"other"},
    ],
)
def test_what_an_installer_or_a_user_goes_by_is_compared(changed):
    first = {
        "info/index.json": as_json(version="1.0.0rc1", depends=["a >=1"]),
        "info/about.json": as_json(license="MIT"),
        "info/paths.json": as_json(paths=[{"_path": "a", "file_mode": "text"}]),
        "info/licenses/LICENSE": b"MIT",
        "info/tests/tests.yaml": b"same",
    }
    second = first | {"info/index.json": as_json(version="1.0", depends=["a >=1"])} | changed
    assert [one.path for one in compared(first, second).unexplained] == list(changed)


def test_of_a_record_the_keys_are_named_that_differ():
    first = as_json(version="1.0.0rc1", depends=["a >=1"], license="MIT")
    second = as_json(version="1.0", depends=["a >=2"], noarch="generic", license="MIT")
    (found,) = compared({"info/index.json": first}, {"info/index.json": second}).unexplained
    assert str(found) == "info/index.json differs in depends, noarch"


def test_gzip_is_opened_and_its_time_is_no_difference():
    first = {"man.gz": gzip.compress(b"trips 1.0rc1", mtime=1)}
    assert compared(first, {"man.gz": gzip.compress(b"trips 1.0", mtime=2)}).unexplained == ()
    assert compared(first, {"man.gz": gzip.compress(b"trips 1.0!", mtime=2)}).unexplained
    assert compared(first, {"man.gz": gzip.compress(b"trips 1.0")[:-9]}).unexplained


def an_r_text(text):
    return b"\0\x04\0\x09" + len(text).to_bytes(4, "big") + text


def an_r_database(*texts):
    values = (an_r_text(text) for text in texts)
    return b"".join(len(one).to_bytes(4, "big") + zlib.compress(one) for one in values)


def test_r_databases_are_opened():
    path = f"{LIBRARY}/R/trips.rdb"
    first = {path: an_r_database(b"1.0rc1", b"code")}
    assert compared(first, {path: an_r_database(b"1.0", b"code")}).unexplained == ()
    assert compared(first, {path: an_r_database(b"1.0", b"other")}).unexplained
    assert compared(first, {path: b"\0\0\0\1junk"}).unexplained
    when = f"{LIBRARY}/DESCRIPTION"
    built = "Version: {}\nBuilt: R 4.2.2; ; {} UTC; unix\n".format
    first = {when: built("1.0rc1", "2026-01-01 10:00:00").encode()}
    assert compared(first, {when: built("1.0", "2026-01-02 11:11:11").encode()}).unexplained == ()
    assert compared(first, {when: built("1.1", "2026-01-02 11:11:11").encode()}).unexplained


def an_elf(code=b"code", build_id=b"i" * 20, debug=b"/w/rc1", tail=b""):
    """Return a shared library of one segment, a build id, and debugging information."""
    note = struct.pack("<III", 4, len(build_id), 3) + b"GNU\0" + build_id
    start = 64 + 2 * 56
    loaded = start + len(note) + len(code)
    names = b"\0.debug_str\0.shstrtab\0"
    table = loaded + len(debug) + len(names)
    header = b"\x7fELF\x02\x01\x01" + bytes(9)
    header += struct.pack("<HHIQQQI", 3, 62, 1, 0, 64, table, 0)
    header += struct.pack("<HHHHHH", 64, 56, 2, 64, 3, 2)
    segments = struct.pack("<IIQQQQQQ", 1, 5, 0, 0, 0, loaded, loaded, 4096)
    segments += struct.pack("<IIQQQQQQ", 4, 4, start, 0, 0, len(note), len(note), 4)
    sections = bytes(64)
    for name, at, size in ((1, loaded, len(debug)), (12, loaded + len(debug), len(names))):
        sections += struct.pack("<IIQQQQIIQQ", name, 1, 0, 0, at, size, 0, 0, 1, 0)
    return header + segments + note + code + debug + names + sections + tail


def test_of_a_library_all_that_is_loaded_is_compared_but_the_build_id():
    def unexplained(**changes):
        return compared({"l.so": an_elf()}, {"l.so": an_elf(**changes)}).unexplained

    assert unexplained(build_id=b"j" * 20) == ()
    assert unexplained(debug=b"/w/final/longer") == ()
    assert unexplained(code=b"evil")
    assert unexplained(tail=b"appended")
    assert compared({"l.so": an_elf(b"v 1.0rc1\0")}, {"l.so": an_elf(b"v 1.1rc1\0")}).unexplained


@given(st.integers(0, 400), st.binary(max_size=8))
def test_no_damaged_library_is_more_than_a_difference(place, junk):
    whole = an_elf()
    broken = whole[:place] + junk + whole[place + len(junk) :]
    compared({"l.so": whole}, {"l.so": broken})
    compared({"l.so": whole}, {"l.so": whole[:place]})


def test_what_they_were_built_with_is_told():
    ours = contents_of({}, "1.0.0rc1", environment=("host numpy 1.9 0", "host pip 26 0"))
    theirs = contents_of({}, environment=("host numpy 2.0 0", "host pip 26 0"))
    found = compare(ours, theirs, {}, {})
    assert found.environment == ("- host numpy 1.9 0", "+ host numpy 2.0 0")
    assert compare(ours, contents_of({}), {}, {}).environment is None
