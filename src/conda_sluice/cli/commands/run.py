"""`sluice run`: the whole pipeline."""

from typing import Annotated

import typer

from conda_sluice.cli.options import (
    DEFAULT_JOBS,
    DEFAULT_TIMEOUT,
    AllowDirtyOption,
    BuilderOption,
    ConfigOption,
    DryRunOption,
    Format,
    FormatOption,
    JobsOption,
    TimeoutOption,
)


def command(
    config: ConfigOption = None,
    to: Annotated[
        str, typer.Option(metavar="CHANNEL", help="Stop at this channel; default: the highest.")
    ] = "",
    jobs: JobsOption = DEFAULT_JOBS,
    timeout: TimeoutOption = DEFAULT_TIMEOUT,
    builder: BuilderOption = None,
    allow_dirty: AllowDirtyOption = False,
    dry_run: DryRunOption = False,
    output: FormatOption = Format.TEXT,
) -> int:
    """Build, upload, test and promote: take every project as far up as its gates let it.

    Example: `sluice run`, or in a packaging job `sluice run --to unstable`
    """
    from conda_sluice.cli import console, render
    from conda_sluice.cli.workbench import bench
    from conda_sluice.pipeline.run import Options, last_rung, prepare, run
    from conda_sluice.report.as_json import run_json

    desk = bench(config, jobs, builder)
    last_rung(desk.config, to)
    if dry_run:
        prepared = prepare(desk, allow_dirty=allow_dirty, dry_run=True)
        return render.plan(prepared.plan, output)
    options = Options(timeout=timeout, allow_dirty=allow_dirty, to=to)
    with desk.lock():
        outcomes = render.follow(run(desk, options), output)
    if output is Format.JSON:
        console.print_json(run_json(outcomes))
    elif not outcomes:
        console.say(render.NO_PROJECTS)
    return render.exit_code(outcomes)
