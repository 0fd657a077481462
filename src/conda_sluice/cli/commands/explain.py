"""`sluice explain`: one page on a package, from commit to channel."""

from pathlib import Path
from typing import Annotated

import typer

from conda_sluice.cli.options import ConfigOption, Format, FormatOption


def command(
    package: Annotated[str, typer.Argument(metavar="PACKAGE", help="A package name.")],
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE", help="Write the page as HTML, one file with all."),
    ] = None,
    config: ConfigOption = None,
    output: FormatOption = Format.TEXT,
) -> int:
    """Tell a package's way: what holds it and what would free it, versions, tests, history.

    Example: `sluice explain pytrips --html pytrips.html`
    """
    from conda_sluice.cli import console, render_explain
    from conda_sluice.cli.workbench import bench
    from conda_sluice.pipeline.explain import explain

    desk = bench(config)
    explanation = explain(desk, package)
    if html is not None:
        from conda_sluice.effects.files import write_atomically
        from conda_sluice.effects.os_errors import as_store_errors
        from conda_sluice.effects.scrub import scrub
        from conda_sluice.report.explain_html import explanation_html

        page = explanation_html(explanation, desk.clock()[:19].replace("T", " "))
        with as_store_errors(html):
            write_atomically(html, scrub(page).encode())
        console.note(f"{html} is written")
    if output is Format.JSON:
        from conda_sluice.report.explain_json import explanation_json

        console.print_json(explanation_json(explanation))
    elif html is None:
        render_explain.explanation(explanation)
    return 0
