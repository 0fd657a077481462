"""Run as a program: put packages into a channel of the double of anaconda.org, as a job of CI does.

`anaconda_upload.py <api> <channels> <path> <file>…`; the path is that of the channel, such as
`lab/label/unstable`; the token comes from ANACONDA_API_TOKEN.
"""

import sys
from pathlib import Path

from conda_sluice.effects.artifact import read_artifact
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.stores import AnacondaOptions, StoreOptions
from conda_sluice.wiring.stores import open_stores


def main(api: str, channels: str, path: str, *files: str) -> None:
    channel = ChannelRef("unstable", f"{channels}/{path}", f"anaconda://{path}")
    options = StoreOptions(anaconda=AnacondaOptions(api=api, channels=channels))
    open_stores(options).put([read_artifact(Path(file)) for file in files], channel)


if __name__ == "__main__":
    main(*sys.argv[1:])
