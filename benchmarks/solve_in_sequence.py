"""The plain way to ask whether packages can be installed from a channel: a solve for each.

usage: solve_in_sequence.py CHANNEL FILE, which has a match spec on each line
"""

import asyncio
import sys
from pathlib import Path

import rattler


async def main(url: str, specs: list[str]) -> None:
    gateway = rattler.Gateway()
    virtual = rattler.VirtualPackage.detect()
    for spec in specs:
        await rattler.solve(
            [rattler.Channel(url)],
            [spec],
            gateway=gateway,
            platforms=["linux-64", "noarch"],
            virtual_packages=virtual,
            channel_relations="disabled",
        )


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]).read_text().splitlines()))
