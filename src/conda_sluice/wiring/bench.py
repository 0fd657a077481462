"""The workbench that every command works at."""

import platform
import sys
from collections.abc import Mapping
from concurrent.futures import Executor
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urlsplit

from conda_sluice.errors import ConfigError
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.config import BuilderName, Config
from conda_sluice.model.names import Subdir
from conda_sluice.pipeline.bench import Bench
from conda_sluice.wiring.tasks import perform_build, perform_test
from conda_sluice.wiring.workspace import (
    CONFIG_FILE,
    STATE_FOLDER,
    cache_folder,
    lock_workspace,
    who,
)


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


def open_bench(file: Path, jobs: int, builder: BuilderName | None = None) -> Bench:
    """Make the ports that the configuration asks for; `builder` is taken instead of its own."""
    from conda_sluice.effects.git import open_repository
    from conda_sluice.environments.rattler import RattlerEnvironments
    from conda_sluice.ledger.directory import DirectoryLedger
    from conda_sluice.ledger.journal import DirectoryJournal
    from conda_sluice.stores.directory import DirectoryStore

    config = load(file)
    cache = cache_folder()
    return Bench(
        config=config,
        platform=current_platform(),
        store=DirectoryStore(),
        ledger=DirectoryLedger(config.ledger),
        environments=RattlerEnvironments(cache),
        journal=DirectoryJournal(config.ledger / ".journal"),
        who=who(),
        clock=utc_now,
        state=config.root / STATE_FOLDER,
        local_roots=local_roots(config),
        open_repository=open_repository,
        lock=partial(lock_workspace, config.root),
        open_executor=partial(open_executor, jobs),
        perform_build=partial(perform_build, cache=cache, builder=builder or config.builder),
        perform_test=partial(perform_test, cache=cache),
        ask_backend=ask_late,
    )


def ask_late(root: Path) -> str:
    """Ask the build backend of a project, importing what that needs only now."""
    from conda_sluice.effects.build_backend import ask_build_backend

    return ask_build_backend(root)


def open_executor(jobs: int, timeout: float) -> AbstractContextManager[Executor]:
    """Open `jobs` worker processes; a task may take `timeout` seconds."""
    from conda_sluice.executors.local import LocalExecutor

    return LocalExecutor(jobs, timeout).open()


def local_roots(config: Config) -> Mapping[ChannelRef, Path]:
    """Return the folders of those channels that are folders."""
    return {
        channel: Path(unquote(urlsplit(channel.url).path))
        for channel in (*config.channels, *config.upstream)
        if channel.url.startswith("file://")
    }


def utc_now() -> str:
    """Return the time as ISO 8601 in UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
