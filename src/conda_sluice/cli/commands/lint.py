"""`sluice lint`: remarks on recipes, with ids that stay."""

from pathlib import Path
from typing import Annotated

import typer

from conda_sluice.cli.options import ConfigOption, Format, FormatOption


def command(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="PATH",
            help="Recipes, their folders, or a folder of them; default: recipes beside"
            " channels.yaml.",
        ),
    ] = None,
    fix: Annotated[bool, typer.Option("--fix", help="Repair what can be repaired safely.")] = False,
    ignore: Annotated[
        list[str] | None,
        typer.Option("--ignore", metavar="ID", help="Leave a rule out; may be given many times."),
    ] = None,
    output: FormatOption = Format.TEXT,
    config: ConfigOption = None,
) -> int:
    """Remark on recipes as a reviewer would; exit with 1 where there is an error.

    Example: `sluice lint`, or `sluice lint recipes/trips --fix`
    """
    from conda_sluice.cli import console, render_lint
    from conda_sluice.report.lint_json import lint_json
    from conda_sluice.wiring.lint import lint_recipes

    outcomes = lint_recipes(paths or (), tuple(ignore or ()), config, fixes=fix)
    if output is Format.JSON:
        console.print_json(lint_json(outcomes))
    else:
        render_lint.outcomes(outcomes)
    return render_lint.exit_code(outcomes)
