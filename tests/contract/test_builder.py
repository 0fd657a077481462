"""What every builder does, for real: rattler-build always, conda-build where it is on PATH.

Without conda-build its half of this suite does not exist; docs/explanation/builders.md says how
to run it.
"""

import json
import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest

import running_tasks as tasks
from builders_here import BUILDERS
from conda_sluice.effects.artifact import read_artifact, read_info
from conda_sluice.errors import BuildError
from conda_sluice.executors.local import LocalExecutor
from conda_sluice.model.job import BuildOrder
from conda_sluice.model.names import PackageName, Subdir
from conda_sluice.model.recipe import (
    About,
    BuildSection,
    Pin,
    RenderedRecipe,
    Requirements,
    RunExports,
    Source,
    TestSection,
)
from conda_sluice.stores.directory.store import DirectoryStore
from conda_sluice.wiring.tasks import open_builder
from factories import a_channel, a_package_order, an_artifact

pytestmark = pytest.mark.integration

LINUX = Subdir("linux-64")
HELLO = RenderedRecipe(
    name=PackageName("hello"),
    version="1.0",
    platform=LINUX,
    build=BuildSection(
        noarch="generic", script=("mkdir -p $PREFIX/share", "echo hi > $PREFIX/share/hello")
    ),
)


@pytest.fixture(params=BUILDERS)
def builder(request, tmp_path):
    return open_builder(request.param, tmp_path / "cache")


@pytest.fixture
def order(tmp_path):
    """Return an order for a small package; the recipe's folder holds a meta.yaml for people."""
    folder = tmp_path / "recipes" / "hello"
    folder.mkdir(parents=True)
    (folder / "meta.yaml").write_text("{% what people read %}\n")
    (folder / "conda_build_config.yaml").write_text("python: [all of them]\n")
    return BuildOrder(
        packages=(a_package_order(HELLO, "h0123456_3"),),
        recipe_dir=folder,
        workspace=tmp_path / "work",
        log=tmp_path / "logs" / "hello.log",
    )


@pytest.fixture(autouse=True)
def workspace(order):
    order.workspace.mkdir()


def made(builder, order):
    """Build the only package of an order."""
    (package,) = builder.build(order)
    return package


def ordered(order, **changes):
    """Change what is ordered about its only package."""
    (package,) = order.packages
    return replace(order, packages=(replace(package, **changes),))


def changed(order, **recipe):
    return ordered(order, recipe=replace(order.packages[0].recipe, **recipe))


def scripted(order, *script, **build):
    section = replace(order.packages[0].recipe.build, script=script, **build)
    return changed(order, build=section)


def paths(package):
    return {entry["_path"] for entry in json.loads(read_info(package, "info/paths.json"))["paths"]}


def index(package):
    return json.loads(read_info(package, "info/index.json"))


def test_a_package_comes_out_with_the_name_that_was_planned(builder, order):
    package = made(builder, order)
    assert package.name == "hello-1.0-h0123456_3.conda"
    record = read_artifact(package).record
    assert (record.subdir, record.build_number, record.noarch) == ("noarch", 3, "generic")
    assert paths(package) == {"share/hello"}
    assert package.is_relative_to(order.workspace)
    assert stat.S_IMODE(package.stat().st_mode) == 0o644


def test_the_recipe_stays_as_it_is(builder, order):
    made(builder, order)
    assert sorted(path.name for path in order.recipe_dir.iterdir()) == [
        "conda_build_config.yaml",
        "meta.yaml",
    ]


def test_what_the_recipe_says_comes_out_as_it_is(builder, order):
    """Even where it looks like Jinja, a selector, or a number."""
    hostile = 'about {{ this }} {% and %} # [win] "that" \\ 100% é 🐍: {#no#} [linux]'
    about = About(
        home="https://a.example", license="MIT", summary=hostile, extra=(("maintainers", "[]"),)
    )
    recipe = changed(order, about=about, version="1.10")
    package = made(builder, ordered(recipe, extra={"sluice-dirty": "no", "sluice-key": "01e5"}))
    told = json.loads(read_info(package, "info/about.json"))
    assert (told["summary"], told["license"]) == (hostile, "MIT")
    assert told["home"].rstrip("/") == "https://a.example"
    assert told["extra"].items() >= {"sluice-dirty": "no", "sluice-key": "01e5"}.items()
    assert index(package)["version"] == "1.10"


def test_requirements_come_out_as_they_are(builder, order):
    needs = Requirements(
        run=("python >=3.11,<3.12.0a0", "numpy", "other 1.2.*"),
        run_constrained=("third >=2",),
    )
    found = index(made(builder, changed(order, requirements=needs)))
    assert sorted(found["depends"]) == ["numpy", "other 1.2.*", "python >=3.11,<3.12.0a0"]
    assert found["constrains"] == ["third >=2"]


