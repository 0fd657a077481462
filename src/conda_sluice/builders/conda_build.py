"""Build with conda-build, run as a tool on a copy of the recipe in which all is rendered."""

import hashlib
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from conda_sluice.builders.conda_build_log import Failure, read_failure
from conda_sluice.builders.conda_tool import (
    Run,
    build_arguments,
    find_conda_build,
    tool_environment,
)
from conda_sluice.builders.unsatisfied import explain_unsatisfied
from conda_sluice.effects.process import run
from conda_sluice.errors import BuildError
from conda_sluice.model.job import BuildOrder
from conda_sluice.model.recipe import Requirement
from conda_sluice.ports import Environments
from conda_sluice.recipe.requirement_text import exact
from conda_sluice.recipe.v0.concrete import concrete_v0, concrete_variant
from conda_sluice.recipe.v0.yaml import v0_text

_NOT_COPIED = shutil.ignore_patterns(
    "meta.yaml", "recipe.yaml", "conda_build_config.yaml", "variants.yaml", ".sluice"
)


@dataclass(frozen=True, slots=True)
class CondaBuilder:
    """Builds with the conda-build on PATH; it implements the port `Builder`.

    `environ` is the process environment, of which conda-build sees next to nothing; extracted
    packages are kept in `cache`.
    """

    environments: Environments
    cache: Path
    environ: Mapping[str, str]
    run: Run = run

    def build(self, order: BuildOrder) -> Path:
        """Write the rendered recipe, build it, and drop all but the package."""
        command = find_conda_build(self.environ, run=self.run)
        room = order.workspace
        recipe = _write_recipe(order, room / "recipe")
        arguments = build_arguments(
            recipe=recipe,
            variant=_write_variant(order, room / "variant.yaml"),
            output=room / "out",
            croot=room / "croot",
            channels=order.channels,
        )
        (room / "out").mkdir()
        env = tool_environment(
            self.environ, home=room / "home", packages=self._packages(order.channels)
        )
        order.log.parent.mkdir(parents=True, exist_ok=True)
        done = self.run([*command, *arguments], cwd=room, env=env, log=order.log)
        package = _only_package(room / "out")
        if done.code != 0 or package is None:
            raise self._failure(order, done.code)
        planned = f"{order.recipe.name}-{order.recipe.version}-{order.build}.conda"
        if package.name != planned:
            raise BuildError(
                f"conda-build made {package.name} where {planned} was planned", str(order.log)
            )
        for folder in ("croot", "home"):
            shutil.rmtree(room / folder, ignore_errors=True)
        package.chmod(0o644)
        return package

    def _packages(self, channels: tuple[str, ...]) -> Path:
        """Return where packages of these channels are kept.

        conda tells packages of one name in two channels apart less well than it should.
        """
        digest = hashlib.sha256("\n".join(channels).encode()).hexdigest()
        return self.cache / "conda-build" / digest[:12]

    def _failure(self, order: BuildOrder, code: int) -> BuildError:
        found = read_failure(order.log.read_text(encoding="utf-8", errors="replace"), code)
        reason = found.reason
        if found.is_unsatisfied:
            reason = self._unsatisfied(order) or reason
        with order.log.open("a", encoding="utf-8") as log:
            log.write(f"\n{reason}\n")
        return BuildError(reason, str(order.log), _kept(order, found), tail=found.tail)

    def _unsatisfied(self, order: BuildOrder) -> str:
        needs = order.recipe.requirements
        return explain_unsatisfied(
            _specs(needs.build, order.pins),
            _specs(needs.host, order.pins),
            order.channels,
            order.recipe.platform,
            self.environments,
        )


def _write_recipe(order: BuildOrder, folder: Path) -> Path:
    """Copy what lies beside the recipe, and write the rendered meta.yaml."""
    shutil.copytree(order.recipe_dir, folder, symlinks=True, ignore=_NOT_COPIED)
    sections = concrete_v0(
        order.recipe,
        build_string=order.build,
        number=order.number,
        sources=order.sources,
        pins=order.pins,
        env=order.env,
        extra=order.extra,
    )
    (folder / "meta.yaml").write_text(v0_text(sections), encoding="utf-8")
    return folder


def _write_variant(order: BuildOrder, file: Path) -> Path:
    file.write_text(v0_text(concrete_variant(order.recipe)), encoding="utf-8")
    return file


def _only_package(output: Path) -> Path | None:
    found = list(output.glob("*/*.conda"))
    return found[0] if len(found) == 1 else None


def _specs(needs: tuple[Requirement, ...], pins: Mapping[str, str]) -> list[str]:
    texts = [spec for spec in needs if isinstance(spec, str)]
    return [exact(pins.get(spec.split()[0], spec)) for spec in texts]


def _kept(order: BuildOrder, failure: Failure) -> str:
    work = next((order.workspace / "croot").glob("*/work"), None)
    if work is None or failure.is_unsatisfied:
        return ""
    return f"its work folder is kept: {work} (try ./conda_build.sh there)"
