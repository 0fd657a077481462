"""`sluice approve`: sign that packages may enter the next channel."""

from pathlib import Path
from typing import Annotated

import typer

from conda_sluice.cli.options import ConfigOption, Format, FormatOption, KeyOption


def command(
    specs: Annotated[
        list[str] | None, typer.Argument(metavar="SPEC", help="Match specs or globs.")
    ] = None,
    to: Annotated[str, typer.Option("--to", metavar="CHANNEL", help="The channel to enter.")] = "",
    plan: Annotated[
        Path | None,
        typer.Option("--plan", metavar="PLAN", help="What a saved plan names, for its channel."),
    ] = None,
    why: Annotated[str, typer.Option("--why", help="A sentence for those who read it later.")] = "",
    key: KeyOption = "",
    config: ConfigOption = None,
    output: FormatOption = Format.TEXT,
) -> int:
    """Approve packages, by a signature, for a channel whose gate `approved` asks for it.

    Example: `sluice approve 'pytrips ==1.0.0' --to stable --why "seen by QA"`
    """
    from conda_sluice.cli import console, render
    from conda_sluice.cli.workbench import bench
    from conda_sluice.pipeline.say import Wish, approve
    from conda_sluice.report.as_json import said_json

    wish = Wish(specs=tuple(specs or ()), to=to, why=why, key=key, plan=plan)
    said = approve(bench(config), wish)
    if output is Format.JSON:
        console.print_json(said_json(said))
    else:
        render.show_said(said)
    return 0
