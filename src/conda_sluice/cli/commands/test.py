"""`sluice test`: test published packages in fresh environments."""

from pathlib import Path
from typing import Annotated

import typer

from conda_sluice.cli.options import (
    DEFAULT_JOBS,
    DEFAULT_TIMEOUT,
    ConfigOption,
    Format,
    FormatOption,
    JobsOption,
    SpecArguments,
    TimeoutOption,
    ToOption,
)


def command(
    specs: SpecArguments = None,
    to: ToOption = "",
    config: ConfigOption = None,
    jobs: JobsOption = DEFAULT_JOBS,
    timeout: TimeoutOption = DEFAULT_TIMEOUT,
    import_from: Annotated[
        Path | None,
        typer.Option(
            "--import", metavar="REPORT", help="Run nothing; take in what another job's tests gave."
        ),
    ] = None,
    output: FormatOption = Format.TEXT,
) -> int:
    """Test packages of one channel as if they were in the next, and record the results.

    Packages named by SPEC are tested again even where a result is on record.

    Example: `sluice test 'pytrips ==0.3.0' --to testing`
    """
    from conda_sluice.cli import console, render
    from conda_sluice.cli.workbench import bench
    from conda_sluice.pipeline.imported import import_tests
    from conda_sluice.pipeline.move import test_for
    from conda_sluice.pipeline.run import Options
    from conda_sluice.report.as_json import tests_json

    desk = bench(config, jobs)
    if import_from:
        reports = render.follow(import_tests(desk, import_from), output)
    else:
        with desk.lock():
            options = Options(timeout=timeout)
            reports = render.follow(test_for(desk, specs or [], to, options), output)
    if output is Format.JSON:
        console.print_json(tests_json(reports))
    elif not reports:
        console.say("nothing to test; sluice promote --dry-run says what holds packages")
    return render.exit_code(reports)
