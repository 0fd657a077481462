"""A build job: everything that one package needs to be made, fixed before it is made."""

from dataclasses import dataclass
from pathlib import Path

from conda_sluice.model.names import PackageName, Subdir
from conda_sluice.model.package import Distribution
from conda_sluice.model.project import SourceState
from conda_sluice.model.recipe import RenderedRecipe


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildJob:
    """One package to build: named before it exists (see docs/explanation/architecture.md).

    `key` is the full content key (64 hex digits), of which the build string carries seven;
    `needs` are the packages of the same plan that must lie in the lowest channel first, and that
    the build or host environment takes in exactly this build; `is_dirty` that its sources, or
    those of what it is built with, are in no commit.
    """

    name: PackageName
    version: str
    build: str
    number: int
    subdir: Subdir
    key: str
    source: SourceState | None
    project_root: Path
    recipe_dir: Path
    rendered: RenderedRecipe
    needs: tuple[Distribution, ...] = ()
    is_dirty: bool = False

    @property
    def distribution(self) -> Distribution:
        """Return name, version and build string."""
        return Distribution(self.name, self.version, self.build)

    @property
    def file(self) -> str:
        """Return the file name of the package to come."""
        return f"{self.distribution}.conda"
