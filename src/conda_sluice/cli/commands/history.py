"""`sluice history`: what happened to packages."""

from typing import Annotated

import typer

from conda_sluice.cli.options import ConfigOption, Format, FormatOption


def command(
    packages: Annotated[
        list[str] | None, typer.Argument(metavar="PACKAGE", help="Names; default: all packages.")
    ] = None,
    config: ConfigOption = None,
    output: FormatOption = Format.TEXT,
) -> int:
    """Tell what the ledger knows of packages, oldest first: what, when, by whom and why.

    Example: `sluice history pytrips`
    """
    from conda_sluice.cli import console, render
    from conda_sluice.cli.workbench import bench
    from conda_sluice.pipeline.history import history
    from conda_sluice.report.as_json import history_json

    events = history(bench(config), packages or [])
    if output is Format.JSON:
        console.print_json(history_json(events))
    else:
        render.history(events)
    return 0
