import pytest

from conda_sluice.plan.origin import parse_origin


def test_a_project_at_the_top_of_its_repository_has_an_empty_path():
    about = {"extra": {"sluice-key": "k", "sluice-path": None, "sha": "c"}}
    origin = parse_origin(about, "trips")
    assert (origin.path, origin.sha) == ("", "c")


@pytest.mark.parametrize("extra", [None, [], {}, {"sha": "c"}])
def test_a_package_made_elsewhere_has_no_origin(extra):
    assert parse_origin({"extra": extra}, "trips") is None


def test_an_output_finds_what_is_its_own_among_that_of_all():
    extra = {"sluice-key/trips": "ours", "sluice-key/pytrips": "theirs", "sha": "c"}
    origin = parse_origin({"extra": extra}, "trips")
    assert (origin.key, origin.sha) == ("ours", "c")
    assert parse_origin({"extra": extra}, "other") is None
