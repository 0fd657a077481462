"""A trip as a table of its legs."""

from collections.abc import Sequence
from itertools import pairwise

import pytrips

from tripcli.places import Place


def render_trip(places: Sequence[Place]) -> str:
    """Return one line for each leg and one for the whole trip, in kilometres."""
    rows = [
        (f"{start.name} – {end.name}", pytrips.distance(start.point, end.point))
        for start, end in pairwise(places)
    ]
    total = ("the whole trip", pytrips.length([place.point for place in places]))
    width = max(len(label) for label, _ in [*rows, total])
    lines = [f"{label:<{width}}  {km:8.1f} km" for label, km in rows]
    rule = "─" * (width + 13)
    return "\n".join([*lines, rule, f"{total[0]:<{width}}  {total[1]:8.1f} km"])
