"""The composition root: from channels.yaml to concrete ports, made late and by name."""

import getpass
import os
import shutil
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from functools import lru_cache, partial
from pathlib import Path
from urllib.parse import unquote, urlsplit

from conda_sluice.errors import ConfigError, ConflictError, ToolError
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.config import Config
from conda_sluice.model.job import BuildJob
from conda_sluice.model.names import Subdir
from conda_sluice.model.outcome import TestReport
from conda_sluice.model.package import Artifact, PackageRecord
from conda_sluice.pipeline.bench import Bench
from conda_sluice.pipeline.build import BuildResult, BuildTask
from conda_sluice.pipeline.record import Recorder
from conda_sluice.pipeline.test_one import TestTask, test_one
from conda_sluice.ports import Store
from conda_sluice.seed.outcome import SeedOutcome

CONFIG_FILE = "channels.yaml"
STATE_FOLDER = ".sluice"


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


def current_platform() -> Subdir:
    """Return the subdir of this machine."""
    from rattler import Subdir as RattlerSubdir

    return Subdir(str(RattlerSubdir.current()))


def load(file: Path) -> Config:
    """Read channels.yaml for this machine."""
    from conda_sluice.config.load import load_config
    from conda_sluice.discover.detect import is_project

    return load_config(file, platform=current_platform(), is_project=is_project)


def open_bench(file: Path, jobs: int) -> Bench:
    """Make the ports that the configuration asks for."""
    from conda_sluice.effects.git import open_repository
    from conda_sluice.environments.rattler import RattlerEnvironments
    from conda_sluice.ledger.directory import DirectoryLedger
    from conda_sluice.stores.directory import DirectoryStore

    config = load(file)
    cache = cache_folder()
    return Bench(
        config=config,
        platform=current_platform(),
        store=DirectoryStore(),
        ledger=DirectoryLedger(config.ledger),
        environments=RattlerEnvironments(cache),
        recorder=Recorder(DirectoryLedger(config.ledger), who(), utc_now),
        state=config.root / STATE_FOLDER,
        local_roots=local_roots(config),
        open_repository=open_repository,
        lock=partial(lock_workspace, config.root),
        open_executor=partial(open_executor, jobs),
        perform_build=partial(perform_build, cache=cache),
        perform_test=partial(perform_test, cache=cache),
    )


def seed(file: Path, jobs: int) -> Iterator[SeedOutcome]:
    """Fill the upstream folder channel from this machine and PyPI, yielding what happens."""
    from conda_sluice.effects import process
    from conda_sluice.seed.bench import SeedBench
    from conda_sluice.seed.machine import inspect_machine
    from conda_sluice.seed.seeding import seed_packages, write_variants

    bench = open_bench(file, jobs)
    channel = seed_channel(bench.config, bench.local_roots)
    machine = inspect_machine(sys.executable)
    write_variants(machine, bench.local_roots[channel])
    specs = _needed_specs(bench)
    with bench.lock(), bench.open_executor(3600) as executor:
        seeding = SeedBench(
            store=bench.store,
            channel=channel,
            build_v1=partial(build_for_seed, cache=cache_folder()),
            executor=executor,
            workspace=bench.scratch / "seed",
            logs=bench.logs,
            python=sys.executable,
            run=process.run,
        )
        yield from seed_packages(machine, specs, seeding, _provided(bench, channel))


def seed_channel(config: Config, roots: Mapping[ChannelRef, Path]) -> ChannelRef:
    """Return the channel to seed: the last upstream one that is a folder."""
    for channel in reversed(config.upstream):
        if channel in roots:
            return channel
    raise ConfigError(
        "no upstream channel is a folder, so there is nowhere to seed",
        where=str(config.file),
        remedy="add a folder to upstream, for instance upstream: [./channels/host]",
    )


def _needed_specs(bench: Bench) -> tuple[str, ...]:
    from conda_sluice.pipeline.needs import outside_needs
    from conda_sluice.pipeline.run import load_workspace

    workspace = load_workspace(bench, allow_dirty=True, dry_run=True)
    return outside_needs(workspace.members, workspace.candidates)


def _provided(bench: Bench, seeded: ChannelRef) -> tuple[PackageRecord, ...]:
    """Return the records of the other upstream folders: what they have need not be seeded."""
    return tuple(
        record
        for channel in bench.config.upstream
        if channel in bench.local_roots and channel != seeded
        for subdir in bench.store.subdirs(channel)
        for record in bench.store.records(channel, subdir)
    )


@contextmanager
def lock_workspace(root: Path) -> Iterator[None]:
    """Hold the workspace for one command that changes something; ToolError where another has it."""
    from filelock import FileLock, Timeout

    make_state_folder(root)
    try:
        lock = FileLock(root / STATE_FOLDER / "lock").acquire(timeout=0)
    except Timeout as error:
        raise ToolError(
            "another sluice is at work in this workspace",
            where=str(root),
            remedy="wait until it has ended",
        ) from error
    with lock:
        yield


def open_executor(jobs: int, timeout: float) -> AbstractContextManager[Executor]:
    """Open `jobs` worker processes; a task may take `timeout` seconds."""
    from conda_sluice.executors.local import LocalExecutor

    return LocalExecutor(jobs, timeout).open()


