"""Run as a program: put packages into a channel, as a job of CI does.

`quetz_upload.py <url> <place> <file>…`; the key comes from QUETZ_API_KEY.
"""

import sys
from pathlib import Path

from conda_sluice.effects.artifact import read_artifact
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.stores import StoreOptions
from conda_sluice.wiring.stores import open_stores


def main(url: str, place: str, *files: str) -> None:
    channel = ChannelRef(place.rpartition("/")[2], url, place)
    open_stores(StoreOptions()).put([read_artifact(Path(file)) for file in files], channel)


if __name__ == "__main__":
    main(*sys.argv[1:])
