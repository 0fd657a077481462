"""`sluice build`: build what the plan says into the lowest channel."""

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
    jobs: JobsOption = DEFAULT_JOBS,
    timeout: TimeoutOption = DEFAULT_TIMEOUT,
    builder: BuilderOption = None,
    allow_dirty: AllowDirtyOption = False,
    dry_run: DryRunOption = False,
    output: FormatOption = Format.TEXT,
) -> int:
    """Build what is missing and put it into the lowest channel, dependents last.

    Example: `sluice build --jobs 4`
    """
    from conda_sluice.cli import console, render
    from conda_sluice.cli.workbench import bench
    from conda_sluice.pipeline.run import Options, prepare, run_builds
    from conda_sluice.report.as_json import builds_json

    desk = bench(config, jobs, builder)
    prepared = prepare(desk, allow_dirty=allow_dirty, dry_run=dry_run)
    if dry_run:
        return render.plan(prepared.plan, output)
    options = Options(timeout=timeout, allow_dirty=allow_dirty)
    with desk.lock():
        outcomes = render.follow(run_builds(desk, prepared.plan, options), output)
    if output is Format.JSON:
        console.print_json(builds_json(outcomes))
    elif not outcomes:
        console.say(render.NO_PROJECTS)
    return render.exit_code(outcomes)
