"""`sluice restore`: the environment in which a package was tested."""

from pathlib import Path
from typing import Annotated

import typer

from conda_sluice.cli.options import ConfigOption


def command(
    spec: Annotated[
        str, typer.Argument(metavar="PACKAGE==VERSION", help="A package that was tested.")
    ],
    prefix: Annotated[Path, typer.Option("--prefix", "-p", help="Where to make the environment.")],
    to: Annotated[
        str, typer.Option("--to", metavar="CHANNEL", help="Tested for this channel.")
    ] = "",
    config: ConfigOption = None,
) -> int:
    """Make again the very environment in which a package was tested.

    Example: `sluice restore pytrips==0.3.0 --prefix ./env`
    """
    from conda_sluice.cli import console
    from conda_sluice.cli.workbench import bench
    from conda_sluice.pipeline.restore import restore

    count = restore(bench(config), spec, prefix, to)
    console.say(f"{prefix} holds the {count} packages that {spec} was tested with")
    return 0
