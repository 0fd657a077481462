"""`sluice init`: a channels.yaml for the projects found here."""

from pathlib import Path
from typing import Annotated

import typer

from conda_sluice.cli.options import DryRunOption


def command(
    folder: Annotated[Path, typer.Argument(help="Where to look for projects.")] = Path(),
    dry_run: DryRunOption = False,
) -> int:
    """Write a commented channels.yaml for the projects found here.

    Example: `sluice init`
    """
    from conda_sluice.cli import console
    from conda_sluice.pipeline.init import start

    started = start(folder.absolute(), dry_run=dry_run)
    for project, why in started.projects:
        console.line("found", str(project), why, "green")
    if dry_run:
        console.say(started.text)
    else:
        console.say(f"wrote {started.file}; next: sluice run")
        console.detail("without a network: set upstream: [./channels/host], and sluice seed first")
    return 0