def test_run_exports_are_pinned_to_what_was_built(builder, order):
    pin = Pin("pin_subpackage", PackageName("hello"), min_pin="x.x", max_pin="x")
    exports = RunExports(weak=(pin,))
    package = made(builder, scripted(order, *HELLO.build.script, run_exports=exports))
    assert json.loads(read_info(package, "info/run_exports.json")) == {
        "weak": ["hello >=1.0,<2.0a0"]
    }


def test_the_script_finds_its_environment_as_it_was_given(builder, order):
    value = "a \"b\" $HOME `id` \\ 'c' é"
    script = (
        "mkdir -p $PREFIX",
        "printenv SAID > $PREFIX/said",
        "echo $PKG_VERSION >> $PREFIX/said",
    )
    package = made(builder, ordered(scripted(order, *script), env={"SAID": value}))
    assert read_artifact(package).record.name == "hello"
    assert content(package, "said", order) == f"{value}\n1.0\n"


def content(package, path, order):
    """Return the text of a file in a package, unpacked beside the order's folder."""
    from conda_package_streaming.extract import extract

    folder = order.workspace.parent / f"unpacked-{len(list(order.workspace.parent.iterdir()))}"
    extract(str(package), str(folder))
    return (folder / path).read_text()


def test_the_build_script_beside_the_recipe_is_run(builder, order):
    (order.recipe_dir / "build.sh").write_text(
        "mkdir -p $PREFIX/share; echo hi > $PREFIX/share/by-sh\n"
    )
    assert paths(made(builder, scripted(order, script_file="build.sh"))) == {"share/by-sh"}


def test_sources_are_copied_and_patches_beside_the_recipe_applied(builder, order, tmp_path):
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "greeting").write_text("hello\n")
    (tmp_path / "source" / ".gitignore").write_text("*\n")
    (order.recipe_dir / "polite.patch").write_text(
        "--- a/greeting\n+++ b/greeting\n@@ -1 +1 @@\n-hello\n+good day\n"
    )
    recipe = changed(order, source=(Source(path="../../hello", patches=("polite.patch",)),))
    script = ("grep 'good day' greeting", "mkdir -p $PREFIX", "cp greeting $PREFIX/")
    order = replace(scripted(recipe, *script), sources={"../../hello": str(tmp_path / "source")})
    assert paths(made(builder, order)) == {"greeting"}
    assert (tmp_path / "source" / "greeting").read_text() == "hello\n"


def test_a_build_finds_what_its_channels_hold_in_exactly_the_build_that_is_pinned(
    builder, order, tmp_path
):
    channel = a_channel(tmp_path / "with space")
    for build, text in (("h0_0", "old"), ("h1_1", "new")):
        found = an_artifact(tmp_path / "files", "base", "1.0", build, text=text)
        DirectoryStore().put([found], channel)
    recipe = changed(order, requirements=Requirements(host=("base",)))
    script = ("mkdir -p $PREFIX/lib", "cp $PREFIX/share/base.txt $PREFIX/lib/copied")
    order = replace(scripted(recipe, *script), channels=(channel.url,))
    package = made(builder, ordered(order, pins={"base": "base ==1.0 h0_0"}))
    assert content(package, "lib/copied", order) == "old"


def test_the_channel_that_comes_first_hides_the_names_of_the_others(builder, order, tmp_path):
    urls = []
    for name, version in (("first", "1.0"), ("second", "2.0")):
        channel = a_channel(tmp_path, name)
        found = an_artifact(tmp_path / name / "files", "base", version, text=version)
        DirectoryStore().put([found], channel)
        urls.append(channel.url)
    recipe = changed(order, requirements=Requirements(host=("base",)))
    script = ("mkdir -p $PREFIX/lib", "cp $PREFIX/share/base.txt $PREFIX/lib/copied")
    package = made(builder, replace(scripted(recipe, *script), channels=tuple(urls)))
    assert content(package, "lib/copied", order) == "1.0"


@pytest.mark.parametrize("kind", ["build", "host"])
def test_an_unsatisfiable_environment_says_what_is_missing_and_where_it_was_sought(
    builder, order, kind, tmp_path
):
    channel = a_channel(tmp_path)
    top = an_artifact(tmp_path / "files", "top", depends=("nonexistent >=3",))
    DirectoryStore().put([top], channel)
    recipe = changed(order, requirements=Requirements(**{kind: ("top",)}))
    with pytest.raises(BuildError) as caught:
        made(builder, replace(recipe, channels=(channel.url,)))
    assert f"its {kind} environment cannot be solved" in caught.value.what
    assert "nonexistent >=3" in caught.value.what
    assert f"looked in {channel.url}" in caught.value.what


