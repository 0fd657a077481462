from hypothesis import given
from hypothesis import strategies as st

from conda_sluice.recipe.document import Listing, Scalar, Table, load_yaml
from conda_sluice.recipe.v1.text import written

RECIPE = """\
context:
  a: ${{ b == 1 }}
  b: "${{ b == 1 }}"
  c: 007   # a comment
  d: >
    folded
    text
build:
  - if: unix
    then: [a, {b: c}, [d]]
  -
  - []
extra: {a: 1}
"""

texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8)
scalars = st.builds(Scalar, texts, st.just(1), is_quoted=st.just(value=True))
trees = st.recursive(
    scalars,
    lambda inner: (
        st.builds(Listing, st.lists(inner, max_size=3).map(tuple), st.just(1))
        | st.builds(Table, st.lists(st.tuples(scalars, inner), max_size=3).map(tuple), st.just(1))
    ),
    max_leaves=12,
)


def plain(node):
    """Return a tree without the lines, and without the styles of keys."""
    match node:
        case Scalar():
            return (node.text, node.is_quoted)
        case Listing():
            return [plain(item) for item in node.items]
        case Table():
            return [(key.text, plain(value)) for key, value in node.pairs], "table"


def read(text):
    return load_yaml(text, str)


def test_text_means_what_was_read():
    assert plain(read(written(read(RECIPE), {}).text)) == plain(read(RECIPE))


@given(st.builds(Table, st.lists(st.tuples(scalars, trees), max_size=4).map(tuple), st.just(1)))
def test_any_tree_comes_back(root):
    assert plain(read(written(root, {}).text)) == plain(root)


def test_each_line_knows_where_it_comes_from():
    found = written(read(RECIPE), {"asked": ["x"]})
    lines = dict(zip(found.text.splitlines(), found.lines, strict=True))
    assert lines['  "c": 007'] == 4
    assert lines['    "if": unix'] == 9
    assert lines['    - "x"'] == 0


def test_questions_stand_beside_what_is_there():
    assert written(read("extra: {a: 1}\n"), {"b": "2"}).text == '"extra":\n  "a": 1\n  "b": "2"\n'
    assert written(read("a: 1\n"), {"b": "2"}).text == '"a": 1\n"extra":\n  "b": "2"\n'
