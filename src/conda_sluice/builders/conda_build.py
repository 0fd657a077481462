"""Build with conda-build, run as a tool on a copy of the recipe in which all is rendered."""

import hashlib
import shutil
from collections.abc import Collection, Mapping, Sequence
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
from conda_sluice.effects.scrub import scrub_file
from conda_sluice.errors import BuildError
from conda_sluice.model.environment import BuildNeeds
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

    def build(self, order: BuildOrder) -> tuple[Path, ...]:
        """Write the rendered recipe, build it, and drop all but the packages."""
        command = find_conda_build(self.environ, run=self.run)
        room = order.workspace
        recipe = _write_recipe(order, room / "recipe")
        arguments = build_arguments(
            recipe=recipe,
            variant=_write_variant(order, room / "variant.yaml"),
            output=room / "out",
            croot=room / "croot",
            channels=self._near(order),
        )
        (room / "out").mkdir()
        env = tool_environment(
            self.environ, home=room / "home", packages=self._packages(order.channels)
        )
        order.log.parent.mkdir(parents=True, exist_ok=True)
        try:
            done = self.run([*command, *arguments], cwd=room, env=env, log=order.log)
        finally:
            scrub_file(order.log)
        found = list((room / "out").glob("*/*.conda"))
        if done.code != 0 or len(found) != len(order.packages):
            raise self._failure(order, done.code)
        made = {path.name: path for path in found}
        planned = [one.file for one in order.packages]
        if made.keys() != set(planned):
            others = ", ".join(sorted(made.keys() - set(planned))) or "less"
            raise BuildError(
                f"conda-build made {others} where {', '.join(planned)} was planned",
                str(order.log),
            )
        for folder in ("croot", "home"):
            shutil.rmtree(room / folder, ignore_errors=True)
        packages = tuple(made[one.file] for one in order.wanted)
        for package in packages:
            package.chmod(0o644)
        return packages

    def _near(self, order: BuildOrder) -> Sequence[str]:
        """Return the channels as conda-build can read them, which is shown no credential."""
        made = {one.recipe.name for one in order.packages}
        return self.environments.bring_near(
            [
                BuildNeeds(
                    build=tuple(_specs(needs.build, one.pins, made)),
                    host=tuple(_specs(needs.host, one.pins, made)),
                )
                for one in order.packages
                for needs in (one.recipe.requirements,)
            ],
            order.channels,
            order.packages[0].recipe.platform,
            order.workspace / "near",
            knows_logins=False,
        )

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
        return BuildError(
            reason,
            str(order.log),
            _kept(order, found),
            tail=found.tail,
            package=_named(order, found.package),
        )

    def _unsatisfied(self, order: BuildOrder) -> str:
        """Return which environment cannot be solved; what this build makes itself is no reason."""
        made = {one.recipe.name for one in order.packages}
        for package in order.packages:
            needs = package.recipe.requirements
            told = explain_unsatisfied(
                _specs(needs.build, package.pins, made),
                _specs(needs.host, package.pins, made),
                order.channels,
                package.recipe.platform,
                self.environments,
            )
            if told:
                return told
        return ""


def _named(order: BuildOrder, text: str) -> str:
    """Return the name of the package that conda-build calls so, "" where there is none."""
    if len(order.packages) == 1:
        return ""
    found = (one for one in order.packages if text in {one.recipe.name, str(one.distribution)})
    return next((str(one.recipe.name) for one in found), "")


def _write_recipe(order: BuildOrder, folder: Path) -> Path:
    """Copy what lies beside the recipe, and write the rendered meta.yaml."""
    shutil.copytree(order.recipe_dir, folder, symlinks=True, ignore=_NOT_COPIED)
    sections = concrete_v0(order.packages, sources=order.sources)
    (folder / "meta.yaml").write_text(v0_text(sections), encoding="utf-8")
    return folder


def _write_variant(order: BuildOrder, file: Path) -> Path:
    file.write_text(v0_text(concrete_variant(order.packages)), encoding="utf-8")
    return file


def _specs(
    needs: tuple[Requirement, ...], pins: Mapping[str, str], made: Collection[str]
) -> list[str]:
    texts = [spec for spec in needs if isinstance(spec, str)]
    return [exact(pins.get(spec.split()[0], spec)) for spec in texts if spec.split()[0] not in made]


def _kept(order: BuildOrder, failure: Failure) -> str:
    work = next((order.workspace / "croot").glob("*/work"), None)
    if work is None or failure.is_unsatisfied:
        return ""
    return f"its work folder is kept: {work} (try ./conda_build.sh there)"
