"""Build what the plan says and put it into the lowest channel, dependents after dependencies."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from pathlib import Path

from conda_sluice.errors import BuildError, SluiceError, ToolError
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

    `channels` are URLs, highest priority first; `lowest` is where the package goes; `pins` are
    exact match specs, by name, for what a build of before was made with.
    """

    job: BuildJob
    version: ProjectVersion
    channels: tuple[str, ...]
    lowest: ChannelRef
    workspace: Path
    log: Path
    pins: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What a worker reports: the record of the uploaded package, and wall seconds."""

    record: PackageRecord
    seconds: float


Perform = Callable[[BuildTask], BuildResult]
"""Builds and uploads in a worker; raises SluiceError where it fails. It must pickle."""


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
    blocked it. Leaving the iteration early leaves the executor to end what runs.
    """
    planned = {one.job.distribution: one for one in plan.builds}
    stopped: dict[Distribution, Failed | Blocked] = {}

    def start(key: Distribution, executor: Executor) -> "Future[BuildResult] | BuildOutcome":
        one = planned[key]
        blocker = next((stopped[need] for need in one.follows if need in stopped), None)
        if blocker is not None:
            return _blocked(one.job, blocker)
        if one.is_current:
            return Current(job=one.job)
        return executor.submit(perform, _task(one, settings))

    needs = {key: one.follows for key, one in planned.items()}
    done = 0
    steps: Iterator[Step[Distribution, BuildResult, BuildOutcome]]
    steps = schedule(needs, start, executor)
    for step in steps:
        if isinstance(step, Waiting):
            yield _progress(step, done, len(planned))
            continue
        key, begun = step
        done += 1
        job = planned[key].job
        outcome = _finished(job, begun, settings) if isinstance(begun, Future) else begun
        if isinstance(outcome, Failed | Blocked):
            stopped[key] = outcome
        yield outcome


def _progress(waiting: Waiting[Distribution], done: int, total: int) -> Progress:
    running = tuple(f"{one.name} {one.version}" for one in waiting.running)
    return Progress(verb="building", running=running, done=done, total=total)


def _task(one: PlannedBuild, settings: BuildSettings) -> BuildTask:
    name = str(one.job.distribution)
    return BuildTask(
        job=one.job,
        version=one.version,
        channels=settings.channels,
        lowest=settings.lowest,
        workspace=settings.scratch / name,
        log=log_path(settings, one.job),
        pins=settings.pins.get(one.job.distribution, {}),
    )


def log_path(settings: BuildSettings, job: BuildJob) -> Path:
    """Return where the log of a job is written."""
    return settings.logs / f"{job.distribution}.log"


def _blocked(job: BuildJob, blocker: Failed | Blocked) -> Blocked:
    by = blocker.by if isinstance(blocker, Blocked) else str(blocker.job.distribution)
    return Blocked(job=job, by=by, reason=f"{by} did not build")


def _finished(
    job: BuildJob, future: "Future[BuildResult]", settings: BuildSettings
) -> BuildOutcome:
    log = log_path(settings, job)
    error = future.exception()
    if error is None:
        result = future.result()
        return Built(job=job, sha256=result.record.sha256, log=log, seconds=result.seconds)
    if isinstance(error, ToolError) or not isinstance(error, SluiceError):
        raise error  # without its tool no other job would fare better
    return Failed(job=job, reason=str(error), log=log, tail=_tail(error, log))


def _tail(error: SluiceError, log: Path, lines: int = 20) -> tuple[str, ...]:
    """Return the lines that the error brings, else the last ones of the log."""
    match error:
        case BuildError(tail=tail) if tail:
            return tail
    if not log.is_file():
        return ()
    return tuple(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
