"""`sluice recipe`: write recipes for projects."""

from pathlib import Path
from typing import Annotated

import typer

from conda_sluice.cli.options import ConfigOption, DryRunOption


def command(
    sources: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="SOURCE",
            help="Project folders or source archives; default: the projects of channels.yaml.",
        ),
    ] = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Where recipes of SOURCE go.")
    ] = Path("recipes"),
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit with 1 when a recipe differs.")
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace recipes that differ, edits included.")
    ] = False,
    dry_run: DryRunOption = False,
    config: ConfigOption = None,
) -> int:
    """Write `<name>/meta.yaml` and build scripts; a recipe that is there is left alone.

    Example: `sluice recipe --check`, or `sluice recipe idna-3.10.tar.gz --output recipes`.
    """
    from conda_sluice.cli import console, render
    from conda_sluice.cli.workbench import bench
    from conda_sluice.model.outcome import RecipeState
    from conda_sluice.pipeline.recipe_command import recipes_of_sources, recipes_of_workspace

    keep = check or dry_run
    if sources:
        outcomes = recipes_of_sources(sources, output, overwrite=overwrite, dry_run=keep)
    else:
        outcomes = recipes_of_workspace(bench(config), overwrite=overwrite, dry_run=keep)
    for outcome in outcomes:
        render.show_recipe(outcome)
        if outcome.state is RecipeState.DIFFERS:
            render.difference(outcome)
    differs = any(outcome.state is RecipeState.DIFFERS for outcome in outcomes)
    if not outcomes:
        console.say("there are no projects")
    return int(check and differs)
