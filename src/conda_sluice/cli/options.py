"""Options that several commands share."""

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from conda_sluice.model.config import BuilderName
from conda_sluice.model.stores import TRANSFERS


class Format(StrEnum):
    """How results are printed."""

    TEXT = "text"
    JSON = "json"


ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        "-c",
        help="The channels.yaml to use; default: the one here or in the nearest folder above.",
        metavar="FILE",
    ),
]
FormatOption = Annotated[
    Format, typer.Option("--format", help="Print for people (text) or programs (json).")
]
JobsOption = Annotated[
    int,
    typer.Option(
        "--jobs",
        "-j",
        min=1,
        show_default="the number of processors",
        help="How many builds or tests run side by side.",
    ),
]
TransfersOption = Annotated[
    int,
    typer.Option(
        "--jobs", "-j", min=1, help="How many packages go to or from a server side by side."
    ),
]
TimeoutOption = Annotated[
    float, typer.Option(min=1, help="Seconds that one build or one package's tests may take.")
]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Say what would be done; change nothing.")
]
AllowDirtyOption = Annotated[
    bool,
    typer.Option(
        "--allow-dirty",
        help="Build uncommitted changes too; such packages never leave the lowest channel.",
    ),
]
BuilderOption = Annotated[
    BuilderName | None,
    typer.Option("--builder", help="What builds the packages; default: as channels.yaml says."),
]
SpecArguments = Annotated[
    list[str] | None,
    typer.Argument(metavar="SPEC", help="Match specs or globs; default: all packages."),
]
ToOption = Annotated[
    str,
    typer.Option("--to", metavar="CHANNEL", help="Default: the channel above the lowest one."),
]
KeyOption = Annotated[
    str,
    typer.Option(
        "--key",
        metavar="KEY",
        help="The file of an SSH key, or `gpg:<id>`; default: the key that signs git tags.",
    ),
]

DEFAULT_JOBS = os.cpu_count() or 1
DEFAULT_TRANSFERS = TRANSFERS
DEFAULT_TIMEOUT = 3600.0
