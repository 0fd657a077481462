"""The command line put together: one Typer app, one place where errors become exit codes."""

from collections.abc import Sequence
from typing import Annotated

import typer

from conda_sluice.cli import commands
from conda_sluice.errors import SluiceError, UsageError

app = typer.Typer(
    name="sluice",
    help="Carry conda packages from source tree to the stable channel, gate by gate.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)


def _print_version(value: bool) -> None:  # noqa: FBT001 - typer calls it with the flag's value
    if value:
        from conda_sluice import __version__
        from conda_sluice.cli import console

        console.say(f"sluice {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=_print_version, help="Print the version."
        ),
    ] = False,
) -> None:
    """Carry conda packages from source tree to the stable channel, gate by gate."""


commands.register(app)


def run(argv: Sequence[str]) -> int:
    """Run a command line and return its exit code (docs/reference/exit-codes.md)."""
    try:
        code = typer.main.get_command(app).main(
            args=list(argv), prog_name="sluice", standalone_mode=False
        )
    except SluiceError as error:
        from conda_sluice.cli import console

        console.print_error(error)
        return error.exit_code
    except typer.TyperException as error:
        from conda_sluice.cli import console

        console.print_error(UsageError(error.format_message(), remedy="see sluice --help"))
        return UsageError.exit_code
    return code if isinstance(code, int) else 0