def perform_build(task: BuildTask, *, cache: Path) -> BuildResult:
    """Build a package in this process and put it into the lowest channel."""
    from conda_sluice.effects.os_errors import store_error

    try:
        return _build_and_put(task, cache)
    except OSError as error:
        raise store_error(error) from error


def _build_and_put(task: BuildTask, cache: Path) -> BuildResult:
    from conda_sluice.builders.rattler_build import build_v1
    from conda_sluice.effects.artifact import read_artifact
    from conda_sluice.effects.git import export_tree, export_worktree
    from conda_sluice.environments.rattler import RattlerEnvironments
    from conda_sluice.pipeline.evidence import origin_extra
    from conda_sluice.pipeline.workspace import build_environment
    from conda_sluice.recipe.render_v1 import render_v1

    started = time.monotonic()
    job = task.job
    if task.workspace.exists():
        shutil.rmtree(task.workspace)
    task.workspace.mkdir(parents=True)
    task.log.parent.mkdir(parents=True, exist_ok=True)
    source = task.workspace / "source"
    if job.source is not None:
        export = export_worktree if job.source.is_dirty else export_tree
        export(job.source, source)
    recipe = render_v1(
        job.rendered,
        build_string=job.build,
        number=job.number,
        sources=_sources(job, source),
        pins={need.name: f"{need.name} =={need.version} {need.build}" for need in job.needs},
        env=build_environment(job.rendered, task.version),
        extra=origin_extra(job, task.version),
    )
    package = build_v1(
        recipe,
        recipe_dir=job.recipe_dir,
        workspace=task.workspace / "build",
        log=task.log,
        channels=task.channels,
        platform=job.rendered.platform,
        environments=RattlerEnvironments(cache),
        cache_dir=cache,
    )
    record = _publish(read_artifact(package), task.lowest)
    shutil.rmtree(task.workspace, ignore_errors=True)  # the package is in its channel
    return BuildResult(record, time.monotonic() - started)


def _publish(artifact: Artifact, lowest: ChannelRef) -> PackageRecord:
    """Put a package into a channel; where another run did meanwhile, the first one stays."""
    from conda_sluice.pipeline.clash import find_twin

    store = _worker_store()
    try:
        store.put([artifact], lowest)
    except ConflictError:
        held = [(one, lowest) for one in store.records(lowest, artifact.record.subdir)]
        return find_twin(artifact, held, store) or artifact.record
    return artifact.record


def build_for_seed(
    recipe: Mapping[str, object],
    *,
    recipe_dir: Path,
    workspace: Path,
    log: Path,
    channels: Sequence[str],
    platform: Subdir,
    cache: Path,
) -> Path:
    """Build a package of the host channel in this process."""
    from conda_sluice.builders.rattler_build import build_v1
    from conda_sluice.environments.rattler import RattlerEnvironments

    return build_v1(
        recipe,
        recipe_dir=recipe_dir,
        workspace=workspace,
        log=log,
        channels=channels,
        platform=platform,
        environments=RattlerEnvironments(cache),
        cache_dir=cache,
        compression_level=1,  # written once, read from the same disk
    )


def _sources(job: BuildJob, exported: Path) -> Mapping[str, str]:
    """Return for each source path of the recipe within the project its place in the export."""
    root = job.project_root.resolve()
    places = {
        source.path: (job.recipe_dir / source.path).resolve()
        for source in job.rendered.source
        if source.path
    }
    return {
        path: str(exported / place.relative_to(root))
        for path, place in places.items()
        if place.is_relative_to(root)
    }


def perform_test(task: TestTask, *, channel: ChannelRef, cache: Path) -> TestReport:
    """Test a package of a channel in this process."""
    from conda_sluice.effects.os_errors import store_error
    from conda_sluice.environments.rattler import RattlerEnvironments

    try:
        return test_one(task, channel, _worker_store(), RattlerEnvironments(cache))
    except OSError as error:
        raise store_error(error) from error


@lru_cache(maxsize=1)
def _worker_store() -> Store:
    """Return the store of this process: what it knows of an index serves the next task too."""
    from conda_sluice.stores.directory import DirectoryStore

    return DirectoryStore()


def cache_folder() -> Path:
    """Return the folder in which downloaded and extracted packages are kept between runs."""
    import platformdirs

    given = os.environ.get("SLUICE_CACHE_DIR")
    return Path(given) if given else Path(platformdirs.user_cache_dir("sluice"))


def make_state_folder(root: Path) -> None:
    """Make sluice's own folder in the workspace, so that git overlooks it."""
    from conda_sluice.effects.os_errors import as_store_errors

    folder = root / STATE_FOLDER
    with as_store_errors(folder):
        folder.mkdir(exist_ok=True)
        ignore = folder / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", encoding="utf-8")


def local_roots(config: Config) -> Mapping[ChannelRef, Path]:
    """Return the folders of those channels that are folders."""
    return {
        channel: Path(unquote(urlsplit(channel.url).path))
        for channel in (*config.channels, *config.upstream)
        if channel.url.startswith("file://")
    }


def who() -> str:
    """Return who acts: SLUICE_ACTOR where a CI job sets it, else the user's login name.

    A container may run as a user whom the machine does not know by name.
    """
    given = os.environ.get("SLUICE_ACTOR")
    if given:
        return given
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # Python < 3.13 says KeyError
        return f"uid {os.getuid()}"


def utc_now() -> str:
    """Return the time as ISO 8601 in UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
