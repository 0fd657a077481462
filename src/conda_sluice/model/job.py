"""A build job: everything that one package needs to be made, fixed before it is made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from conda_sluice.model.names import PackageName, Subdir
from conda_sluice.model.package import Distribution
from conda_sluice.model.project import SourceState
from conda_sluice.model.recipe import RenderedRecipe


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildJob:
    """One package to build: named before it exists (see docs/explanation/architecture.md).

    `key` is the full content key (64 hex digits), of which the build string carries seven;
    `needs` are the packages of the same plan that must be there first, and that the build or host
    environment takes in exactly this build; `siblings` those of the same recipe that its
    pin_subpackage speak of; `project` is the name of the project that it comes from; `is_dirty`
    tells that its sources, or those of what it is built with, are in no commit.
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
    project: PackageName
    needs: tuple[Distribution, ...] = ()
    siblings: tuple[Distribution, ...] = ()
    is_dirty: bool = False

    @property
    def distribution(self) -> Distribution:
        """Return name, version and build string."""
        return Distribution(self.name, self.version, self.build)

    @property
    def file(self) -> str:
        """Return the file name of the package to come."""
        return f"{self.distribution}.conda"


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageOrder:
    """One package to make: its rendered recipe with all that a builder has to know beside it.

    `pins` maps a package name to the exact match spec that replaces it in build and host; `env`
    has values for the build script; `extra` goes into the package's about.extra. What is not
    `is_wanted` is in a channel already, and is made again only where the others need that.
    """

    recipe: RenderedRecipe
    build: str
    number: int
    pins: Mapping[str, str] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, str] = field(default_factory=dict)
    is_wanted: bool = True

    @property
    def distribution(self) -> Distribution:
        """Return name, version and build string."""
        return Distribution(self.recipe.name, self.recipe.version, self.build)

    @property
    def file(self) -> str:
        """Return the file name of the package to come."""
        return f"{self.distribution}.conda"


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildOrder:
    """The packages that one build makes out of one recipe, each after those that it needs.

    `sources` maps a source path as the recipe writes it to the absolute folder to build from.
    The files beside the recipe are taken from `recipe_dir`, which stays as it is; the builder
    works in `workspace`, which does not exist yet, and writes its log to `log`. `channels` are
    URLs, highest priority first, and nothing else is looked at.
    """

    packages: tuple[PackageOrder, ...]
    recipe_dir: Path
    workspace: Path
    log: Path
    channels: tuple[str, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)

    @property
    def wanted(self) -> tuple[PackageOrder, ...]:
        """Return the packages that are in no channel yet."""
        return tuple(one for one in self.packages if one.is_wanted)
