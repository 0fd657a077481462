"""`sluice thaw`: open a channel again."""

from typing import Annotated

import typer

from conda_sluice.cli.options import ConfigOption


def command(
    channel: Annotated[str, typer.Argument(metavar="CHANNEL", help="A channel of the ladder.")],
    why: Annotated[str, typer.Option("--why", help="Why, for those who read it later.")] = "",
    config: ConfigOption = None,
) -> int:
    """Let packages climb into a frozen channel again.

    Example: `sluice thaw stable`
    """
    from conda_sluice.cli import console
    from conda_sluice.cli.workbench import bench
    from conda_sluice.pipeline.freeze import thaw

    thaw(bench(config), channel, why)
    console.line("thaw", channel, "open", "green")
    return 0
