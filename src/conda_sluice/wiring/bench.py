"""The workbench that every command works at."""

from collections.abc import Mapping
from concurrent.futures import Executor
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.config import BuilderName, Config
from conda_sluice.model.stores import TRANSFERS
from conda_sluice.pipeline.bench import Bench
from conda_sluice.wiring.configuration import ask_late, current_platform, load
from conda_sluice.wiring.tasks import perform_build, perform_test
from conda_sluice.wiring.workspace import STATE_FOLDER, cache_folder, lock_workspace, who


def open_bench(
    file: Path,
    jobs: int = 1,
    builder: BuilderName | None = None,
    *,
    transfers: int = TRANSFERS,
) -> Bench:
    """Read channels.yaml and make what its ports are; see `bench_for`."""
    config = load(file)
    stores = replace(config.stores, jobs=transfers)
    return bench_for(replace(config, stores=stores), jobs, builder)


def bench_for(config: Config, jobs: int = 1, builder: BuilderName | None = None) -> Bench:
    """Make the ports that the configuration asks for; `builder` is taken instead of its own."""
    from conda_sluice.effects.git import open_repository
    from conda_sluice.environments.rattler import RattlerEnvironments
    from conda_sluice.wiring.ledgers import open_ledger
    from conda_sluice.wiring.stores import open_stores

    cache = cache_folder()
    stores = open_stores(config.stores)
    ledger, journal = open_ledger(config.ledger, config.stores)
    return Bench(
        config=config,
        platform=current_platform(),
        store=stores,
        ledger=ledger,
        environments=RattlerEnvironments(cache, config.stores),
        journal=journal,
        who=who(),
        clock=utc_now,
        state=config.root / STATE_FOLDER,
        local_roots=local_roots(config),
        open_repository=open_repository,
        lock=partial(lock_workspace, config.root),
        open_executor=partial(open_executor, jobs),
        perform_build=partial(
            perform_build, cache=cache, stores=config.stores, builder=builder or config.builder
        ),
        perform_test=partial(perform_test, cache=cache, stores=config.stores),
        ask_backend=ask_late,
        bring=stores.bring,
    )


def open_executor(jobs: int, timeout: float) -> AbstractContextManager[Executor]:
    """Open `jobs` worker processes; a task may take `timeout` seconds."""
    from conda_sluice.executors.local import LocalExecutor

    return LocalExecutor(jobs, timeout).open()


def local_roots(config: Config) -> Mapping[ChannelRef, Path]:
    """Return the folders of those channels that are folders."""
    return {
        channel: channel.folder
        for channel in (*config.channels, *config.upstream)
        if channel.folder is not None
    }


def utc_now() -> str:
    """Return the time as ISO 8601 in UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
