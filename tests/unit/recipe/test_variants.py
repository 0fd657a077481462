import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conda_sluice.errors import RecipeError
from conda_sluice.model.names import Subdir
from conda_sluice.model.variant import VariantConfig
from conda_sluice.recipe.variants import complete, layer, parse_variant_config, used_variants


def parsed(text, platform="linux-64"):
    return parse_variant_config(text, where="cbc.yaml", platform=Subdir(platform))


def config(zip_keys=(), **values):
    return VariantConfig(values=tuple(sorted(values.items())), zip_keys=zip_keys)


CONFIG = """\
python:
  - "3.11"
  - 3.12
c_compiler: gcc        # [linux]
c_compiler: clang      # [osx]
MACOSX_DEPLOYMENT_TARGET:   # [osx]
  - 11.0                    # [osx]
numpy:
  - 1.26
  - 2.0
zip_keys:
  - python
  - numpy
pin_run_as_build:
  boost-cpp: x.x.x
  libpng:
    max_pin: x.x
extend_keys:
  - something
"""


def test_values_stay_text_and_lists_and_scalars_are_alike():
    found = parsed(CONFIG)
    assert found.get("python") == ("3.11", "3.12")
    assert found.get("c_compiler") == ("gcc",)
    assert found.get("MACOSX_DEPLOYMENT_TARGET") == ()
    assert parsed(CONFIG, "osx-64").get("MACOSX_DEPLOYMENT_TARGET") == ("11.0",)
    assert {key for key, _ in found.values} == {"python", "c_compiler", "numpy"}


def test_pins_are_laid_over_those_of_conda_build():
    assert dict(parsed(CONFIG).pin_run_as_build) == {
        "boost-cpp": ("x.x.x", "x.x.x"),
        "libpng": ("x.x.x.x.x.x", "x.x"),
        "python": ("x.x", "x.x"),
        "r-base": ("x.x", "x.x"),
    }


def test_zip_keys_are_one_group_or_several():
    assert parsed(CONFIG).zip_keys == (("python", "numpy"),)
    text = "a: 1\nb: 2\nc: 3\nd: 4\nzip_keys:\n  -\n    - a\n    - b\n  -\n    - c\n    - d\n"
    assert parsed(text).zip_keys == (("a", "b"), ("c", "d"))


def test_an_empty_file_says_nothing():
    assert parsed("") == parsed("# only a comment\n") == VariantConfig()


@pytest.mark.parametrize(
    ("text", "place", "word"),
    [
        ("a:\n  - 1\n  - 2\nb: 1\nzip_keys:\n  - a\n  - b\n", "cbc.yaml:6", "a has 2, b has 1"),
        ("r-base: 4.2\n", "cbc.yaml:1", "no variant key"),
        ("a: 1\nb:\n  c: 1\n", "cbc.yaml:3", "b must be a list of texts"),
        ("a:\n  - b: 1\n", "cbc.yaml:2", "must be a list of texts"),
        ("a: 1  # [linux\nb: : 2\n", "cbc.yaml:2", "no valid YAML"),
        ("a: 1\nzip_keys: a\n", "cbc.yaml:2", "zip_keys must be"),
        ("zip_keys:\n  - a\n  - b\n  - a\n", "cbc.yaml:2", "twice"),
        ("- a\n", "cbc.yaml:1", "holds no sections"),
        ("pin_run_as_build:\n  a:\n    mx_pin: x\n", "cbc.yaml:3", "mx_pin"),
        ("python: ['3.11']\n", "cbc.yaml:1", "not for a list"),
        ("a: 1  # [np > 30]\n", "cbc.yaml:1", "unknown name 'np'"),
    ],
)
def test_a_mistake_is_told_with_its_place(text, place, word):
    with pytest.raises(RecipeError) as caught:
        parsed(text)
    assert caught.value.where == place
    assert word in caught.value.what


def test_the_later_file_wins_key_by_key():
    merged = layer([config(a=("1",), b=("1",)), config(b=("2", "3"))])
    assert dict(merged.values) == {"a": ("1",), "b": ("2", "3")}


