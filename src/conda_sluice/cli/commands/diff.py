"""`sluice diff`: in what two packages differ, file by file."""

from functools import partial
from typing import Annotated

import typer

from conda_sluice.cli.options import ConfigOption, Format, FormatOption


def command(
    first: Annotated[str, typer.Argument(metavar="FIRST", help="A package file, or a spec.")],
    second: Annotated[str, typer.Argument(metavar="SECOND", help="A package file, or a spec.")],
    config: ConfigOption = None,
    output: FormatOption = Format.TEXT,
) -> int:
    """Compare what two packages hold; exit 1 where more differs than names of the version.

    A spec means the newest package of the ladder that it matches; CHANNEL::SPEC looks into one
    channel. Two files need no channels.yaml.

    Example: `sluice diff pytrips==0.3.0rc1 pytrips==0.3.0`
    """
    from conda_sluice.cli import console, render_diff
    from conda_sluice.cli.workbench import bench
    from conda_sluice.pipeline.diff import diff
    from conda_sluice.report.comparison_json import comparison_json

    found = diff(first, second, partial(bench, config))
    if output is Format.JSON:
        console.print_json(comparison_json(found))
    else:
        render_diff.show_comparison(found)
    return 1 if found.unexplained else 0
