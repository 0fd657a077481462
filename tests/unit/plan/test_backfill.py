from hypothesis import given
from hypothesis import strategies as st

from conda_sluice.plan.backfill import plan_backfill
from factories import a_record

records = st.frozensets(
    st.builds(
        lambda name, version: a_record(name, f"{version}.0"),
        st.sampled_from("abc"),
        st.integers(1, 4),
    ),
    max_size=8,
).map(tuple)
ladders = st.lists(records, min_size=1, max_size=4)


def filled(rungs, at=0, arriving=()):
    after = [list(rung) for rung in rungs]
    for one in plan_backfill(rungs, at, arriving):
        assert set(one.records) <= set(rungs[one.upper])
        after[one.lower].extend(one.records)
    return after


@given(rungs=ladders, at=st.integers(0, 3), arriving=st.frozensets(st.sampled_from("abc")))
def test_afterwards_no_channel_hides_a_file_of_one_above(rungs, at, arriving):
    after = filled(rungs, at, arriving)
    for lower, held in enumerate(after):
        names = {one.name for one in held} | (arriving if lower == at else set())
        for upper in after[lower + 1 :]:
            assert {one.path for one in upper if one.name in names} <= {one.path for one in held}


@given(rungs=ladders, at=st.integers(0, 3), arriving=st.frozensets(st.sampled_from("abc")))
def test_nothing_comes_twice_and_no_other_name(rungs, at, arriving):
    after = filled(rungs, at, arriving)
    for lower, held in enumerate(after):
        assert len({one.path for one in held}) == len(held)
        named = {one.name for one in rungs[lower]} | (arriving if lower == at else set())
        assert {one.name for one in held} <= named


@given(rungs=ladders)
def test_filling_twice_changes_nothing(rungs):
    assert plan_backfill(filled(rungs)) == ()
