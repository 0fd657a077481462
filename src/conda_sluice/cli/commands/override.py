"""`sluice override`: take it upon oneself that a gate does not hold packages."""

from typing import Annotated

import typer

from conda_sluice.cli.options import ConfigOption, Format, FormatOption, KeyOption


def command(
    specs: Annotated[list[str], typer.Argument(metavar="SPEC", help="Match specs or globs.")],
    gate: Annotated[str, typer.Option("--gate", help="The gate, as its excuse names it.")],
    to: Annotated[str, typer.Option("--to", metavar="CHANNEL", help="The channel to enter.")],
    why: Annotated[str, typer.Option("--why", help="Why; every report repeats it.")],
    until: Annotated[str, typer.Option("--until", metavar="DAY", help="The last day it holds.")],
    key: KeyOption = "",
    config: ConfigOption = None,
    output: FormatOption = Format.TEXT,
) -> int:
    """Let packages pass a gate that holds them: who, why and until when is written down.

    Example: `sluice override pytrips --gate tested --to testing --why "the mirror is down"
    --until 2026-12-31`
    """
    from conda_sluice.cli import console, render
    from conda_sluice.cli.workbench import bench
    from conda_sluice.pipeline.say import Wish, override
    from conda_sluice.report.as_json import said_json

    wish = Wish(specs=tuple(specs), to=to, why=why, key=key, gate=gate, until=until)
    said = override(bench(config), wish)
    if output is Format.JSON:
        console.print_json(said_json(said))
    else:
        render.show_said(said)
    return 0
