"""`sluice upload`: put package files into the lowest channel."""

from pathlib import Path
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
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Package files.")],
    config: ConfigOption = None,
    jobs: TransfersOption = DEFAULT_TRANSFERS,
    dry_run: DryRunOption = False,
    output: FormatOption = Format.TEXT,
) -> int:
    """Put package files (.conda, .tar.bz2) into the lowest channel: all of them or none.

    Example: `sluice upload dist/*.conda`
    """
    from conda_sluice.cli import console, render
    from conda_sluice.cli.workbench import bench
    from conda_sluice.pipeline.upload import upload
    from conda_sluice.report.as_json import uploads_json

    desk = bench(config, transfers=jobs)
    outcomes = render.follow(upload(desk, files, dry_run=dry_run), output)
    if output is Format.JSON:
        console.print_json(uploads_json(outcomes))
    return render.exit_code(outcomes)
