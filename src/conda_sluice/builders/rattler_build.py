"""Build with the embedded rattler-build, in a folder of the build's own.

The interpreter lock is held for the whole build, so this is called in worker processes.
"""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from conda_sluice.builders.build_log import BuildLog
from conda_sluice.builders.unsatisfied import explain_unsatisfied
from conda_sluice.effects.environ import environment_variable
from conda_sluice.effects.scrub import scrub_file
from conda_sluice.errors import BuildError, RecipeError
from conda_sluice.model.environment import BuildNeeds
from conda_sluice.model.job import BuildOrder
from conda_sluice.model.names import Subdir
from conda_sluice.ports import Environments
from conda_sluice.recipe.v1.render import render_v1

if TYPE_CHECKING:
    from rattler_build import BuildResult, RenderedVariant

_PREAMBLE = "PyRattlerBuildError: "
_UNSATISFIABLE = "Failed to resolve dependencies"
_SCRIPT_FAILED = "Script failed"


@dataclass(frozen=True, slots=True)
class _Place:
    """Where builds happen and what they see: folders, channels, the platform, the cache."""

    workspace: Path
    recipe_dir: Path
    channels: Sequence[str]
    platform: str
    environments: Environments
    cache_dir: Path

    @property
    def output(self) -> Path:
        """Return the folder of the packages, which is a channel for those that come after."""
        return self.workspace / "out"


@dataclass(frozen=True, slots=True)
class RattlerBuilder:
    """Builds with the rattler-build that sluice embeds; it implements the port `Builder`."""

    environments: Environments
    cache: Path

    def build(self, order: BuildOrder) -> tuple[Path, ...]:
        """Render each package as a v1 recipe and build one after the other."""
        place = _Place(
            workspace=order.workspace,
            recipe_dir=_copy(order.recipe_dir, order.workspace),
            channels=order.channels,
            platform=order.packages[0].recipe.platform,
            environments=self.environments,
            cache_dir=self.cache,
        )
        first = order.packages[0]
        with BuildLog(order.log) as log:
            return tuple(
                _build(
                    render_v1(one, sources=order.sources, is_first=one is first),
                    place,
                    log,
                    name=one.recipe.name if len(order.packages) > 1 else "",
                )
                for one in order.wanted
            )


def build_v1(
    recipe: Mapping[str, object],
    *,
    recipe_dir: Path,
    workspace: Path,
    log: Path,
    channels: Sequence[str],
    platform: str,
    environments: Environments,
    cache_dir: Path,
    compression_level: int | None = None,
) -> Path:
    """Build a rendered v1 recipe and return the package file, mode 0644, within `workspace`.

    The files beside the recipe (build.sh, patches) are taken from `recipe_dir`, which stays as
    it is. `channels` are URLs, highest priority first, and nothing else is looked at. Extracted
    packages are kept in `cache_dir`, which builds at the same time may share. The folder in
    which the build worked goes when it succeeds. `compression_level` is
    zstd's, from -7 to 22; None leaves it to rattler-build, which packs as small as it can.

    Raise RecipeError when the recipe cannot be rendered, BuildError when it does not build: with
    the solver's own words where an environment cannot be solved, which rattler-build keeps to
    itself and `environments` finds out again.
    """
    place = _Place(
        workspace=workspace,
        recipe_dir=_copy(recipe_dir, workspace),
        channels=channels,
        platform=platform,
        environments=environments,
        cache_dir=cache_dir,
    )
    level = f":{compression_level}" if compression_level else ""
    with BuildLog(log) as lines:
        return _build(recipe, place, lines, package_format=f"conda{level}")


def _build(
    recipe: Mapping[str, object],
    place: _Place,
    log: BuildLog,
    *,
    name: str = "",
    package_format: str = "conda",
) -> Path:
    """Build one package; `name` is what an error calls it, "" where there is no other."""
    variant = _render(recipe, place)
    channels = _bring_near(recipe, place)
    try:
        with environment_variable("RATTLER_CACHE_DIR", str(place.cache_dir)):
            result = _run(variant, place, channels, log, package_format=package_format)
    except _errors() as error:
        reason = _plain(str(error))
        if _UNSATISFIABLE in reason:
            reason = _unsatisfied(recipe, place) or reason
        raise _failure(reason, place, log, name) from error
    (package,) = (Path(path) for path in result.packages)
    shutil.rmtree(place.output / "bld", ignore_errors=True)
    package.chmod(0o644)  # rattler-build makes 0600
    return package


