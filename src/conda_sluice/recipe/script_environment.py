"""What a recipe and its build script may read in their environment."""

from collections.abc import Mapping

from conda_sluice.model.project import ProjectVersion
from conda_sluice.model.recipe import RenderedRecipe


def version_environment(version: ProjectVersion) -> Mapping[str, str]:
    """Return what a recipe and its build script may read about the version."""
    return {"SLUICE_VERSION": version.conda, "SLUICE_UPSTREAM_VERSION": version.upstream}


def build_environment(rendered: RenderedRecipe, version: ProjectVersion) -> Mapping[str, str]:
    """Return what a build script finds in its environment: its variant, and the version.

    conda-build does so too: a script that reads a variant key is how C projects use one.
    """
    variant = {key: value for key, value in rendered.variant if key.isidentifier()}
    return {**variant, **version_environment(version)}
