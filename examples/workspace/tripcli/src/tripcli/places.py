"""Places, read from CSV text."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """A named point on the globe, in degrees."""

    name: str
    latitude: float
    longitude: float

    @property
    def point(self) -> tuple[float, float]:
        """Return latitude and longitude."""
        return self.latitude, self.longitude


def parse_places(lines: Iterable[str]) -> list[Place]:
    """Read lines of `name,latitude,longitude` under a header; raise ValueError with the line."""
    places = []
    for number, row in enumerate(csv.DictReader(lines), start=2):
        try:
            places.append(Place(row["name"], float(row["latitude"]), float(row["longitude"])))
        except (KeyError, TypeError, ValueError):
            message = f"line {number}: expected name,latitude,longitude"
            raise ValueError(message) from None
    return places
