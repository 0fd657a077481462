"""What workers do: functions that pickle and make their own ports.

A worker that builds imports only what a build needs: it starts in a third of the time.
"""

import os
import shutil
import time
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from conda_sluice.errors import ConflictError, SluiceError, StoreError
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.config import BuilderName
from conda_sluice.model.job import BuildJob, BuildOrder, PackageOrder
from conda_sluice.model.names import Subdir
from conda_sluice.model.outcome import TestReport
from conda_sluice.model.package import Artifact, PackageRecord
from conda_sluice.model.recipe import RenderedRecipe, Source
from conda_sluice.model.stores import StoreOptions
from conda_sluice.pipeline.build import BuildResult, BuildTask
from conda_sluice.ports import Builder, Store
from conda_sluice.wiring.secrets import learn_secrets

if TYPE_CHECKING:
    from conda_sluice.pipeline.test_one import TestTask


def perform_build(
    task: BuildTask,
    *,
    cache: Path,
    stores: StoreOptions,
    builder: BuilderName = BuilderName.RATTLER_BUILD,
) -> BuildResult:
    """Build what a task wants with the named builder and put it into the lowest channel."""
    from conda_sluice.effects.os_errors import store_error
    from conda_sluice.environments.access import Access

    learn_secrets()
    access = Access(cache_dir=cache, stores=stores)
    try:
        with access.credentials_at_hand():  # for the engine, which reads files alone
            return build_and_put(task, open_builder(builder, cache, stores), _worker_store(stores))
    except OSError as error:
        raise store_error(error) from error


def open_builder(name: BuilderName, cache: Path, stores: StoreOptions | None = None) -> Builder:
    """Make a builder that keeps extracted packages in `cache`."""
    from conda_sluice.environments.rattler import RattlerEnvironments

    environments = RattlerEnvironments(cache, stores or StoreOptions())
    match name:
        case BuilderName.RATTLER_BUILD:
            from conda_sluice.builders.rattler_build import RattlerBuilder

            return RattlerBuilder(environments, cache)
        case BuilderName.CONDA_BUILD:
            from conda_sluice.builders.conda_build import CondaBuilder

            return CondaBuilder(environments, cache, dict(os.environ))


def build_and_put(task: BuildTask, builder: Builder, store: Store) -> BuildResult:
    """Build what a task wants and put it into the lowest channel.

    What a call built and could not put, because the store failed or because the call was killed,
    is put by the next one: building can take hours.
    """
    from conda_sluice.wiring.built import can_wait, find_waiting, forget

    started = time.monotonic()
    artifacts = find_waiting(task) or _build(task, builder, store)
    try:
        records = _publish(artifacts, task.lowest, store)
    except StoreError as error:
        if can_wait(task):
            then = "what was built is kept, and uploaded by the same command"
            error.remedy = f"{error.remedy}; {then}" if error.remedy else then
        raise
    except SluiceError:
        forget(task)
        raise
    forget(task)
    return BuildResult(records, time.monotonic() - started)


def _build(task: BuildTask, builder: Builder, store: Store) -> tuple[Artifact, ...]:
    from conda_sluice.effects.git import export_tree, export_worktree
    from conda_sluice.wiring.built import keep_waiting

    first = task.jobs[0]
    if task.workspace.exists():
        shutil.rmtree(task.workspace)
    task.workspace.mkdir(parents=True)
    task.log.parent.mkdir(parents=True, exist_ok=True)
    source = task.workspace / "source"
    if first.source is not None:
        export = export_worktree if first.source.is_dirty else export_tree
        export(first.source, source)
    order = BuildOrder(
        packages=tuple(_package_order(job, task) for job in task.jobs),
        recipe_dir=first.recipe_dir,
        workspace=task.workspace / "build",
        log=task.log,
        channels=_readable(task, store),
        sources=_sources(task.jobs, source),
    )
    return keep_waiting(builder.build(order), task)


def _readable(task: BuildTask, store: Store) -> tuple[str, ...]:
    """Return the channels without the lowest one while that cannot be read.

    Where a service makes the index, there may be none before the first upload.
    """
    if not store.traits(task.lowest).indexes_itself or store.subdirs(task.lowest):
        return task.channels
    return tuple(one for one in task.channels if one != task.lowest.url)


def _package_order(job: BuildJob, task: BuildTask) -> PackageOrder:
    from conda_sluice.plan.origin import origin_extra
    from conda_sluice.recipe.script_environment import build_environment
    from conda_sluice.recipe.subpackages import with_siblings

    return PackageOrder(
        recipe=with_siblings(job.rendered, job.siblings),
        build=job.build,
        number=job.number,
        pins={
            **task.pins,
            **{need.name: f"{need.name} =={need.version} {need.build}" for need in job.needs},
        },
        env=build_environment(job.rendered, task.version),
        extra=origin_extra(job, task.version),
        is_wanted=job.file in task.wanted,
    )


def _publish(
    artifacts: Sequence[Artifact], lowest: ChannelRef, store: Store
) -> tuple[PackageRecord, ...]:
    """Put packages into a channel at once; where another run did meanwhile, the first one stays."""
    from conda_sluice.pipeline.clash import find_twin

    try:
        store.put(artifacts, lowest)
    except ConflictError:
        subdirs = {one.record.subdir for one in artifacts}
        held = [(one, lowest) for subdir in subdirs for one in store.records(lowest, subdir)]
        twins = [find_twin(one, held, store) for one in artifacts]
        pairs = list(zip(artifacts, twins, strict=True))
        store.put([one for one, twin in pairs if twin is None], lowest)
        return tuple(twin or one.record for one, twin in pairs)
    return tuple(one.record for one in artifacts)


def _sources(jobs: Sequence[BuildJob], exported: Path) -> Mapping[str, str]:
    """Return for each source path of the recipe within the project its place in the export."""
    root, recipe_dir = jobs[0].project_root.resolve(), jobs[0].recipe_dir
    paths = {source.path for job in jobs for source in _all_sources(job.rendered) if source.path}
    places = {path: (recipe_dir / path).resolve() for path in paths}
    return {
        path: str(exported / place.relative_to(root))
        for path, place in places.items()
        if place.is_relative_to(root)
    }


def _all_sources(recipe: RenderedRecipe) -> Sequence[Source]:
    return (*recipe.source, *(recipe.shared.source if recipe.shared else ()))


def perform_test(
    task: "TestTask", *, channel: ChannelRef, cache: Path, stores: StoreOptions
) -> TestReport:
    """Test a package of a channel in this process."""
    from conda_sluice.effects.os_errors import store_error
    from conda_sluice.environments.rattler import RattlerEnvironments
    from conda_sluice.pipeline.test_one import test_one

    learn_secrets()
    try:
        environments = RattlerEnvironments(cache, stores)
        return test_one(task, channel, _worker_store(stores), environments)
    except OSError as error:
        raise store_error(error) from error


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

    learn_secrets()
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


@lru_cache(maxsize=1)
def _worker_store(options: StoreOptions) -> Store:
    """Return the stores of this process: what they know of an index serves the next task too."""
    from conda_sluice.wiring.stores import open_stores

    return open_stores(options)
