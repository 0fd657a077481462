import pytest

from conda_sluice.config.nodes import Entries, Items, Scalar, parse_tree, place_in
from conda_sluice.errors import ConfigError


def where_it_fails(text):
    with pytest.raises(ConfigError) as caught:
        parse_tree(text, name="f.yaml")
    return caught.value.where


def test_every_node_knows_its_line_and_column():
    tree = parse_tree("a: 1\nb:\n  - x\n  - {c: y}\n", name="f.yaml")
    assert isinstance(tree, Entries)
    b = tree.find("b")
    assert isinstance(b, Items)
    assert [item.where for item in b.items] == ["f.yaml:3:5", "f.yaml:4:5"]


def test_a_scalar_says_what_yaml_takes_it_for():
    tree = parse_tree("[x, 1, 1.5, true, ~, 2024-01-01, no, '7']", name="f")
    assert isinstance(tree, Items)
    assert [item.kind for item in tree.items if isinstance(item, Scalar)] == [
        "text",
        "a whole number",
        "a number",
        "true or false",
        "nothing",
        "a date",
        "text",
        "text",
    ]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("a: [1", "f.yaml:1:6"),
        ("a: 1\nb: c: d", "f.yaml:2:5"),
        ("a: 1\n\tb: 2", "f.yaml:2:1"),
        ("a: 1\n---\nb: 2", "f.yaml:2:1"),
        ("a: 1\nb: *nobody", "f.yaml:2:4"),
        ("a: 1\nb: \x07", "f.yaml:2:4"),
        ("a: 1\nb: !!python/object:os.system x", "f.yaml:2:4"),
        ("b: !mine [x]", "f.yaml:1:4"),
        ("a: 1\nb: 2\na: 3", "f.yaml:3:1"),
        ("? [a]\n: b", "f.yaml:1:3"),
        ("a: &a [*a]", "f.yaml:1:4"),
        ("", "f.yaml:1:1"),
        ("# nothing but a comment\n", "f.yaml:1:1"),
        ("%YAML 3.1\n---\na: 1", "f.yaml:1:1"),
    ],
)
def test_what_cannot_be_read_names_its_place(text, where):
    assert where_it_fails(text) == where


def test_a_key_that_stands_twice_names_both_places():
    with pytest.raises(ConfigError, match=r"(?s)'a' stands here twice.*f:1:1 already"):
        parse_tree("a: 1\na: 2", name="f")


def test_deep_nesting_is_an_error_and_no_crash():
    assert where_it_fails("[" * 1000) == "f.yaml"


def test_an_alias_stands_for_its_anchor_without_being_copied():
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]" for i in range(1, 60)]
    tree = parse_tree("\n".join(lines), name="f")
    last = tree.find("a59")
    assert isinstance(last, Items)
    assert last.items[0] is last.items[1]


def test_an_anchor_that_is_used_again_is_no_warning():
    parse_tree("[&a x, &a y]", name="f")


def test_a_place_is_counted_from_one():
    assert place_in("ab\ncd", 4, name="f") == "f:2:2"
