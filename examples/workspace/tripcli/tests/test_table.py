from tripcli.places import Place
from tripcli.table import render_trip

BERLIN = Place("Berlin", 52.5200, 13.4050)
COLOGNE = Place("Cologne", 50.9375, 6.9603)
PARIS = Place("Paris", 48.8566, 2.3522)


def test_a_trip_has_a_line_for_each_leg_and_one_for_the_whole():
    lines = render_trip([BERLIN, COLOGNE, PARIS]).splitlines()
    assert [line.split("  ")[0] for line in lines if "km" in line] == [
        "Berlin – Cologne",
        "Cologne – Paris",
        "the whole trip",
    ]


def test_lengths_stand_below_each_other():
    lines = render_trip([BERLIN, COLOGNE, PARIS]).splitlines()
    assert len({len(line) for line in lines}) == 1


def test_a_trip_of_one_place_is_no_way_at_all():
    assert "0.0 km" in render_trip([BERLIN])
