"""`sluice plan`: what would be built, in which order, and why."""

from conda_sluice.cli.options import AllowDirtyOption, ConfigOption, Format, FormatOption


def command(
    config: ConfigOption = None,
    allow_dirty: AllowDirtyOption = False,
    output: FormatOption = Format.TEXT,
) -> int:
    """Show what would be built, in which order, and why; nothing is changed.

    Example: `sluice plan --format json`
    """
    from conda_sluice.cli import render
    from conda_sluice.cli.workbench import bench
    from conda_sluice.pipeline.run import prepare

    prepared = prepare(bench(config), allow_dirty=allow_dirty, dry_run=True)
    return render.plan(prepared.plan, output)
