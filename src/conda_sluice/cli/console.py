"""The only place that prints."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from conda_sluice.cli.options import Format
from conda_sluice.effects.scrub import scrub
from conda_sluice.errors import SluiceError
from conda_sluice.report.visible import visible

Value = TypeVar("Value")

WIDE = 200
"""Columns where nobody looks on: a file or a log has no edge that a table must fit."""

WHAT = 44
"""Columns for what a step was done to: enough for most names, versions and builds."""

# without `emoji` a file called `:x:` keeps its name
out = Console(
    highlight=False, emoji=False, soft_wrap=True, width=None if sys.stdout.isatty() else WIDE
)
err = Console(stderr=True, highlight=False, emoji=False, soft_wrap=True)


def _shown(text: str) -> str:
    """Return text without secrets, and so that it drives neither rich nor a terminal."""
    return escape("\t".join(map(visible, scrub(text).split("\t"))))


def say(text: str = "", style: str | None = None) -> None:
    """Print a line for people; square brackets are text."""
    out.print(_shown(text), style=style)


def note(text: str) -> None:
    """Print a line beside the result, on standard error."""
    err.print(_shown(text), style="dim")


def print_json(data: Mapping[str, object]) -> None:
    """Print one JSON document."""
    sys.stdout.write(scrub(json.dumps(data, indent=2)) + "\n")
    sys.stdout.flush()  # here, where it can still be told that it failed


def print_error(error: SluiceError) -> None:
    """Print an error as what, where and what to do next."""
    err.print(f"[bold red]error:[/] {_shown(str(error))}")


def line(verb: str, what: str, result: str, style: str, *, width: int = WHAT) -> None:
    """Print one step: verb, what it was done to, what came of it."""
    out.print(f"[dim]{verb:<8}[/] {_shown(what.ljust(width))} [{style}]{_shown(result)}[/]")


def detail(text: str) -> None:
    """Print a line that belongs to the one before."""
    out.print(f"         [dim]{_shown(text)}[/]")


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table, plain enough to be pasted."""
    grid = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        grid.add_column(column, no_wrap=True)
    for row in rows:
        grid.add_row(*(_shown(cell) for cell in row))
    out.print(grid, soft_wrap=False)


@contextmanager
def working(text: str, output: Format) -> Iterator[Callable[[str], None]]:
    """Show on a terminal what is going on, and give the means to say it anew; else nothing."""
    if output is Format.JSON or not err.is_terminal:
        yield lambda _text: None
        return
    with err.status(_shown(text)) as status:
        yield lambda text: status.update(_shown(text))
