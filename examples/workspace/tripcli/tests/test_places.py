import pytest

from tripcli.places import Place, parse_places

HEADER = "name,latitude,longitude"


def test_each_line_is_a_place():
    assert parse_places([HEADER, "Berlin,52.52,13.405"]) == [Place("Berlin", 52.52, 13.405)]


def test_a_name_may_hold_a_comma():
    (place,) = parse_places([HEADER, '"Paris, Gare du Nord",48.88,2.36'])
    assert place.name == "Paris, Gare du Nord"


@pytest.mark.parametrize("line", ["Berlin", "Berlin,north,13.4", "Berlin,52.5"])
def test_a_line_that_is_no_place_is_named_by_its_number(line):
    with pytest.raises(ValueError, match="line 2"):
        parse_places([HEADER, line])