def test_pins_of_a_file_survive_a_later_one_without_any():
    first = parsed("pin_run_as_build:\n  python:\n    min_pin: x\n    max_pin: x\n")
    assert dict(layer([first, parsed("a: 1\n")]).pin_run_as_build)["python"] == ("x", "x")


ZIPPED = config((("python", "numpy"),), python=("3.11", "3.12"), numpy=("1.26", "2.0"))


def test_a_later_file_replaces_zipped_keys_together():
    merged = layer([ZIPPED, config(python=("3.13",), numpy=("2.1",))])
    assert dict(merged.values) == {"python": ("3.13",), "numpy": ("2.1",)}


def test_a_later_file_picks_rows_by_one_zipped_key():
    merged = layer([ZIPPED, config(python=("3.12",))])
    assert dict(merged.values) == {"python": ("3.12",), "numpy": ("2.0",)}


def test_a_later_file_replaces_one_zipped_key_by_as_many_values():
    merged = layer([ZIPPED, config(numpy=("1.25", "1.26"))])
    assert merged.get("numpy") == ("1.25", "1.26")
    assert merged.get("python") == ("3.11", "3.12")


def test_a_later_file_cannot_pick_a_row_that_is_not_there():
    with pytest.raises(RecipeError, match=r"'3\.10' is none of"):
        layer([ZIPPED, config(python=("3.10",))])


def test_groups_that_share_a_key_become_one():
    merged = layer([ZIPPED, config((("python", "impl"),), impl=("a", "b"))])
    assert merged.zip_keys == (("python", "numpy", "impl"),)


def test_zipped_keys_walk_side_by_side_and_others_multiply():
    both = layer([ZIPPED, config(vc=("14", "15"))])
    assert used_variants(both, ["python", "numpy", "vc", "absent"]) == (
        (("numpy", "1.26"), ("python", "3.11"), ("vc", "14")),
        (("numpy", "1.26"), ("python", "3.11"), ("vc", "15")),
        (("numpy", "2.0"), ("python", "3.12"), ("vc", "14")),
        (("numpy", "2.0"), ("python", "3.12"), ("vc", "15")),
    )


def test_one_key_of_a_group_alone_gives_its_different_values():
    group = config((("a", "b"),), a=("1", "1", "2"), b=("x", "y", "z"))
    assert used_variants(group, ["a"]) == ((("a", "1"),), (("a", "2"),))


def test_without_a_used_key_there_is_one_empty_variant():
    assert used_variants(ZIPPED, []) == ((),)


def test_what_is_not_fixed_takes_the_first_value_that_goes_with_it():
    assert complete(ZIPPED, (("python", "3.12"),)) == (("numpy", "2.0"), ("python", "3.12"))


def test_unequal_zip_lengths_are_refused_wherever_they_come_from():
    with pytest.raises(RecipeError, match="equally many"):
        used_variants(config((("a", "b"),), a=("1",), b=("1", "2")), ["a"])


@given(
    st.dictionaries(
        st.sampled_from("abcd"),
        st.lists(st.sampled_from("123"), min_size=1, max_size=3, unique=True).map(tuple),
    ),
    st.sets(st.sampled_from("abcd")),
)
def test_unzipped_keys_give_the_full_product_and_agree_with_their_completion(values, used):
    made = config(**values)
    found = used_variants(made, used)
    assert (
        len(found) == len(set(found)) == math.prod(len(values[key]) for key in used & set(values))
    )
    for variant in found:
        assert set(variant) <= set(complete(made, variant))


def test_an_empty_text_is_a_value():
    config = parse_variant_config(
        'suffix:\n  - ""\n  - "64"\nwide:\n  - 0\n  - 1\n'
        "zip_keys:\n  -\n    - suffix\n    - wide\n",
        where="cbc.yaml",
        platform=Subdir("osx-64"),
    )
    assert config.get("suffix") == ("", "64")
