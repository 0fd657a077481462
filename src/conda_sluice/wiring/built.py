"""Packages that were built and could not be uploaded: they wait, and are not built again."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from conda_sluice.effects.artifact import read_about, read_artifact
from conda_sluice.errors import PackageError
from conda_sluice.model.package import Artifact
from conda_sluice.pipeline.build import BuildTask
from conda_sluice.plan.origin import parse_origin

_FOLDER = "built"


def can_wait(task: BuildTask) -> bool:
    """Tell whether what a task builds is taken later: sources in no commit may have changed."""
    return not any(job.is_dirty for job in task.jobs)


def find_waiting(task: BuildTask) -> tuple[Artifact, ...]:
    """Return the packages of a task that an earlier call built whole, none where one is missing."""
    folder = task.workspace / _FOLDER
    wanted = [job for job in task.jobs if job.file in task.wanted]
    if not folder.is_dir() or not can_wait(task):
        return ()
    found = []
    for job in wanted:
        path = folder / job.file
        try:
            artifact = read_artifact(path)
            origin = parse_origin(read_about(path), job.name)
        except (OSError, PackageError):
            return ()
        if origin is None or origin.key != job.key:
            return ()
        found.append(artifact)
    return tuple(found)


def keep_waiting(packages: Sequence[Path], task: BuildTask) -> tuple[Artifact, ...]:
    """Put what a build gave where `find_waiting` looks: all of it, or nothing."""
    moving, folder = task.workspace / f"{_FOLDER}.moving", task.workspace / _FOLDER
    moving.mkdir()
    for package in packages:
        package.rename(moving / package.name)
    moving.rename(folder)
    return tuple(read_artifact(folder / package.name) for package in packages)


def forget(task: BuildTask) -> None:
    """Remove what a task has left: its packages are in their channel, or can never come there."""
    shutil.rmtree(task.workspace, ignore_errors=True)
