from hypothesis import given
from hypothesis import strategies as st

from conda_sluice.plan.key import content_key

pairs = st.lists(st.tuples(st.text(max_size=5), st.text(max_size=5)), max_size=3)


def key(**changes):
    parts = {"tree": "t", "recipe": "r", "scripts": [], "variant": [], "needs": []}
    return content_key(**(parts | changes))


def test_a_key_is_64_hex_digits():
    assert len(key()) == 64
    int(key(), 16)


def test_every_part_changes_the_key():
    keys = {
        key(),
        key(tree="u"),
        key(recipe="s"),
        key(scripts=[("build.sh", "1")]),
        key(scripts=[("build.sh", "2")]),
        key(variant=[("python", "3.11")]),
        key(needs=["k"]),
    }
    assert len(keys) == 7


@given(scripts=pairs, variant=pairs, needs=st.lists(st.text(max_size=5), max_size=3))
def test_the_order_of_parts_does_not_matter(scripts, variant, needs):
    assert key(scripts=scripts, variant=variant, needs=needs) == key(
        scripts=scripts[::-1], variant=variant[::-1], needs=needs[::-1]
    )


@given(st.text(max_size=8), st.text(max_size=8), st.integers(min_value=0, max_value=8))
def test_text_cannot_move_from_one_part_to_the_next(tree, recipe, cut):
    joined = tree + recipe
    other = key(tree=joined[:cut], recipe=joined[cut:])
    assert (key(tree=tree, recipe=recipe) == other) == (joined[:cut] == tree)
