from dataclasses import replace
from pathlib import Path

import pytest

from conda_sluice.errors import AnswerError, ConflictError
from conda_sluice.model.outcome import Failed
from conda_sluice.model.project import ProjectVersion, VersionOrigin
from conda_sluice.pipeline.build import BuildSettings, BuildTask, build
from conda_sluice.plan.builds import BuildPlan, plan_builds
from conda_sluice.wiring.tasks import build_and_put
from factories import a_channel, an_artifact
from fakes import FakeStore
from plans import a_candidate
from seeding import InlineExecutor


class Builder:
    """Makes a package for each order, another file each time, and counts its builds."""

    def __init__(self, key=""):
        self.builds = 0
        self._key = key

    def build(self, order):
        self.builds += 1
        self.channels = order.channels
        return tuple(self._package(one, order.workspace) for one in order.packages)

    def _package(self, order, workspace):
        extra = {**order.extra, **({"sluice-key": self._key} if self._key else {})}
        one = order.distribution
        return an_artifact(
            workspace / "out" / "linux-64",
            *(one.name, one.version, one.build),
            text=f"build {self.builds}",
            about={"extra": extra},
        ).path


class Failing(FakeStore):
    """A store whose first uploads fail."""

    def __init__(self, *errors):
        super().__init__()
        self.errors = list(errors)

    def put(self, artifacts, channel, *, expected=None):
        if self.errors:
            raise self.errors.pop(0)
        super().put(artifacts, channel, expected=expected)


def a_task(folder: Path, **more) -> BuildTask:
    (planned,) = plan_builds([a_candidate("trips", **more)], (), {}).builds
    job = replace(planned.job, source=None, project_root=folder, recipe_dir=folder / "recipe")
    return BuildTask(
        jobs=(job,),
        wanted=frozenset({job.file}),
        version=ProjectVersion(upstream="1.2.3", conda="1.2.3", origin=VersionOrigin.GIT),
        channels=(a_channel(folder).url, "https://upstream"),
        lowest=a_channel(folder),
        workspace=folder / "work" / str(job.distribution),
        log=folder / "logs" / "trips.log",
    )


def unreachable():
    return AnswerError("asks for a key (401)", "https://quetz/unstable", "make a key")


def test_what_was_built_and_not_uploaded_is_uploaded_by_the_next_call(tmp_path):
    task, builder, store = a_task(tmp_path), Builder(), Failing(unreachable())
    with pytest.raises(AnswerError, match="what was built is kept, and uploaded by the same"):
        build_and_put(task, builder, store)
    (record,) = build_and_put(task, builder, store).records
    assert builder.builds == 1
    held = store.records(task.lowest, record.subdir)
    assert [one.sha256 for one in held] == [record.sha256]
    assert not task.workspace.exists()


def test_what_the_channel_will_never_take_is_built_anew(tmp_path):
    task, builder = a_task(tmp_path), Builder()
    with pytest.raises(ConflictError):
        build_and_put(task, builder, Failing(ConflictError("other"), ConflictError("other")))
    build_and_put(task, builder, FakeStore())
    assert builder.builds == 2


class Service(FakeStore):
    """A store whose server makes the index, once there is something to index."""

    def traits(self, channel):
        return replace(super().traits(channel), indexes_itself=True)


@pytest.mark.parametrize("kind", [FakeStore, Service])
def test_the_lowest_channel_is_read_once_there_is_something_to_read(tmp_path, kind):
    task, builder, store = a_task(tmp_path), Builder(), kind()
    build_and_put(task, builder, store)
    lowest = () if kind is Service else (task.lowest.url,)
    assert builder.channels == (*lowest, "https://upstream")
    build_and_put(a_task(tmp_path, tree="u" * 40, number=1), builder, store)
    assert builder.channels == (task.lowest.url, "https://upstream")


def test_the_log_of_a_build_is_not_shown_where_the_channel_failed(tmp_path):
    (planned,) = plan_builds([a_candidate("trips")], (), {}).builds
    settings = BuildSettings(
        channels=(), lowest=a_channel(tmp_path), scratch=tmp_path / "work", logs=tmp_path
    )
    (tmp_path / f"{planned.job.distribution}.log").write_text("all is built well")

    def perform(task):
        raise unreachable()

    outcomes = build(BuildPlan(builds=(planned,)), settings, perform, InlineExecutor())
    (failed,) = (one for one in outcomes if isinstance(one, Failed))
    assert failed.tail == ()


def test_uncommitted_sources_are_built_anew(tmp_path):
    task, builder, store = a_task(tmp_path, changes="yes"), Builder(), Failing(unreachable())
    with pytest.raises(AnswerError) as caught:
        build_and_put(task, builder, store)
    assert caught.value.remedy == "make a key"
    build_and_put(task, builder, store)
    assert builder.builds == 2


def test_a_package_of_other_contents_under_the_name_is_not_taken(tmp_path):
    task, store = a_task(tmp_path), Failing(unreachable())
    with pytest.raises(AnswerError):
        build_and_put(task, Builder(key="0" * 64), store)
    builder = Builder()
    build_and_put(task, builder, store)
    assert builder.builds == 1


def test_a_package_that_was_damaged_meanwhile_is_built_anew(tmp_path):
    task, builder, store = a_task(tmp_path), Builder(), Failing(unreachable())
    with pytest.raises(AnswerError):
        build_and_put(task, builder, store)
    (package,) = task.workspace.rglob("*.conda")
    package.write_bytes(package.read_bytes()[:100])
    build_and_put(task, builder, store)
    assert builder.builds == 2
