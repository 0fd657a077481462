"""`sluice explain`: one page on a package, from commit to channel."""

from typing import Annotated

import typer

from conda_sluice.cli.options import ConfigOption, Format, FormatOption


def command(
    package: Annotated[str, typer.Argument(metavar="PACKAGE", help="A package name.")],
    config: ConfigOption = None,
    output: FormatOption = Format.TEXT,
) -> int:
    """Tell a package's way: project, plan, history, and what each gate above says.

    Example: `sluice explain pytrips`.
    """
    from conda_sluice.cli import console, render
    from conda_sluice.cli.workbench import bench
    from conda_sluice.pipeline.explain import explain
    from conda_sluice.report.as_json import explanation_json

    explanation = explain(bench(config), package)
    if output is Format.JSON:
        console.print_json(explanation_json(explanation))
    else:
        render.explanation(explanation)
    return 0
