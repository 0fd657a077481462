"""Builds with the embedded rattler-build: small noarch packages, for real."""

import json
import os
import stat
from pathlib import Path

import pytest

import running_tasks as tasks
from conda_sluice.builders.rattler_build import build_v1
from conda_sluice.effects.artifact import read_artifact, read_info
from conda_sluice.environments.rattler import RattlerEnvironments
from conda_sluice.errors import BuildError, RecipeError
from conda_sluice.executors.local import LocalExecutor
from conda_sluice.model.environment import ChannelSource
from conda_sluice.model.names import Subdir
from conda_sluice.model.variant import VariantConfig
from conda_sluice.recipe.v1.render import render_v1
from conda_sluice.stores.directory.store import DirectoryStore
from factories import a_channel, a_package_order, an_artifact
from readings import read_v1
from running_tasks import a_recipe

pytestmark = pytest.mark.integration


@pytest.fixture
def recipe_dir(tmp_path):
    folder = tmp_path / "recipes" / "hello"
    folder.mkdir(parents=True)
    (folder / "meta.yaml").write_text("# what people read\n")
    return folder


@pytest.fixture
def build(tmp_path, recipe_dir):
    """Build a recipe; what the caller does not say is the test's own folder."""

    def build(recipe, **settings):
        return build_v1(
            recipe,
            **{
                "recipe_dir": recipe_dir,
                "workspace": tmp_path / "work",
                "log": tmp_path / "logs" / "hello.log",
                "channels": [],
                "platform": "linux-64",
                "environments": RattlerEnvironments(tmp_path / "cache"),
                "cache_dir": tmp_path / "cache",
            }
            | settings,
        )

    return build


def test_a_package_comes_out_with_the_name_that_was_planned(build):
    package = build(a_recipe())
    assert package.name == "hello-1.0-h0123456_3.conda"
    record = read_artifact(package).record
    assert (record.subdir, record.build_number, record.noarch) == ("noarch", 3, "generic")


def test_a_package_can_be_read_by_everybody(build):
    assert stat.S_IMODE(build(a_recipe()).stat().st_mode) == 0o644


def test_the_build_script_beside_the_recipe_is_run(build, recipe_dir):
    (recipe_dir / "build.sh").write_text("mkdir -p $PREFIX/share; echo hi > $PREFIX/share/by-sh\n")
    package = build(a_recipe(script=None))
    assert b"share/by-sh" in read_info(package, "info/paths.json")


def test_script_and_files_that_a_recipe_yaml_names_are_taken(build, recipe_dir):
    (recipe_dir / "install.sh").write_text("mkdir $PREFIX/share && touch $PREFIX/share/{yes,no}")
    (read,) = read_v1(
        "package: {name: hello, version: '1.0'}\n"
        "build: {noarch: generic, script: install, files: {exclude: [share/no]}}\n",
        where="recipe.yaml",
        platform=Subdir("linux-64"),
        variants=VariantConfig(),
        environ={},
        files=("install.sh",),
    )
    package = build(render_v1(a_package_order(read, "h0123456_3")))
    assert [one["_path"] for one in json.loads(read_info(package, "info/paths.json"))["paths"]] == [
        "share/yes"
    ]


def test_patches_beside_the_recipe_are_applied(build, recipe_dir, tmp_path):
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "greeting").write_text("hello\n")
    (recipe_dir / "polite.patch").write_text(
        "--- a/greeting\n+++ b/greeting\n@@ -1 +1 @@\n-hello\n+good day\n"
    )
    recipe = a_recipe("grep 'good day' greeting; mkdir -p $PREFIX; cp greeting $PREFIX/")
    source = {"path": str(tmp_path / "source"), "patches": ["polite.patch"]}
    assert build({**recipe, "source": source}).exists()


def test_the_recipes_folder_stays_as_it_is(build, recipe_dir):
    build(a_recipe())
    assert [path.name for path in recipe_dir.iterdir()] == ["meta.yaml"]


def test_the_log_has_what_the_script_said_under_its_step(build, tmp_path):
    build(a_recipe("echo visible; mkdir -p $PREFIX; echo > $PREFIX/file"))
    lines = (tmp_path / "logs" / "hello.log").read_text().splitlines()
    assert lines.index("[Running build script]") < lines.index("visible")


def test_the_work_folder_goes_when_the_build_succeeds(build, tmp_path):
    build(a_recipe())
    assert not (tmp_path / "work" / "out" / "bld").exists()


