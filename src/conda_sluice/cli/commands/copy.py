"""`sluice copy`: copy packages between two channels, without the pipeline."""

from typing import Annotated

import typer

from conda_sluice.cli.options import (
    DEFAULT_TRANSFERS,
    ConfigOption,
    DryRunOption,
    Format,
    FormatOption,
    TransfersOption,
)


def command(
    source: Annotated[str, typer.Argument(metavar="FROM", help="A channel: name, folder, URL.")],
    target: Annotated[str, typer.Argument(metavar="TO", help="A channel: name, folder, URL.")],
    specs: Annotated[list[str], typer.Argument(metavar="SPEC", help="Match specs or globs.")],
    with_dependencies: Annotated[
        bool, typer.Option("--with-dependencies", help="And what an environment takes with them.")
    ] = False,
    why: Annotated[str, typer.Option("--why", help="Why, for those who read it later.")] = "",
    config: ConfigOption = None,
    jobs: TransfersOption = DEFAULT_TRANSFERS,
    dry_run: DryRunOption = False,
    output: FormatOption = Format.TEXT,
) -> int:
    """Copy packages from one channel to another: all of them or none, no file ever overwritten.

    Works without a channels.yaml too; the ledger is then `.ledger` beside the target, or in the
    user's own state folder where the target is a service that keeps no files beside it.

    What was fetched before a copy was cut off is not fetched again by the next one.

    Example: `sluice copy ./staging ./public 'trips ==1.2.*' --dry-run`
    """
    from conda_sluice.cli import console, render
    from conda_sluice.model.outcome import Changed
    from conda_sluice.pipeline.copy import CopyWish, copy
    from conda_sluice.report.as_json import changes_json
    from conda_sluice.wiring.copying import open_copy

    desk, ends = open_copy(source, target, config, transfers=jobs)
    wish = CopyWish(
        source=ends[0],
        target=ends[1],
        specs=tuple(specs),
        why=why,
        with_dependencies=with_dependencies,
    )
    outcomes = render.follow(copy(desk, wish, dry_run=dry_run), output)
    if output is Format.JSON:
        console.print_json(changes_json(outcomes))
    elif not any(isinstance(one, Changed) and one.transaction.steps for one in outcomes):
        console.say(f"nothing to copy: {ends[1]} has them already")
    return render.exit_code(outcomes)
