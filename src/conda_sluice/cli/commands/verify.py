"""`sluice verify`: hold the channels against their files and their ledger."""

from typing import Annotated

import typer

from conda_sluice.cli.options import ConfigOption, Format, FormatOption


def command(
    repair: Annotated[
        bool, typer.Option("--repair", help="First index every channel anew, and back-fill.")
    ] = False,
    adopt: Annotated[
        bool,
        typer.Option("--adopt", help="First write down what stands there without a history."),
    ] = False,
    config: ConfigOption = None,
    output: FormatOption = Format.TEXT,
) -> int:
    """Check every file, every record and every chain of the ledger; exit 1 where one is wrong.

    Example: `sluice verify`
    """
    from conda_sluice.cli import console, render
    from conda_sluice.cli.workbench import bench
    from conda_sluice.pipeline import verify
    from conda_sluice.report.as_json import verified_json

    desk = bench(config)
    damage = verify.repair(desk) if repair else None
    if adopt:
        verify.adopt(desk)
    with console.working("reading every file", output):
        found = list(verify.verify(desk))
    if damage and not found:
        raise damage
    if output is Format.JSON:
        console.print_json(verified_json(found))
    else:
        for one in found:
            render.show_found(one)
        if not found:
            console.say("clean: every file, every record and every chain is as it should be")
    return render.FAILED if found else render.OK
