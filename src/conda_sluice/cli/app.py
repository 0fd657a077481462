"""The command line put together: one Typer app, one place where errors become exit codes."""

import warnings
from collections.abc import Sequence
from typing import Annotated, TextIO

import typer

from conda_sluice.cli import commands
from conda_sluice.errors import SluiceError, StoreWarning, UsageError

INTERRUPTED = 130
"""The exit code after Ctrl-C: 128 and the number of SIGINT."""

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
    from conda_sluice.wiring.secrets import learn_secrets

    learn_secrets()
    _show_warnings()
    try:
        code = typer.main.get_command(app).main(
            args=list(argv), prog_name="sluice", standalone_mode=False
        )
    except SluiceError as error:
        return _fail(error)
    except typer.TyperException as error:
        what = error.format_message()
        if not what:  # no command: the help was shown instead
            return UsageError.exit_code
        where = getattr(error, "ctx", None)  # only errors of usage know their command
        command = where.command_path if where else "sluice"
        return _fail(UsageError(what, remedy=f"see {command} --help"))
    except OSError as error:
        from conda_sluice.effects.os_errors import store_error

        return _fail(store_error(error))
    except SystemExit as left:  # typer's answer to a reader that went away (`| head`)
        return left.code if isinstance(left.code, int) else SluiceError.exit_code
    if code == INTERRUPTED:  # typer makes that of KeyboardInterrupt
        from conda_sluice.cli import console

        console.note("interrupted; what ran was ended")
    return code if isinstance(code, int) else 0


def _show_warnings() -> None:
    """Let what stores warn of be a line for people, and not one of Python."""
    usual = warnings.showwarning

    def show(  # noqa: PLR0917 - Python calls it so
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        if not issubclass(category, StoreWarning):
            usual(message, category, filename, lineno, file, line)
            return
        from conda_sluice.cli import console

        console.note(f"note: {message}")

    warnings.showwarning = show


def _fail(error: SluiceError) -> int:
    from conda_sluice.cli import console

    console.print_error(error)
    return error.exit_code
