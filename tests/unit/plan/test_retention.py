from conda_sluice.model.config import Retention
from conda_sluice.plan.retention import Shelf, plan_retention
from factories import a_record


def a_shelf(*versions):
    return Shelf(
        records=tuple(a_record(version=one) for one in versions),
        retention=Retention(keep=1),
        arrived={},
        references={},
        now="2026-01-31T12:00:00.000Z",
    )


def test_a_version_that_conda_cannot_read_is_newer_than_nothing():
    found = plan_retention(a_shelf("0.9", "1..2", "1.0"))
    assert {one.version for one in found.going} == {"0.9", "1..2"}


def test_the_only_version_of_a_package_stays_even_if_conda_cannot_read_it():
    assert plan_retention(a_shelf("1..2")).going == ()
