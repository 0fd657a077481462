import pytest
from hypothesis import given
from hypothesis import strategies as st

from conda_sluice.index.relations import overrides_of, reference_to, with_overrides


@pytest.mark.parametrize(
    ("overridden", "channel", "reference"),
    [
        ("file:///c/testing", "file:///c/unstable", "../testing"),
        ("file:///d/testing", "file:///c/unstable", "../../d/testing"),
        ("file:///c", "file:///c/unstable", "../unstable/.."),
        ("file:///c/stable/label/rc", "file:///c/stable", "../stable/label/rc"),
        ("file:///c/my%20testing", "file:///c/unstable", "../my%20testing"),
        ("https://conda.org/a", "https://conda.org/a/label/rc", "../.."),
        ("https://conda.org/a", "https://example.org/b", None),
        ("s3://bucket/a", "file:///c/b", None),
    ],
)
def test_reference_is_a_relative_path_as_cep_42_wants_it(overridden, channel, reference):
    assert reference_to(overridden, channel) == reference


paths = st.lists(st.sampled_from("abc"), min_size=1, max_size=4).map("/".join)


@given(paths, paths)
def test_reference_always_starts_by_going_up(overridden, channel):
    reference = reference_to(f"file:///{overridden}", f"file:///{channel}")
    assert reference is not None
    assert reference.startswith("../")


def test_relation_is_written_and_taken_back():
    info = with_overrides({"subdir": "noarch"}, "../testing")
    assert info["channel_relations"] == {"overrides": "../testing"}
    assert overrides_of(info) == "../testing"
    assert with_overrides(info, None) == {"subdir": "noarch"}


def test_same_relation_is_no_change():
    info = with_overrides({"subdir": "noarch"}, "../testing")
    assert with_overrides(info, "../testing") is info


def test_other_relations_and_keys_are_kept():
    info = {"subdir": "noarch", "channel_relations": {"base": "../base", "later": 1}}
    related = with_overrides(info, "../testing")
    assert related["channel_relations"] == {
        "base": "../base",
        "later": 1,
        "overrides": "../testing",
    }
    assert with_overrides(related, None) == info


def test_relations_of_a_wrong_kind_say_nothing():
    assert overrides_of({"channel_relations": ["../testing"]}) is None
