"""`sluice prune`: take old packages out of channels."""

from typing import Annotated

import typer

from conda_sluice.cli.options import ConfigOption, DryRunOption, Format, FormatOption


def command(
    channel: Annotated[
        str, typer.Argument(metavar="CHANNEL", help="Default: every channel with a retention.")
    ] = "",
    why: Annotated[str, typer.Option("--why", help="Why, for those who read it later.")] = "",
    config: ConfigOption = None,
    dry_run: DryRunOption = False,
    output: FormatOption = Format.TEXT,
) -> int:
    """Take out what a channel's retention does not keep, and nobody refers to or stands on.

    Example: `sluice prune unstable --dry-run`
    """
    from conda_sluice.cli import console, render
    from conda_sluice.cli.workbench import bench
    from conda_sluice.pipeline.prune import prune
    from conda_sluice.report.as_json import changes_json

    outcomes = render.follow(prune(bench(config), channel, why, dry_run=dry_run), output)
    if output is Format.JSON:
        console.print_json(changes_json(outcomes))
    elif not outcomes:
        console.say("nothing to prune")
    return render.exit_code(outcomes)
