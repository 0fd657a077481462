"""`sluice undo`: take a promotion, a copy or a yank back."""

from typing import Annotated

import typer

from conda_sluice.cli.options import ConfigOption, DryRunOption, Format, FormatOption


def command(
    transaction: Annotated[
        str, typer.Argument(metavar="ID", help="Its id or how that begins; default: the last one.")
    ] = "",
    why: Annotated[str, typer.Option("--why", help="Why, for those who read it later.")] = "",
    config: ConfigOption = None,
    dry_run: DryRunOption = False,
    output: FormatOption = Format.TEXT,
) -> int:
    """Take the last promotion, copy or yank back, or the one named; refuse where others need it.

    Example: `sluice undo --dry-run`
    """
    from conda_sluice.cli import console, render
    from conda_sluice.cli.workbench import bench
    from conda_sluice.pipeline.undo import undo
    from conda_sluice.report.as_json import changes_json

    outcomes = render.follow(undo(bench(config), transaction, why, dry_run=dry_run), output)
    if output is Format.JSON:
        console.print_json(changes_json(outcomes))
    return render.exit_code(outcomes)
