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
)


@given(lower=records, upper=records, arriving=st.frozensets(st.sampled_from("abc")))
def test_afterwards_the_lower_channel_hides_nothing(lower, upper, arriving):
    added = plan_backfill(tuple(lower), tuple(upper), arriving)
    after = {record.path for record in (*lower, *added)}
    names = {record.name for record in lower} | arriving
    assert {record.path for record in upper if record.name in names} <= after
    assert {record.name for record in added} <= names


@given(lower=records, upper=records)
def test_filling_twice_changes_nothing(lower, upper):
    filled = (*lower, *plan_backfill(tuple(lower), tuple(upper)))
    assert plan_backfill(filled, tuple(upper)) == ()
