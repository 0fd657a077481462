"""`sluice yank`: hide packages from solving."""

from typing import Annotated

import typer

from conda_sluice.cli.options import ConfigOption, DryRunOption, Format, FormatOption


def command(
    specs: Annotated[list[str], typer.Argument(metavar="SPEC", help="Match specs or globs.")],
    why: Annotated[str, typer.Option("--why", help="Why; the history repeats it.")],
    channel: Annotated[
        str, typer.Option("--from", metavar="CHANNEL", help="Default: every channel.")
    ] = "",
    force: Annotated[
        bool, typer.Option("--force", help="Even where others cannot be installed any more.")
    ] = False,
    config: ConfigOption = None,
    dry_run: DryRunOption = False,
    output: FormatOption = Format.TEXT,
) -> int:
    """Hide packages from solving and keep their files, so that locks still install.

    Example: `sluice yank 'pytrips ==1.0.0' --why "eats files"`
    """
    from conda_sluice.cli import console, render
    from conda_sluice.cli.workbench import bench
    from conda_sluice.pipeline.yank import yank
    from conda_sluice.report.as_json import changes_json

    desk = bench(config)
    outcomes = render.follow(
        yank(desk, specs, channel, desk.stamp(why), force=force, dry_run=dry_run), output
    )
    if output is Format.JSON:
        console.print_json(changes_json(outcomes))
    return render.exit_code(outcomes)
