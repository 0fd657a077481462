"""`sluice freeze`: close a channel for a while."""

from typing import Annotated

import typer

from conda_sluice.cli.options import ConfigOption


def command(
    channel: Annotated[str, typer.Argument(metavar="CHANNEL", help="A channel of the ladder.")],
    why: Annotated[str, typer.Option("--why", help="Why; every excuse repeats it.")],
    config: ConfigOption = None,
) -> int:
    """Let nothing climb into a channel until it is thawed; what wants to waits, and says why.

    Example: `sluice freeze stable --why "release week"`
    """
    from conda_sluice.cli import console
    from conda_sluice.cli.workbench import bench
    from conda_sluice.pipeline.freeze import freeze

    freeze(bench(config), channel, why)
    console.line("freeze", channel, "frozen", "green")
    return 0
