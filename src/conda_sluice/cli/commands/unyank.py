"""`sluice unyank`: show hidden packages again."""

from typing import Annotated

import typer

from conda_sluice.cli.options import ConfigOption, DryRunOption, Format, FormatOption


def command(
    specs: Annotated[list[str], typer.Argument(metavar="SPEC", help="Match specs or globs.")],
    why: Annotated[str, typer.Option("--why", help="Why, for those who read it later.")] = "",
    channel: Annotated[
        str, typer.Option("--from", metavar="CHANNEL", help="Default: every channel.")
    ] = "",
    config: ConfigOption = None,
    dry_run: DryRunOption = False,
    output: FormatOption = Format.TEXT,
) -> int:
    """Show yanked packages again, as they were.

    Example: `sluice unyank 'pytrips ==1.0.0'`
    """
    from conda_sluice.cli import console, render
    from conda_sluice.cli.workbench import bench
    from conda_sluice.pipeline.yank import unyank
    from conda_sluice.report.as_json import changes_json

    desk = bench(config)
    outcomes = render.follow(unyank(desk, specs, channel, desk.stamp(why), dry_run=dry_run), output)
    if output is Format.JSON:
        console.print_json(changes_json(outcomes))
    return render.exit_code(outcomes)