def _copy(recipe_dir: Path, workspace: Path) -> Path:
    target = workspace / "recipe"
    shutil.copytree(recipe_dir, target, symlinks=True, ignore=shutil.ignore_patterns(".sluice*"))
    return target


def _render(recipe: Mapping[str, object], place: _Place) -> "RenderedVariant":
    from rattler_build import PlatformConfig, RenderConfig, Stage0Recipe, VariantConfig

    try:
        stage0 = Stage0Recipe.from_dict(dict(recipe), recipe_dir=place.recipe_dir)
        config = RenderConfig(platform=PlatformConfig(target_platform=place.platform))
        variants = stage0.render(VariantConfig(), config)
    except _errors() as error:
        raise RecipeError(
            f"rattler-build cannot read the recipe: {_plain(str(error))}",
            str(place.recipe_dir / "recipe.yaml"),
        ) from error
    if len(variants) != 1:
        raise RecipeError(
            f"the recipe gives {len(variants)} packages where one is expected",
            str(place.recipe_dir / "recipe.yaml"),
        )
    return variants[0]


def _bring_near(recipe: Mapping[str, object], place: _Place) -> Sequence[str]:
    """Return the channels as rattler-build can read them; it finds credentials itself."""
    near = place.environments.bring_near(
        [
            BuildNeeds(build=tuple(_specs(one, "build")), host=tuple(_specs(one, "host")))
            for one in _parts(recipe)
        ],
        [*_made(place), *place.channels],
        Subdir(place.platform),
        place.workspace / "near",
        knows_logins=True,
    )
    return near[len(_made(place)) :]


def _made(place: _Place) -> list[str]:
    """Return the channel of what this build has made so far, none where that is nothing."""
    return [place.output.as_uri()] if any(place.output.glob("*/*.conda")) else []


def _parts(recipe: Mapping[str, object]) -> Sequence[Mapping[str, object]]:
    """Return the outputs of a recipe, a shared build among them, or the recipe itself."""
    outputs = recipe.get("outputs")
    return outputs if isinstance(outputs, list) else [recipe]


def _run(
    variant: "RenderedVariant",
    place: _Place,
    channels: Sequence[str],
    log: BuildLog,
    *,
    package_format: str,
) -> "BuildResult":
    from rattler_build import ToolConfiguration

    return variant.run_build(
        tool_config=ToolConfiguration(
            test_strategy="skip",
            channel_priority="strict",
            use_sharded=False,
        ),
        output_dir=place.output,
        channels=list(channels),
        progress_callback=log,  # type: ignore[arg-type]  # it calls only on_log
        no_build_id=True,
        package_format=package_format,
    )


def _errors() -> type[Exception]:
    import rattler_build

    errors: type[Exception] = rattler_build.RattlerBuildError
    return errors


def _plain(text: str) -> str:
    return text.removeprefix(_PREAMBLE).strip()


def _unsatisfied(recipe: Mapping[str, object], place: _Place) -> str:
    """Return which of its environments cannot be solved, those of a shared build among them."""
    for one in _parts(recipe):
        told = explain_unsatisfied(
            _specs(one, "build"),
            _specs(one, "host"),
            [*_made(place), *place.channels],
            Subdir(place.platform),
            place.environments,
        )
        if told:
            return told
    return ""


def _specs(recipe: Mapping[str, object], kind: str) -> list[str]:
    requirements = recipe.get("requirements")
    wanted = requirements.get(kind) if isinstance(requirements, Mapping) else None
    return [spec for spec in wanted or () if isinstance(spec, str)]


def _failure(reason: str, place: _Place, log: BuildLog, name: str) -> BuildError:
    if _SCRIPT_FAILED in reason.partition("\n")[0] and log.complaint:
        reason = f"its build script failed: {log.complaint}"
    work = next((place.output / "bld").glob("*/work"), None)
    if work is not None:
        scrub_file(work / "conda_build.log")
    kept = f"its work folder is kept: {work} (try ./conda_build.sh there)" if work else ""
    log.write(f"\n{reason}")
    return BuildError(reason, str(log.path), kept, tail=log.tail, package=name)
