"""Build what the plan says and put it into the lowest channel, dependents after dependencies."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from pathlib import Path

from conda_sluice.errors import (
    BuildError,
    ChangedError,
    ConflictError,
    DamagedError,
    RefusedError,
    SluiceError,
    StoreError,
    ToolError,
)
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.job import BuildJob
from conda_sluice.model.outcome import Blocked, BuildOutcome, Built, Current, Failed, Progress
from conda_sluice.model.package import Distribution, PackageRecord
from conda_sluice.model.project import ProjectVersion
from conda_sluice.pipeline.schedule import Step, Waiting, schedule
from conda_sluice.plan.builds import BuildPlan, PlannedBuild


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildTask:
    """One build and the upload of what it gives: all that a worker needs, by name.

    `jobs` are the packages that it makes together, each after those that it needs, `wanted` the
    file names of those that are in no channel yet. `channels` are URLs, highest priority first;
    `lowest` is where the packages go; `pins` are exact match specs, by name, for what a build of
    before was made with.
    """

    jobs: tuple[BuildJob, ...]
    wanted: frozenset[str]
    version: ProjectVersion
    channels: tuple[str, ...]
    lowest: ChannelRef
    workspace: Path
    log: Path
    pins: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What a worker reports: the records of the uploaded packages, and wall seconds for all."""

    records: tuple[PackageRecord, ...]
    seconds: float


Perform = Callable[[BuildTask], BuildResult]
"""Builds and uploads in a worker; raises SluiceError where it fails. It must pickle."""

_Batch = tuple[PlannedBuild, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildSettings:
    """Where builds look for packages, where results go, where logs and scratch folders lie.

    `pins` are those of the tasks, by what is built.
    """

    channels: tuple[str, ...]
    lowest: ChannelRef
    scratch: Path
    logs: Path
    pins: Mapping[Distribution, Mapping[str, str]] = field(default_factory=dict)


def build(
    plan: BuildPlan, settings: BuildSettings, perform: Perform, executor: Executor
) -> Iterator[BuildOutcome | Progress]:
    """Yield one outcome for each job of the plan as it comes, and progress in between.

    A job whose dependency failed is not tried: it comes out as blocked, with the name of what
    blocked it. What is made together comes out together or not at all. Leaving the iteration
    early leaves the executor to end what runs.
    """
    batches = _batches(plan)
    stopped: dict[Distribution, Failed | Blocked] = {}

    def start(
        key: Distribution, executor: Executor
    ) -> "Future[BuildResult] | tuple[BuildOutcome, ...]":
        batch = batches[key]
        due = [one for one in batch if not one.is_current]
        blocker = next(
            (stopped[need] for one in batch for need in one.follows if need in stopped), None
        )
        if blocker is None and due:
            return executor.submit(perform, _task(batch, settings))
        return tuple(
            _blocked(one.job, blocker) if blocker and one in due else Current(job=one.job)
            for one in batch
        )

    done = 0
    steps: Iterator[Step[Distribution, BuildResult, tuple[BuildOutcome, ...]]]
    steps = schedule(_order(batches), start, executor)
    for step in steps:
        if isinstance(step, Waiting):
            yield _progress(step, done, len(plan.builds))
            continue
        key, begun = step
        batch = batches[key]
        outcomes = _finished(batch, begun, settings) if isinstance(begun, Future) else begun
        for outcome in outcomes:
            done += 1
            if isinstance(outcome, Failed | Blocked):
                stopped[outcome.job.distribution] = outcome
            yield outcome


def _batches(plan: BuildPlan) -> dict[Distribution, _Batch]:
    """Return what is made together, each batch under the name of its first package."""
    found: dict[Distribution, list[PlannedBuild]] = {}
    for one in plan.builds:
        found.setdefault(one.together[0], []).append(one)
    return {key: tuple(batch) for key, batch in found.items()}


def _order(batches: Mapping[Distribution, _Batch]) -> dict[Distribution, list[Distribution]]:
    """Return for each batch those that must be done before."""
    places = {one.job.distribution: key for key, batch in batches.items() for one in batch}
    return {
        key: [places[need] for one in batch for need in one.follows if places[need] != key]
        for key, batch in batches.items()
    }


def _progress(waiting: Waiting[Distribution], done: int, total: int) -> Progress:
    running = tuple(f"{one.name} {one.version}" for one in waiting.running)
    return Progress(verb="building", running=running, done=done, total=total)


def _task(batch: _Batch, settings: BuildSettings) -> BuildTask:
    first = batch[0]
    return BuildTask(
        jobs=tuple(one.job for one in batch),
        wanted=frozenset(one.job.file for one in batch if not one.is_current),
        version=first.version,
        channels=settings.channels,
        lowest=settings.lowest,
        workspace=settings.scratch / str(first.job.distribution),
        log=_log_path(settings, batch),
        pins={
            name: spec
            for one in batch
            for name, spec in settings.pins.get(one.job.distribution, {}).items()
        },
    )


def _log_path(settings: BuildSettings, batch: _Batch) -> Path:
    """Return where the log of a build is written."""
    return settings.logs / f"{batch[0].job.distribution}.log"


def _blocked(job: BuildJob, blocker: Failed | Blocked) -> Blocked:
    by = blocker.by if isinstance(blocker, Blocked) else str(blocker.job.distribution)
    return Blocked(job=job, by=by, reason=f"{by} did not build")


def _finished(
    batch: _Batch, future: "Future[BuildResult]", settings: BuildSettings
) -> Iterator[BuildOutcome]:
    """Yield what became of a batch; of what was there already, that it is."""
    log = _log_path(settings, batch)
    due = [one.job for one in batch if not one.is_current]
    yield from (Current(job=one.job) for one in batch if one.is_current)
    error = future.exception()
    if error is None:
        yield from _built(due, future.result(), log)
        return
    if isinstance(error, ToolError) or not isinstance(error, SluiceError):
        raise error  # without its tool no other job would fare better
    failed = _culprit(due, error)
    yield Failed(job=failed, reason=str(error), log=log, tail=_tail(error, log))
    by = str(failed.distribution)
    for job in due:
        if job is not failed:
            yield Blocked(job=job, by=by, reason=f"{by} did not build, and both are made together")


def _built(due: Sequence[BuildJob], result: BuildResult, log: Path) -> Iterator[Built]:
    """Yield the packages that came out; each is given its share of the time."""
    records = {record.file: record for record in result.records}
    for job in due:
        record = records[job.file]
        yield Built(job=job, sha256=record.sha256, log=log, seconds=result.seconds / len(due))


def _culprit(due: Sequence[BuildJob], error: SluiceError) -> BuildJob:
    """Return the job that the error names, the first where it names none."""
    name = error.package if isinstance(error, BuildError) else ""
    return next((job for job in due if job.name == name), due[0])


def _tail(error: SluiceError, log: Path, lines: int = 20) -> tuple[str, ...]:
    """Return the lines that the error brings, else the last ones of the log.

    Where the build came to its end and its channel did not take the packages, there are none.
    """
    match error:
        case StoreError() | ConflictError() | ChangedError() | DamagedError() | RefusedError():
            return ()
        case BuildError(tail=tail) if tail:
            return tail
    if not log.is_file():
        return ()
    return tuple(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
