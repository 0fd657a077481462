"""`sluice recipe` for the workspace's projects."""

from collections.abc import Collection, Iterator
from pathlib import Path

from conda_sluice.model.config import Config
from conda_sluice.model.told import ToldRecipe
from conda_sluice.pipeline.recipe_files import Manner, dialect_for, settle
from conda_sluice.pipeline.recipe_sources import Looking
from conda_sluice.pipeline.recipe_text import files_of
from conda_sluice.pipeline.recipes import generate_recipe
from conda_sluice.pipeline.workspace import load_members


def recipes_of_workspace(
    config: Config, manner: Manner, looking: Looking, chosen: Collection[Path] = ()
) -> Iterator[ToldRecipe]:
    """Bring the recipes of the projects in channels.yaml up to date, or of those `chosen`."""
    members = load_members(
        config, looking.open_repository, allow_dirty=True, ask_backend=looking.ask_backend
    )
    names = dict(config.names)
    for member in members:
        if chosen and member.entry.root.resolve() not in chosen:
            continue
        recipe = generate_recipe(member, members, names)
        files = files_of(recipe, dialect_for(member.recipe_dir, manner))
        yield ToldRecipe(
            outcome=settle(member.name, member.recipe_dir, files, manner),
            project=member.project,
            recipe=recipe,
            version=member.version.conda,
        )
