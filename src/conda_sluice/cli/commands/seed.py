"""`sluice seed`: a channel out of this machine."""

from conda_sluice.cli.options import DEFAULT_JOBS, ConfigOption, Format, JobsOption


def command(config: ConfigOption = None, jobs: JobsOption = DEFAULT_JOBS) -> int:
    """Make the upstream folder channel out of this machine's Python, R, compilers and PyPI wheels.

    The packages run on this release of the operating system only; use them to try things out,
    and in CI without a network. What is there already is left alone.

    Example: `sluice seed`
    """
    from conda_sluice.cli import console, render
    from conda_sluice.cli.workbench import config_file
    from conda_sluice.wiring.seed import seed

    code = 0
    with console.working("seeding", Format.TEXT):
        for outcome in seed(config_file(config), jobs):
            render.show_seeded(outcome)
            code = max(code, render.seeded_code(outcome))
    console.detail("host packages run on this release of the operating system only")
    return code
