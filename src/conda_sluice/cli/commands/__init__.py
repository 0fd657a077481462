"""The commands, one file each."""

import typer

from conda_sluice.cli.commands import (
    approve,
    build,
    copy,
    diff,
    explain,
    freeze,
    history,
    init,
    lint,
    override,
    plan,
    promote,
    prune,
    recipe,
    restore,
    run,
    seed,
    serve,
    status,
    test,
    thaw,
    undo,
    unyank,
    upload,
    verify,
    yank,
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
        serve,
        history,
        diff,
        undo,
        yank,
        unyank,
        prune,
        copy,
        verify,
        restore,
    ):
        name = module.__name__.rpartition(".")[2]
        app.command(name)(module.command)
