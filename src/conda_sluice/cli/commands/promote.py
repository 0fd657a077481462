"""`sluice promote`: copy what passed its gates to the next channel."""

from pathlib import Path
from typing import Annotated

import typer

from conda_sluice.cli.options import (
    DEFAULT_TRANSFERS,
    ConfigOption,
    DryRunOption,
    Format,
    FormatOption,
    SpecArguments,
    ToOption,
    TransfersOption,
)


def command(
    specs: SpecArguments = None,
    source: Annotated[
        str, typer.Option("--from", metavar="CHANNEL", help="Default: the channel below --to.")
    ] = "",
    to: ToOption = "",
    config: ConfigOption = None,
    jobs: TransfersOption = DEFAULT_TRANSFERS,
    dry_run: DryRunOption = False,
    save: Annotated[
        Path | None,
        typer.Option("--save", metavar="PLAN", help="Copy nothing; write what would be to a file."),
    ] = None,
    apply: Annotated[
        Path | None,
        typer.Option(
            "--apply", metavar="PLAN", help="Carry a saved plan out, all of it or nothing."
        ),
    ] = None,
    output: FormatOption = Format.TEXT,
) -> int:
    """Copy packages whose gates pass to the next channel; say for the others what holds them.

    Example: `sluice promote --from unstable --to testing --dry-run`
    """
    from conda_sluice.cli import console, render
    from conda_sluice.cli.workbench import bench
    from conda_sluice.errors import UsageError
    from conda_sluice.pipeline.move import apply_from, promote_from
    from conda_sluice.report.as_json import promotion_json

    desk = bench(config, transfers=jobs)
    if apply and (specs or source or to or save or dry_run):
        raise UsageError("a plan says itself what climbs where", remedy="give --apply alone")
    stream = (
        apply_from(desk, apply)
        if apply
        else promote_from(desk, specs or [], source, to, dry_run=dry_run, save=save)
    )
    outcomes = render.follow(stream, output, counts_settled=not (specs or apply))
    if output is Format.JSON:
        console.print_json(promotion_json(outcomes))
    elif not outcomes:
        console.say("nothing to promote")
    if save:
        render.show_saved(save, outcomes)
    return render.exit_code_by_name(outcomes) if specs or apply else render.exit_code(outcomes)
