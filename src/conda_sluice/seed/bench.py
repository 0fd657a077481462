"""What seeding needs of the world, and how one package is made in a worker process."""

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.names import Subdir
from conda_sluice.model.package import PackageRecord
from conda_sluice.ports import Store
from conda_sluice.seed.convert import convert_wheel
from conda_sluice.seed.machine import Run
from conda_sluice.seed.package import SeedPackage
from conda_sluice.seed.wheel_plan import WheelPackage


class BuildV1(Protocol):
    """Builds a v1 recipe and returns the package file; a function that pickles.

    `workspace` is empty and this build's alone. Low compression is wanted: the packages of a host
    channel are made once and read from the same disk.
    """

    def __call__(
        self,
        recipe: Mapping[str, object],
        *,
        recipe_dir: Path,
        workspace: Path,
        log: Path,
        channels: Sequence[str],
        platform: Subdir,
    ) -> Path:
        """Build, or raise SluiceError with the log's last lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedBench:
    """Where seeded packages are made and where they go.

    `workspace` is a folder of our own that may be emptied, `logs` one that stays; `python` is the
    interpreter whose pip downloads wheels.
    """

    store: Store
    channel: ChannelRef
    build_v1: BuildV1
    executor: Executor
    workspace: Path
    logs: Path
    python: str
    run: Run

    def records(self) -> tuple[PackageRecord, ...]:
        """Return what the host channel holds."""
        subdirs = self.store.subdirs(self.channel)
        return tuple(one for sub in subdirs for one in self.store.records(self.channel, sub))

    def submit(self, package: SeedPackage | WheelPackage, platform: Subdir) -> "Future[Made]":
        """Hand a package to the executor."""
        folder = self.workspace / f"{package.name}-{package.version}-{package.build}"
        match package:
            case WheelPackage(recipe=None):
                return self.executor.submit(_convert, package, folder)
            case WheelPackage(recipe=SeedPackage() as recipe) | (SeedPackage() as recipe):
                log = self.logs / f"{folder.name}.log"
                return self.executor.submit(_build, recipe, folder, log, self.build_v1, platform)
            case _:  # pragma: no cover - the two above are all there is
                raise TypeError(package)


@dataclass(frozen=True, slots=True)
class Made:
    """A package file in its workspace; `seconds` is wall time."""

    path: Path
    workspace: Path
    seconds: float


def _build(
    package: SeedPackage, folder: Path, log: Path, build_v1: BuildV1, platform: Subdir
) -> Made:
    recipe_dir = folder / "recipe"

    def build() -> Path:
        recipe_dir.mkdir()
        workspace = folder / "work"
        workspace.mkdir()
        log.parent.mkdir(parents=True, exist_ok=True)
        for name, text in package.scripts:
            (recipe_dir / name).write_text(text, "utf-8")
        return build_v1(
            package.recipe,
            recipe_dir=recipe_dir,
            workspace=workspace,
            log=log,
            channels=(),
            platform=platform,
        )

    return _timed(build, folder)


def _convert(package: WheelPackage, folder: Path) -> Made:
    return _timed(lambda: convert_wheel(package, folder), folder)


def _timed(make: Callable[[], Path], folder: Path) -> Made:
    shutil.rmtree(folder, ignore_errors=True)  # of a run that was interrupted
    folder.mkdir(parents=True)
    start = time.monotonic()
    path = make()
    return Made(path, folder, time.monotonic() - start)
