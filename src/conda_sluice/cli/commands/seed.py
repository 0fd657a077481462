"""`sluice seed`: a channel out of this machine."""

from typing import Annotated

import typer

from conda_sluice.cli.options import DEFAULT_JOBS, ConfigOption, Format, JobsOption


def command(
    specs: Annotated[
        list[str] | None,
        typer.Argument(metavar="SPEC", help="Match specs to seed beside what the projects need."),
    ] = None,
    config: ConfigOption = None,
    jobs: JobsOption = DEFAULT_JOBS,
) -> int:
    """Make the upstream folder channel out of this machine's Python, R, compilers and PyPI wheels.

    The packages run on this release of the operating system only; use them to try things out,
    and in CI without a network. What is there already is left alone.

    Example: `sluice seed`, or for one package more `sluice seed 'numpy >=2'`
    """
    from conda_sluice.cli import console, render
    from conda_sluice.cli.workbench import config_file
    from conda_sluice.wiring.seed import seed

    code = 0
    with console.working("seeding", Format.TEXT):
        for outcome in seed(config_file(config), jobs, specs or ()):
            render.show_seeded(outcome)
            code = max(code, render.seeded_code(outcome))
    console.detail("host packages run on this release of the operating system only")
    return code
