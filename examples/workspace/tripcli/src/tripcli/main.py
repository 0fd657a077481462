"""The program `trips`."""

import argparse
from pathlib import Path

from tripcli.places import parse_places
from tripcli.table import render_trip


def main() -> None:
    """Print how long the trip is whose places the given CSV file lists."""
    parser = argparse.ArgumentParser(prog="trips", description=main.__doc__)
    parser.add_argument("file", type=Path, help="CSV with the columns name, latitude, longitude")
    file = parser.parse_args().file
    try:
        print(render_trip(parse_places(file.read_text(encoding="utf-8").splitlines())))
    except (OSError, ValueError) as error:
        parser.error(f"{file}: {error}")
