"""`sluice recipe`: write recipes for projects, and merge what changes into what was edited."""

from pathlib import Path
from typing import Annotated

import typer

from conda_sluice.cli.options import ConfigOption, DryRunOption, Format, FormatOption
from conda_sluice.model.merge import Take
from conda_sluice.model.recipe import Dialect


def command(
    sources: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="PATH",
            help="Project folders or source archives; default: the projects of channels.yaml.",
        ),
    ] = None,
    url: Annotated[
        str, typer.Option("--url", metavar="URL", help="Where the archive PATH comes from.")
    ] = "",
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            show_default="recipes",
            help="The folder of recipes; that of channels.yaml for its own projects.",
        ),
    ] = None,
    dialect: Annotated[
        Dialect | None,
        typer.Option(
            "--dialect", help="The recipe's language; default: as it is there, else meta.yaml."
        ),
    ] = None,
    check: Annotated[
        bool,
        typer.Option(
            "--check", help="Write nothing; exit with 1 when the sources ask for changes."
        ),
    ] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Write nothing; show what would change.")
    ] = False,
    take: Annotated[
        Take | None,
        typer.Option("--take", help="Whose text stands where you and the sources disagree."),
    ] = None,
    adopt: Annotated[
        bool,
        typer.Option(
            "--adopt", help="Keep recipes written by hand, and merge later changes into them."
        ),
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace recipes that differ, edits included.")
    ] = False,
    no_build_backend: Annotated[
        bool,
        typer.Option(
            "--no-build-backend",
            help="Run no code of the project, even where files do not suffice.",
        ),
    ] = False,
    dry_run: DryRunOption = False,
    form: FormatOption = Format.TEXT,
    config: ConfigOption = None,
) -> int:
    """Write `<name>/meta.yaml` and build scripts; what you edited in them is kept.

    Example: `sluice recipe --check`, or `sluice recipe idna-3.10.tar.gz --output recipes`
    """
    from conda_sluice.cli import console, render_recipe
    from conda_sluice.pipeline.recipe_files import Manner
    from conda_sluice.wiring.recipes import Request, recipes

    manner = Manner(
        dialect=dialect,
        overwrite=overwrite,
        adopt=adopt,
        take=take,
        dry_run=check or diff or dry_run,
    )
    request = Request(
        sources=tuple(sources or ()),
        url=url,
        output=output,
        config=config,
        asks_backend=not no_build_backend,
    )
    told = render_recipe.follow(recipes(request, manner), form, shows_diff=check or diff)
    if form is Format.JSON:
        from conda_sluice.report.recipe_json import recipes_json

        console.print_json(recipes_json(told))
    elif not told:
        console.say("there are no projects")
    return render_recipe.exit_code(told, is_check=check)
