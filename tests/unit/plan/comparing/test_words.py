"""Which bytes may stand in place of which: the names of a version and of its build."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conda_sluice.plan.comparing.words import Words, spellings, words_of
from packages import contents_of

WORDS = words_of(contents_of({}, "1.0.0rc1", upstream="1.0rc1"), contents_of({}))
PARTS = st.lists(st.binary(max_size=8), min_size=1, max_size=6)
NAMES = st.sampled_from([(b"1.0rc1", b"1.0"), (b"1.0.0rc1", b"1.0.0"), (b"1.0-rc1", b"1.0")])


def is_free_of_digits(part):
    return not any(48 <= byte <= 57 or byte == 46 for byte in part)


@given(PARTS, st.data())
def test_a_text_with_its_versions_replaced_is_explained(parts, data):
    parts = [bytes(byte for byte in part if is_free_of_digits(bytes([byte]))) for part in parts]
    names = [data.draw(NAMES) for _ in parts]
    first = b"".join(part + b" " + ours for part, (ours, _) in zip(parts, names, strict=True))
    second = b"".join(part + b" " + theirs for part, (_, theirs) in zip(parts, names, strict=True))
    assert WORDS.explain(first, second)


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_texts_without_a_version_are_explained_only_where_they_are_equal(first, second):
    assert b"rc" in first or WORDS.explain(first, second) == (first == second)


@given(st.binary(max_size=20), st.integers(0, 60), st.integers(1, 255))
def test_one_other_byte_beside_the_version_is_a_difference(tail, place, change):
    first = b"begin 1.0rc1 between 1.0.0rc1 end " + tail
    second = bytearray(b"begin 1.0 between 1.0.0 end " + tail)
    at = place % len(second)
    old, second[at] = second[at], (second[at] + change) % 256
    is_version = at in {*range(6, 9), *range(18, 23)}
    assert old != second[at]
    assert is_version or not WORDS.explain(first, bytes(second))


@pytest.mark.parametrize(
    ("first", "second", "is_explained"),
    [
        (b"v = '1.0rc1'", b"v = '1.0'", True),
        (b"v = '1.0.0-rc.1'", b"v = '1.0.0'", True),
        (b"t = (1, 0, 'rc1')", b"t = (1, 0)", True),
        (b"t = (1, 0, 0, 'rc', 1)", b"t = (1, 0, 0)", True),
        (b"1.0rc1, as 1.0rc1 was", b"1.0, as 1.0rc1 was", True),
        (b"v = '1.0rc1'", b"v = '1.1'", False),
        (b"v = '1.0rc1'", b"v = '1.0'\nimport os", False),
        (b"11.0rc1", b"11.0", False),
        (b"2.1.0rc1", b"2.1.0", False),
        (b"1.0rc12", b"1.02", False),
        (b"v = '1.0'", b"v = '1.0rc1'", False),
    ],
)
def test_words_stand_alone(first, second, is_explained):
    assert WORDS.explain(first, second) is is_explained


def test_without_words_only_the_same_is_the_same():
    assert Words().explain(b"a", b"a")
    assert not Words().explain(b"a", b"b")


def test_the_folder_of_the_build_is_a_word():
    ours, theirs = (
        contents_of({}, version, prefix=f"/w/{version}/host_env_{'p' * (40 - len(version))}")
        for version in ("1.0.0rc1", "1.0")
    )
    words = words_of(ours, theirs)
    assert words.explain(ours.prefixes[0].encode(), theirs.prefixes[0].encode())
    assert words.explain(b"/w/1.0.0rc1/work/a.c", b"/w/1.0/work/a.c")


@pytest.mark.parametrize("text", ["1.0rc1", "2024.1", "3!1.0a2", "1.2_3", "9e", ""])
def test_spellings_are_no_empty_words(text):
    assert "" not in spellings(text)
    assert not text or text in spellings(text)
