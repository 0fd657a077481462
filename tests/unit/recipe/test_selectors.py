import pytest
from hypothesis import given
from hypothesis import strategies as st

from conda_sluice.errors import RecipeError
from conda_sluice.model.names import Subdir
from conda_sluice.recipe.namespace import selector_names
from conda_sluice.recipe.selectors import evaluate, parse_selector, select_lines, split_lines

LINUX = Subdir("linux-64")
VARIANT = (
    ("c_compiler", "gcc"),
    ("numpy", "1.26"),
    ("openssl", "3.0"),
    ("python", "3.11.* *_cpython"),
    ("vc", "14"),
)


def holds(selector, platform="linux-64", variant=VARIANT, environ=None):
    names = {**selector_names(Subdir(platform), variant), "environ": environ or {}}
    return evaluate(parse_selector(selector), names)


def kept(text, platform="linux-64", variant=VARIANT):
    names = selector_names(Subdir(platform), variant)
    lines = select_lines(split_lines(text, "meta.yaml"), names, "meta.yaml")
    return [(line.number, line.text) for line in lines]


@pytest.mark.parametrize(
    ("selector", "linux", "mac", "windows"),
    [
        ("linux", True, False, False),
        ("not win", True, True, False),
        ("unix and (aarch64 or arm64)", False, True, False),
        ("osx and arm64", False, True, False),
        ("linux64 or win64", True, False, True),
        ("x86_64", True, False, True),
        ("x86", True, False, True),
        ("ppc64le or s390x or arm", False, False, False),
        ('target_platform == "osx-arm64"', False, True, False),
        ('build_platform.startswith("win")', False, False, True),
        ("unix and not linux", False, True, False),
        ("unix & (aarch64 | arm64)", False, True, False),
        ("linux | win", True, False, True),
        ("True", True, True, True),
    ],
)
def test_a_platform_has_its_names(selector, linux, mac, windows):
    assert [holds(selector, name) for name in ("linux-64", "osx-arm64", "win-64")] == [
        linux,
        mac,
        windows,
    ]


@pytest.mark.parametrize(
    "selector",
    [
        "py == 311",
        "py>=38 and py < 312",
        "38 <= py < 312",
        "py in (310, 311)",
        "py not in [310, 312]",
        "py3k and not py2k",
        "py311 and not py27",
        "np == 126",
        "vc == 14",
        'c_compiler == "gcc"',
        'c_compiler in ("gcc", "clang") and linux',
        "python_impl == 'cpython'",
        'openssl.split(".") and openssl.startswith("3")',
        "int(vc) > 9 and len(openssl) == 3",
        "win and unknown_here or linux",
        "not nomkl",
        "vc is not None",
    ],
)
def test_a_variant_has_its_names(selector):
    assert holds(selector)


def test_the_environment_is_the_one_that_is_given():
    assert holds("environ.get('X') == '1'", environ={"X": "1"})
    assert not holds("environ.get('X', '0') == '1'")
    assert holds("os.environ.get('X') == '1'", environ={"X": "1"})


@pytest.mark.parametrize(
    "selector",
    [
        "__import__('os').system('true')",
        "().__class__",
        "py.__class__",
        "(lambda: 1)()",
        "[x for x in 'ab']",
        "open('/etc/passwd')",
        "environ.pop('X')",
        "py ** 9",
        "1 if linux else 0",
        "f'{py}'",
        "c_compiler.join(('a', 'b'))",
        "str(object=1)",
        "c_compiler < 3",
        "win_64",
        "osx64",
    ],
)
def test_what_is_not_on_the_list_is_refused(selector):
    with pytest.raises(RecipeError):
        holds(selector)


@pytest.mark.parametrize("selector", ["linux and", "a b", "x" * 501, "(" * 400, "\0", ""])
def test_what_is_no_expression_is_refused(selector):
    with pytest.raises(RecipeError, match="is no selector"):
        parse_selector(selector)


def test_an_unknown_name_is_told_with_its_place_and_the_near_miss():
    with pytest.raises(RecipeError) as caught:
        kept("a: 1\nb: 2  # [linx]\n")
    assert caught.value.where == "meta.yaml:2"
    assert "'linx'" in caught.value.what
    assert caught.value.remedy == "did you mean 'linux'?"


def test_a_variant_key_without_a_value_here_is_false():
    assert not holds("nonsense")
    assert not holds("mpi == 'openmpi'")
    assert holds("linux and not cuda_enabled")


def test_python_names_ask_for_a_python():
    with pytest.raises(RecipeError, match="no value here"):
        holds("py > 30", variant=())


def test_lines_are_kept_by_their_selectors_under_their_own_numbers():
    text = "a:\n  - one  # [linux]\n  - two  # [win]\n  # a comment [never]\n  - three\n"
    assert kept(text) == [(1, "a:"), (2, "  - one"), (4, ""), (5, "  - three")]


def test_a_selector_may_stand_within_a_comment_or_without_one():
    assert kept("- a  # for [win] only\n- b [linux]\n'- c  # [linux]'\n- d  # [a](http://b)\n") == [
        (2, "- b"),
        (3, "'- c'"),
        (4, "- d  # [a](http://b)"),
    ]


def test_brackets_amid_a_line_are_no_selector():
    text = "- {{ version.split('.')[0] }}.x\n"
    assert kept(text) == [(1, text.rstrip())]


def test_an_inline_list_is_refused_where_conda_build_would_drop_it():
    with pytest.raises(RecipeError, match="not for a list") as caught:
        kept('imports: ["trips"]\n')
    assert caught.value.where == "meta.yaml:1"


TERMS = st.sampled_from(["linux", "win", "py == 311", "py < 312", "not osx", "vc in (9, 14)"])


@given(
    st.recursive(
        TERMS,
        lambda inner: st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(
            lambda parts: f"({' '.join(parts)})"
        ),
        max_leaves=8,
    )
)
def test_logic_is_that_of_python(selector):
    names = dict(selector_names(LINUX, VARIANT))
    assert holds(selector) == bool(eval(selector, {"__builtins__": {}}, names))
