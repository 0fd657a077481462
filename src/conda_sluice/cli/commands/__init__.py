"""The commands, one file each."""

import typer

from conda_sluice.cli.commands import (
    build,
    explain,
    init,
    lint,
    plan,
    promote,
    recipe,
    restore,
    run,
    seed,
    status,
    test,
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
        run,
        status,
        explain,
        restore,
    ):
        name = module.__name__.rpartition(".")[2]
        app.command(name)(module.command)
