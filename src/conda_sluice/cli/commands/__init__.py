"""The commands, one file each."""

import typer

from conda_sluice.cli.commands import (
    approve,
    build,
    explain,
    freeze,
    init,
    lint,
    override,
    plan,
    promote,
    recipe,
    restore,
    run,
    seed,
    status,
    test,
    thaw,
    upload,
)


def register(app: typer.Typer) -> None:
    """Add every command to the app, in the order of the pipeline."""
    for module in (
        init,
        seed,
        recipe,
        lint,
        plan,
        build,
        upload,
        test,
        promote,
        approve,
        override,
        freeze,
        thaw,
        run,
        status,
        explain,
        restore,
    ):
        name = module.__name__.rpartition(".")[2]
        app.command(name)(module.command)
