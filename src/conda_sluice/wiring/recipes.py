"""What `sluice recipe` works on: the workspace, some of its projects, or sources from anywhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from conda_sluice.discover.backend import ask_nothing
from conda_sluice.errors import UsageError
from conda_sluice.model.config import Config
from conda_sluice.model.outcome import Progress
from conda_sluice.model.told import Told
from conda_sluice.pipeline.recipe_files import Manner
from conda_sluice.pipeline.recipe_sources import Looking, check_url
from conda_sluice.wiring.configuration import ask_late, load_nearest, open_repository_late

RECIPES = Path("recipes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the command line asks for."""

    sources: tuple[Path, ...] = ()
    url: str = ""
    output: Path | None = None
    config: Path | None = None
    asks_backend: bool = True


def recipes(request: Request, manner: Manner) -> Iterator[Told | Progress]:
    """Bring recipes up to date; channels.yaml is needed only where no source is named.

    Raise UsageError for options that do not go together.
    """
    _check(request)
    config = load_nearest(request.config, is_needed=not request.sources)
    ask = ask_late if request.asks_backend else ask_nothing
    looking = Looking(ask_backend=ask, open_repository=open_repository_late, url=request.url)
    chosen = {one.resolve() for one in request.sources}
    if config is not None and request.output is None and chosen <= _roots(config):
        from conda_sluice.pipeline.workspace_recipes import recipes_of_workspace

        return recipes_of_workspace(config, manner, looking, chosen)
    from conda_sluice.pipeline.source_recipes import recipes_of_sources

    output = request.output or RECIPES
    names = dict(config.names) if config else {}
    return recipes_of_sources(request.sources, output, manner, looking, names)


def _check(request: Request) -> None:
    if request.url:
        check_url(request.url, request.sources)
    if request.output is not None and not request.sources:
        raise UsageError(
            "--output is where recipes of named sources go; channels.yaml says where its own are",
            remedy="name the sources, or leave --output out",
        )


def _roots(config: Config) -> set[Path]:
    return {entry.root.resolve() for entry in config.projects}
