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
from conda_sluice.errors import BuildError, RecipeError
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
class RattlerBuilder:
    """Builds with the rattler-build that sluice embeds; it implements the port `Builder`."""

    environments: Environments
    cache: Path

    def build(self, order: BuildOrder) -> Path:
        """Render the recipe as v1 and build it."""
        recipe = render_v1(
            order.recipe,
            build_string=order.build,
            number=order.number,
            sources=order.sources,
            pins=order.pins,
            env=order.env,
            extra=order.extra,
        )
        return build_v1(
            recipe,
            recipe_dir=order.recipe_dir,
            workspace=order.workspace,
            log=order.log,
            channels=order.channels,
            platform=order.recipe.platform,
            environments=self.environments,
            cache_dir=self.cache,
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
    variant = _render(recipe, _copy(recipe_dir, workspace), platform)
    with BuildLog(log) as lines:
        try:
            with environment_variable("RATTLER_CACHE_DIR", str(cache_dir)):
                result = _run(
                    variant,
                    workspace / "out",
                    channels,
                    lines,
                    package_format="conda" + (f":{compression_level}" if compression_level else ""),
                )
        except _errors() as error:
            reason = _plain(str(error))
            if _UNSATISFIABLE in reason:
                specs = _specs(recipe, "build"), _specs(recipe, "host")
                told = explain_unsatisfied(*specs, channels, Subdir(platform), environments)
                reason = told or reason
            raise _failure(reason, workspace, log, lines) from error
    (package,) = (Path(path) for path in result.packages)
    shutil.rmtree(workspace / "out" / "bld", ignore_errors=True)
    package.chmod(0o644)  # rattler-build makes 0600
    return package


def _copy(recipe_dir: Path, workspace: Path) -> Path:
    target = workspace / "recipe"
    shutil.copytree(recipe_dir, target, symlinks=True, ignore=shutil.ignore_patterns(".sluice*"))
    return target


def _render(recipe: Mapping[str, object], folder: Path, platform: str) -> "RenderedVariant":
    from rattler_build import PlatformConfig, RenderConfig, Stage0Recipe, VariantConfig

    try:
        stage0 = Stage0Recipe.from_dict(dict(recipe), recipe_dir=folder)
        config = RenderConfig(platform=PlatformConfig(target_platform=platform))
        variants = stage0.render(VariantConfig(), config)
    except _errors() as error:
        raise RecipeError(
            f"rattler-build cannot read the recipe: {_plain(str(error))}",
            str(folder / "recipe.yaml"),
        ) from error
    if len(variants) != 1:
        raise RecipeError(
            f"the recipe gives {len(variants)} packages where one is expected",
            str(folder / "recipe.yaml"),
        )
    return variants[0]


def _run(
    variant: "RenderedVariant",
    output: Path,
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
        output_dir=output,
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


def _specs(recipe: Mapping[str, object], kind: str) -> list[str]:
    requirements = recipe.get("requirements")
    wanted = requirements.get(kind) if isinstance(requirements, Mapping) else None
    return [spec for spec in wanted or () if isinstance(spec, str)]


def _failure(reason: str, workspace: Path, log: Path, lines: BuildLog) -> BuildError:
    if reason.startswith(_SCRIPT_FAILED) and lines.complaint:
        reason = f"its build script failed: {lines.complaint}"
    work = next((workspace / "out" / "bld").glob("*/work"), None)
    kept = f"its work folder is kept: {work} (try ./conda_build.sh there)" if work else ""
    lines.write(f"\n{reason}")
    return BuildError(reason, str(log), kept, tail=lines.tail)
