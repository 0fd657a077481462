import pytest
import pytrips

BERLIN = (52.5200, 13.4050)
COLOGNE = (50.9375, 6.9603)
PARIS = (48.8566, 2.3522)


def test_a_distance_is_in_kilometres_along_the_great_circle():
    assert pytrips.distance(BERLIN, PARIS) == pytest.approx(877.5, abs=0.5)


def test_a_distance_is_the_same_in_both_directions():
    assert pytrips.distance(BERLIN, PARIS) == pytest.approx(pytrips.distance(PARIS, BERLIN))


def test_a_trip_is_as_long_as_its_legs():
    legs = pytrips.distance(BERLIN, COLOGNE) + pytrips.distance(COLOGNE, PARIS)
    assert pytrips.length([BERLIN, COLOGNE, PARIS]) == pytest.approx(legs)


@pytest.mark.parametrize("places", [[], [BERLIN]])
def test_who_stays_at_home_makes_no_way(places):
    assert pytrips.length(places) == 0


def test_a_place_beyond_the_pole_is_refused():
    with pytest.raises(ValueError, match="globe"):
        pytrips.distance(BERLIN, (91.0, 0.0))


def test_a_place_is_a_pair_of_numbers():
    with pytest.raises(TypeError, match="tuple"):
        pytrips.length(["Berlin"])