def test_a_failing_script_is_told_with_its_status_its_log_and_its_folder(builder, order):
    with pytest.raises(BuildError) as caught:
        made(builder, scripted(order, "echo it went wrong here >&2", "exit 3"))
    error = caught.value
    assert error.what == "its build script failed: Script failed with status 3"
    assert error.where == str(order.log)
    assert Path(error.remedy.split()[5]).is_dir()
    assert any("it went wrong here" in line for line in error.tail)
    assert not any("Traceback" in line for line in error.tail)


def test_a_missing_source_is_told(builder, order):
    recipe = changed(order, source=(Source(path="/nonexistent/source"),))
    with pytest.raises(BuildError, match="/nonexistent/source"):
        made(builder, recipe)


def test_a_missing_licence_file_is_told(builder, order):
    recipe = changed(order, about=About(license="MIT", license_file=("LICENCE.nowhere",)))
    with pytest.raises(BuildError, match=r"(?i)license file"):
        made(builder, recipe)


def test_tests_come_with_the_package_and_do_not_run_in_the_build(builder, order):
    test = TestSection(commands=("exit 7",), requires=("nowhere-to-be-had",))
    package = made(builder, changed(order, test=test))
    carried = read_info(package, "info/tests/tests.yaml") or read_info(
        package, "info/test/run_test.sh"
    )
    assert b"exit 7" in carried


def test_test_scripts_beside_the_recipe_come_with_the_package(builder, order):
    (order.recipe_dir / "run_test.sh").write_text("echo tested\n")
    test = TestSection(commands=("bash -e run_test.sh",), files=("run_test.sh",))
    package = made(builder, changed(order, test=test))
    assert b"run_test.sh" in (read_info(package, "info/tests/tests.yaml") or b"run_test.sh")


def test_a_successful_build_leaves_the_package_and_little_else(builder, order):
    package = made(builder, order)
    files = [path for path in order.workspace.rglob("*") if path.is_file()]
    assert package in files
    assert not any("work" in path.relative_to(order.workspace).parts for path in files)


def test_the_log_has_what_the_script_said(builder, order):
    made(builder, scripted(order, "echo visible", "mkdir -p $PREFIX", "echo > $PREFIX/file"))
    assert "visible" in order.log.read_text().splitlines()


def test_nothing_of_the_user_s_own_is_seen(builder, order, tmp_path, monkeypatch):
    home = tmp_path / "home"
    home.mkdir()
    (home / ".condarc").write_text("channels: [https://nowhere.invalid/x]\nsolver: nonsense\n")
    (home / "conda_build_config.yaml").write_text("python: [nonsense]\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("CONDARC", str(home / ".condarc"))
    monkeypatch.setenv("SECRET_TOKEN", "hush")
    package = made(builder, scripted(order, "mkdir -p $PREFIX", "env > $PREFIX/env"))
    assert "hush" not in content(package, "env", order)
    assert sorted(path.name for path in home.iterdir()) == [".condarc", "conda_build_config.yaml"]


def interrupt_a_build(name, tmp_path, seen):
    """Press Ctrl-C as soon as the build script runs."""
    with LocalExecutor(1).open() as executor:
        executor.submit(tasks.build_for_ever_with, name, tmp_path)
        seen["pid"] = int((tmp_path / "pid").read_text())
        raise KeyboardInterrupt


@pytest.mark.parametrize("name", BUILDERS)
def test_an_interrupted_build_leaves_no_process_and_no_package(name, tmp_path):
    os.mkfifo(tmp_path / "pid")
    seen = {}
    with pytest.raises(KeyboardInterrupt):
        interrupt_a_build(name, tmp_path, seen)
    assert not Path(f"/proc/{seen['pid']}").exists()
    assert list(tmp_path.rglob("*.conda")) == []


def test_builders_give_a_compiled_package_the_same_requirements(order, tmp_path):
    """The variant's pins, a run export, and a pin to what the host environment holds."""
    channel = a_channel(tmp_path)
    library = an_artifact(
        tmp_path / "files",
        "libbase",
        "2.3.1",
        subdir="linux-64",
        info={"info/run_exports.json": json.dumps({"weak": ["libbase >=2.3.1,<3.0a0"]}).encode()},
    )
    other = an_artifact(tmp_path / "files", "other", "1.4.0", subdir="linux-64")
    DirectoryStore().put([library, other], channel)
    pin = Pin("pin_compatible", PackageName("other"), min_pin="x.x", max_pin="x")
    recipe = replace(
        HELLO,
        build=replace(HELLO.build, noarch=""),
        requirements=Requirements(host=("libbase", "other"), run=(pin,)),
    )
    found = {}
    for name in BUILDERS:
        builder = open_builder(name, tmp_path / "cache")
        room = tmp_path / name
        room.mkdir()
        placed = replace(order, workspace=room, channels=(channel.url,))
        package = made(builder, ordered(placed, recipe=recipe))
        found[name] = sorted(index(package)["depends"])
    assert set(map(tuple, found.values())) == {("libbase >=2.3.1,<3.0a0", "other >=1.4,<2.0a0")}
