"""`sluice recipe` for the workspace's projects, or for source trees and archives from anywhere."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from conda_sluice.discover.detect import discover
from conda_sluice.discover.versions import written_version
from conda_sluice.effects.archive import unpack
from conda_sluice.effects.files import sha256_of
from conda_sluice.errors import ProjectError, UsageError
from conda_sluice.model.outcome import RecipeOutcome
from conda_sluice.model.project import Project
from conda_sluice.pipeline.bench import Bench
from conda_sluice.pipeline.recipes import settle, write
from conda_sluice.pipeline.workspace import load_members
from conda_sluice.recipe.generate import RecipeSource, generate
from conda_sluice.recipe.render_v0 import render_v0


def recipes_of_workspace(
    bench: Bench, *, overwrite: bool, dry_run: bool
) -> tuple[RecipeOutcome, ...]:
    """Bring the recipes of all projects in channels.yaml up to date."""
    members = load_members(bench.config, bench.open_repository, allow_dirty=True)
    names = dict(bench.config.names)
    return tuple(
        write(member, members, names, overwrite=overwrite, dry_run=dry_run) for member in members
    )


def recipes_of_sources(
    sources: Sequence[Path], output: Path, *, overwrite: bool, dry_run: bool
) -> tuple[RecipeOutcome, ...]:
    """Write recipes for folders and archives; archives are unpacked aside, never trusted."""
    outcomes = []
    for source in sources:
        with _project_of(source) as project:
            outcomes.append(
                _write(project, source.resolve(), output, overwrite=overwrite, dry_run=dry_run)
            )
    return tuple(outcomes)


@contextmanager
def _project_of(source: Path) -> Iterator[Project]:
    if source.is_dir():
        yield discover(source.absolute())
        return
    if not source.is_file():
        raise UsageError(f"{source} is neither a folder nor an archive")
    with tempfile.TemporaryDirectory(prefix="sluice-") as folder:
        try:
            project = discover(unpack(source, Path(folder)))
        except ProjectError as error:
            # the scratch folder is gone by the time that somebody reads this
            where = error.where.replace(folder, str(source))
            raise ProjectError(error.what, where=where, remedy=error.remedy) from error
        yield project


def _write(
    project: Project, source: Path, output: Path, *, overwrite: bool, dry_run: bool
) -> RecipeOutcome:
    folder, written = output / project.name, project.static_version
    if source.is_dir():
        recipe_source = RecipeSource(path=str(source))
    else:
        recipe_source = RecipeSource(url=source.as_uri(), sha256=sha256_of(source))
    recipe = generate(
        project,
        source=recipe_source,
        default_version=written_version(written, project.language, source) if written else "0",
        is_versioned_by_git=not written,
    )
    files = {"meta.yaml": render_v0(recipe), **dict(recipe.scripts)}
    return settle(project.name, folder, files, overwrite=overwrite, dry_run=dry_run)
