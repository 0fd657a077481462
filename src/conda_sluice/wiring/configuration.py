"""What commands need that work without the workbench: channels.yaml, this machine, the backend."""

import platform
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from conda_sluice.errors import ConfigError
from conda_sluice.model.config import Config
from conda_sluice.model.names import Subdir
from conda_sluice.wiring.workspace import CONFIG_FILE

if TYPE_CHECKING:
    from conda_sluice.effects.git import GitRepository


def find_config(start: Path) -> Path:
    """Return the channels.yaml of `start` or of the nearest folder above it."""
    for folder in (start, *start.parents):
        if (folder / CONFIG_FILE).is_file():
            return folder / CONFIG_FILE
    raise ConfigError(
        f"there is no {CONFIG_FILE} here or in a folder above",
        where=str(start),
        remedy="sluice init writes one",
    )


_USUAL_PLATFORMS = {
    ("darwin", "arm64"): "osx-arm64",
    ("darwin", "x86_64"): "osx-64",
    ("linux", "aarch64"): "linux-aarch64",
    ("linux", "x86_64"): "linux-64",
    ("win32", "amd64"): "win-64",
}
"""Told apart here, because rattler takes a tenth of a second to import."""


def current_platform() -> Subdir:
    """Return the subdir of this machine."""
    is_64_bit = sys.maxsize > 2**32
    usual = _USUAL_PLATFORMS.get((sys.platform, platform.machine().lower()))
    if usual and is_64_bit:
        return Subdir(usual)
    from rattler import Subdir as RattlerSubdir

    return Subdir(str(RattlerSubdir.current()))


def load(file: Path) -> Config:
    """Read channels.yaml for this machine."""
    from conda_sluice.config.load import load_config
    from conda_sluice.discover.detect import is_project

    return load_config(file, platform=current_platform(), is_project=is_project)


def load_nearest(file: Path | None, *, is_needed: bool) -> Config | None:
    """Read the given channels.yaml, or the nearest one; None where there is none and no need."""
    if file is not None:
        return load(file)
    try:
        nearest = find_config(Path.cwd())
    except ConfigError:
        if is_needed:
            raise
        return None
    return load(nearest)


def open_repository_late(folder: Path) -> "GitRepository | None":
    """Open the git repository around a folder, importing what that needs only now."""
    from conda_sluice.effects.git import open_repository

    return open_repository(folder)


def ask_late(root: Path) -> str:
    """Ask the build backend of a project, importing what that needs only now."""
    from conda_sluice.effects.build_backend import ask_build_backend

    return ask_build_backend(root)
