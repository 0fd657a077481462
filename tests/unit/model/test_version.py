"""Versions: the map to conda keeps the order, and says how mature a version is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

import conda_sluice
from conda_sluice.errors import VersionError
from conda_sluice.model.config import VersionPolicy
from conda_sluice.model.version import (
    Maturity,
    VersionScheme,
    allows,
    compare,
    conda_version,
    maturity,
    sort_key,
    sorts_alike,
)

NUMBERS = st.one_of(st.integers(0, 2), st.integers(0, 20261231))
SEPARATORS = st.sampled_from(["", ".", "-", "_"])
PRE_WORDS = ["a", "b", "rc", "c", "alpha", "beta", "pre", "preview", "RC", "Alpha"]


@st.composite
def part(draw, words, separators=SEPARATORS):
    """One suffix in any spelling that PEP 440 reads, or none."""
    if draw(st.booleans()):
        return ""
    number = draw(st.one_of(st.just(""), NUMBERS.map(str)))
    word, before, between = draw(st.sampled_from(words)), draw(separators), draw(SEPARATORS)
    return f"{before}{word}{between if number else ''}{number}"


@st.composite
def pep440(draw, most_segments=3):
    release = draw(st.lists(NUMBERS, min_size=1, max_size=most_segments))
    epoch = draw(st.sampled_from(["", "", "0!", "1!"]))
    suffixes = draw(part(PRE_WORDS)) + draw(part(["post", "rev", "r"])) + draw(part(["dev"]))
    start = draw(st.sampled_from(["", "", "v"]))
    return f"{start}{epoch}{'.'.join(map(str, release))}{suffixes}"


@st.composite
def neighbours(draw):
    """Two versions close to each other, where the order hangs on the suffixes."""
    release = draw(st.lists(st.integers(0, 1), min_size=1, max_size=3))
    tails = [draw(part(PRE_WORDS)) + draw(part(["post"])) + draw(part(["dev"])) for _ in range(2)]
    zeros = [".0" * draw(st.integers(0, 3 - len(release))) for _ in range(2)]
    text = ".".join(map(str, release))
    return tuple(f"{text}{zero}{tail}" for zero, tail in zip(zeros, tails, strict=True))


def order(left, right):
    return (left > right) - (left < right)


@given(st.one_of(neighbours(), st.tuples(pep440(), pep440())))
def test_pep_440_order_is_conda_order_up_to_three_segments(pair):
    left, right = pair
    assert order(Version(left), Version(right)) == compare(
        conda_version(left), conda_version(right)
    )


@given(pep440(most_segments=6))
def test_what_the_map_gives_is_a_lower_case_version_that_maps_to_itself(text):
    mapped = conda_version(text)
    assert Version(mapped) == Version(text)
    assert conda_version(mapped) == mapped == mapped.lower()
    assert not mapped.startswith("v")
    assert not set(mapped) & set("-_+ ")


@given(pep440(), st.sampled_from(["+g1a2b3c", "+local.1", "+20261231"]))
def test_local_parts_are_dropped(text, local):
    assert conda_version(text + local) == conda_version(text)


@given(st.tuples(pep440(most_segments=5), pep440(most_segments=5)))
def test_sorts_alike_tells_the_truth_for_any_two_versions(pair):
    left, right = pair
    same = order(Version(left), Version(right)) == compare(
        conda_version(left), conda_version(right)
    )
    assert sorts_alike(left, right) is same


@st.composite
def r_version(draw):
    numbers = draw(st.lists(st.integers(0, 9999), min_size=2, max_size=5))
    text = str(numbers[0])
    for number in numbers[1:]:
        text += draw(st.sampled_from(".-")) + str(number)
    return text, numbers


@given(r_version(), r_version())
def test_r_order_is_conda_order(left, right):
    size = max(len(left[1]), len(right[1]))
    first, second = ([*numbers, *[0] * (size - len(numbers))] for _, numbers in (left, right))
    assert compare(conda_version(left[0], "r"), conda_version(right[0], "r")) == order(
        first, second
    )


SEMVER = st.tuples(
    st.tuples(*[st.integers(0, 3)] * 3),
    st.sampled_from([("alpha",), ("beta",), ("rc",), ("~",)]),
    st.integers(0, 12),
)


@given(SEMVER, SEMVER)
def test_semver_order_is_conda_order(left, right):
    def text(version):
        release, (word,), number = version
        core = ".".join(map(str, release))
        return core if word == "~" else f"{core}-{word}.{number}"

    def key(version):
        release, (word,), number = version
        return release, word, 0 if word == "~" else number

    assert compare(
        conda_version(text(left), VersionScheme.SEMVER),
        conda_version(text(right), VersionScheme.SEMVER),
    ) == order(key(left), key(right))


@pytest.mark.parametrize(
    ("upstream", "conda"),
    [
        ("1.2.1.dev1", "1.2.1dev1"),
        ("1.2.1rc1.dev3", "1.2.1rc1.dev3"),
        ("1.2.1.post1.dev2", "1.2.1.post1.dev2"),
        ("1.2.1a1.post2.dev3", "1.2.1a1.post2.dev3"),
        ("1.2", "1.2"),
        ("1", "1"),
        ("1.2rc1", "1.2.0rc1"),
        ("1.dev4", "1.0.0dev4"),
        ("1.2.post1", "1.2.0.post1"),
        ("1.2.3.0.0", "1.2.3"),
        ("1.2.3.4.0", "1.2.3.4"),
        ("1.0.0.0rc1", "1.0.0rc1"),
        ("1!2.0", "1!2.0"),
        ("0!2.0", "2.0"),
        ("V1.2.1-ALPHA.1", "1.2.1a1"),
        ("1.2.1preview2", "1.2.1rc2"),
        ("1.2.1.dev4+g1a2b3c4", "1.2.1dev4"),
        ("2026.01.05", "2026.1.5"),
    ],
)
def test_pep_440_examples(upstream, conda):
    assert conda_version(upstream) == conda


def test_development_sorts_below_candidates_where_upstream_sorts_it_below():
    ladder = ["1.2", "1.2.post1", "1.2.1.dev1", "1.2.1a1.dev1", "1.2.1a1", "1.2.1rc1", "1.2.1"]
    mapped = [conda_version(version) for version in ladder]
    assert sorted(mapped, key=sort_key) == mapped


@pytest.mark.parametrize(
    ("upstream", "conda"),
    [("1.2-3", "1.2_3"), ("1.2.3.9000", "1.2.3.9000"), ("0.1", "0.1"), ("1.02-10", "1.02_10")],
)
def test_r_examples(upstream, conda):
    assert conda_version(upstream, "r") == conda


@pytest.mark.parametrize(
    ("upstream", "conda"),
    [
        ("1.2.3-rc.1", "1.2.3rc1"),
        ("1.2.3-alpha", "1.2.3a0"),
        ("v1.2.3-beta2+build.5", "1.2.3b2"),
        ("1.2.3-dev.4", "1.2.3dev4"),
        ("1.2.3", "1.2.3"),
        ("1.2", "1.2"),
    ],
)
def test_semver_examples(upstream, conda):
    assert conda_version(upstream, "semver") == conda


@pytest.mark.parametrize(
    ("text", "scheme", "reason"),
    [
        ("1.1.1w", "pep440", "'1.1.1w' is no version"),
        ("", "pep440", "'' is no version"),
        ("1.2.3-1", "semver", "no place for the pre-release '1'"),
        ("1.2.3-x.7.z", "semver", "no place for the pre-release 'x.7.z'"),
        ("1.2.3-rc.1.2", "semver", "no place for the pre-release 'rc.1.2'"),
        ("1", "r", "is no R version"),
        ("1.2.beta", "r", "is no R version"),
        ("1.2\n", "r", "is no R version"),
        ("1." + "2" * 70, "pep440", "longer than the 64 characters"),
        ("1.99999999999999999999", "pep440", "does not fit into 64 bits"),
    ],
)
def test_what_cannot_be_carried_over_is_refused_with_the_reason(text, scheme, reason):
    with pytest.raises(VersionError, match="^.*" + reason):
        conda_version(text, scheme)


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("1.2.1dev1", Maturity.DEV),
        ("1.2.1.post1.dev2", Maturity.DEV),
        ("1.2.1rc1.dev2", Maturity.DEV),
        ("1.2.3.9000", Maturity.DEV),
        ("1.2_3_9001", Maturity.DEV),
        ("0.0.0.9000.1", Maturity.DEV),
        ("1.2+3.g1a2b3c4.dirty", Maturity.DEV),
        ("1.2.1rc1", Maturity.PRE),
        ("1.2.1a1.post1", Maturity.PRE),
        ("1.2.1alpha", Maturity.PRE),
        ("1.2.1", Maturity.FINAL),
        ("1.2.1.post1", Maturity.FINAL),
        ("2.1.0+cu118", Maturity.FINAL),
        ("2.31.0.20240106", Maturity.FINAL),
        ("1.2.3.8999", Maturity.FINAL),
        ("2024a", Maturity.FINAL),
        ("9e", Maturity.FINAL),
        ("1.2_3", Maturity.FINAL),
    ],
)
def test_maturity_is_read_from_the_version(version, expected):
    assert maturity(version) is expected


@pytest.mark.parametrize(
    ("policy", "taken"),
    [
        (VersionPolicy.ANY, [True, True, True]),
        (VersionPolicy.PRE, [False, True, True]),
        (VersionPolicy.FINAL, [False, False, True]),
    ],
)
def test_a_policy_takes_what_is_mature_enough(policy, taken):
    assert [allows(policy, version) for version in ("1.0.0dev1", "1.0.0rc1", "1.0")] == taken


def test_a_text_that_conda_cannot_read_has_no_place_in_the_order():
    with pytest.raises(VersionError, match="conda cannot read"):
        sort_key("1..2!!")


def test_a_fourth_zero_beside_a_post_release_is_known_to_change_places():
    assert not sorts_alike("1.2.3.post1", "1.2.3.0.1")
    assert sorts_alike("1.2.3.post1", "1.2.3.1")


def test_the_map_is_public():
    assert conda_sluice.conda_version("1.2.1.dev1") == "1.2.1dev1"