def test_a_failing_script_is_told_with_its_status_its_log_and_its_folder(build, tmp_path):
    with pytest.raises(BuildError) as caught:
        build(a_recipe("echo it went wrong here >&2; exit 3"))
    error = caught.value
    assert error.what == "its build script failed: Script failed with status 3"
    assert error.where == str(tmp_path / "logs" / "hello.log")
    assert Path(error.remedy.split()[5]).is_dir()
    assert "it went wrong here" in error.tail


def test_a_missing_source_is_told(build):
    with pytest.raises(BuildError, match="/nonexistent/source"):
        build({**a_recipe(), "source": {"path": "/nonexistent/source"}})


@pytest.mark.parametrize("kind", ["build", "host"])
def test_an_unsatisfiable_environment_says_what_is_missing_and_where_it_was_sought(
    build, kind, tmp_path
):
    channel = a_channel(tmp_path)
    artifact = an_artifact(tmp_path / "files", "top", depends=("nonexistent >=3",))
    DirectoryStore().put([artifact], channel)
    with pytest.raises(BuildError) as caught:
        build({**a_recipe(), "requirements": {kind: ["top"]}}, channels=[channel.url])
    assert f"its {kind} environment cannot be solved" in caught.value.what
    assert "nonexistent >=3" in caught.value.what
    assert f"looked in {channel.url}" in caught.value.what


def test_a_recipe_that_rattler_build_does_not_know_is_an_error_of_the_recipe(build):
    with pytest.raises(RecipeError, match="unknown top-level field 'nonsense'"):
        build({**a_recipe(), "nonsense": 1})


def test_a_build_finds_what_its_channels_hold(build, tmp_path):
    channel = a_channel(tmp_path)
    DirectoryStore().put([an_artifact(tmp_path / "files", "base", text="from base")], channel)
    recipe = a_recipe("mkdir -p $PREFIX/lib; cp $PREFIX/share/base.txt $PREFIX/lib/copied")
    package = build(
        {**recipe, "requirements": {"host": ["base"]}},
        channels=[channel.url],
        cache_dir=tmp_path / "own-cache",
    )
    assert b"lib/copied" in read_info(package, "info/paths.json")
    assert list((tmp_path / "own-cache").rglob("base.txt"))


def test_builds_and_environments_share_a_cache_and_mix_up_no_packages_of_one_name(build, tmp_path):
    environments = RattlerEnvironments(tmp_path / "cache")
    for number, text in enumerate(["one", "two", "one"]):
        channel = a_channel(tmp_path / text)
        DirectoryStore().put([an_artifact(tmp_path / text, "base", text=text)], channel)
        recipe = a_recipe(f"grep {text} $PREFIX/share/base.txt; echo > $PREFIX/share/file")
        build(
            {**recipe, "requirements": {"host": ["base"]}},
            channels=[channel.url],
            workspace=tmp_path / f"work-{number}",
        )
        solution = environments.solve(["base"], [ChannelSource(channel.url)], Subdir("linux-64"))
        with environments.create(solution, tmp_path / "env") as environment:
            assert (environment.prefix / "share" / "base.txt").read_text() == text


def test_a_long_path_does_not_break_a_build(build, tmp_path):
    deep = tmp_path / ("a" * 60) / ("b" * 60)
    assert build(a_recipe(), workspace=deep).exists()


def test_workers_share_one_cold_package_cache(tmp_path):
    channel = a_channel(tmp_path)
    names = [f"base-{number}" for number in range(5)]
    DirectoryStore().put(
        [an_artifact(tmp_path / "files", name, text="x" * 100_000) for name in names], channel
    )
    with LocalExecutor(2).open() as executor:
        futures = [
            executor.submit(tasks.build_here, tmp_path / str(number), channel.url, names)
            for number in range(8)
        ]
        assert all(future.result().exists() for future in futures)


def interrupt_a_build(tmp_path, seen):
    """Press Ctrl-C as soon as the build script runs."""
    with LocalExecutor(1).open() as executor:
        executor.submit(tasks.build_for_ever, tmp_path)
        seen["pid"] = int((tmp_path / "pid").read_text())
        raise KeyboardInterrupt


def test_an_interrupted_build_leaves_no_process_and_no_package(tmp_path):
    os.mkfifo(tmp_path / "pid")
    seen = {}
    with pytest.raises(KeyboardInterrupt):
        interrupt_a_build(tmp_path, seen)
    assert not Path(f"/proc/{seen['pid']}").exists()
    assert list(tmp_path.rglob("*.conda")) == []
