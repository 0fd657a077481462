"""The reference page of the commands, made from the commands themselves."""

import typer
from typer.cli import get_docs_for_click

from conda_sluice.cli.app import app

PAGE = "docs/reference/cli.md"


def render_page() -> str:
    """Return docs/reference/cli.md."""
    command = typer.main.get_command(app)
    context = command.make_context("sluice", [], resilient_parsing=True)
    text: str = get_docs_for_click(
        obj=command,
        ctx=context,  # type: ignore[arg-type]  # typer's own class is only a face of this one
        name="sluice",
        title="Commands",
    )
    note = "<!-- written by `make docs` from the commands' own help; do not edit -->"
    return f"{note}\n\n{text.strip()}\n"
