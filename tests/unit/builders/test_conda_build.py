"""The builder with a conda-build that is not there: what it is told, what it makes of answers."""

import stat
from dataclasses import replace

import pytest

from conda_sluice.builders.conda_build import CondaBuilder
from conda_sluice.errors import BuildError
from conda_sluice.model.completed import Completed
from conda_sluice.model.job import BuildOrder
from conda_sluice.model.names import PackageName, Subdir
from conda_sluice.model.recipe import BuildSection, RenderedRecipe, Requirements
from factories import a_package_order
from fakes_running import FakeEnvironments

NAME = "trips-1.0-h0123456_3.conda"


class FakeCondaBuild:
    """A process runner: says its version, and makes or does not make a package."""

    def __init__(self, log="", code=0, made=(f"linux-64/{NAME}",)):
        self.log, self.code, self.made = log, code, made
        self.argv, self.env = [], {}

    def __call__(self, argv, *, env, log=None, cwd=None, **_):
        if "--version" in argv:
            return Completed(code=0, output="conda-build 26.7.1\n")
        self.argv, self.env, self.cwd = argv, env, cwd
        log.write_text(self.log)
        for path in self.made:
            file = cwd / "out" / path
            file.parent.mkdir(parents=True)
            file.touch(mode=0o600)
        (cwd / "croot" / "build" / "work").mkdir(parents=True)
        return Completed(code=self.code, output="")

    def option(self, name):
        return [
            after for before, after in zip(self.argv, self.argv[1:], strict=False) if before == name
        ]


@pytest.fixture
def order(tmp_path):
    folder = tmp_path / "recipe"
    folder.mkdir()
    (folder / "build.sh").write_text("make\n")
    (folder / "meta.yaml").write_text("{{ for people }}\n")
    (folder / "conda_build_config.yaml").write_text("python: [3.11, 3.12]\n")
    (folder / ".sluice").mkdir()
    workspace = tmp_path / "work"
    workspace.mkdir()
    return BuildOrder(
        packages=(
            a_package_order(
                RenderedRecipe(
                    name=PackageName("trips"),
                    version="1.0",
                    platform=Subdir("linux-64"),
                    variant=(("python", "3.11.*"),),
                    build=BuildSection(script_file="build.sh"),
                    requirements=Requirements(host=("python 3.11.*", "base")),
                ),
                "h0123456_3",
            ),
        ),
        recipe_dir=folder,
        workspace=workspace,
        log=tmp_path / "logs" / "trips.log",
        channels=("file:///first", "file:///second"),
    )


@pytest.fixture
def built(tmp_path, order):
    """Build with a given conda-build."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "conda-build").touch(mode=0o755)

    def build(program, order=order, environments=None):
        environ = {"PATH": str(tmp_path / "bin"), "SECRET": "hush"}
        environments = environments or FakeEnvironments()
        return CondaBuilder(environments, tmp_path / "cache", environ, program).build(order)

    return build


def test_the_package_can_be_read_by_everybody_and_the_rest_goes(built, order):
    (package,) = built(FakeCondaBuild())
    assert package == order.workspace / "out" / "linux-64" / NAME
    assert stat.S_IMODE(package.stat().st_mode) == 0o644
    assert not (order.workspace / "croot").exists()
    assert not (order.workspace / "home").exists()


def test_it_is_asked_for_one_build_from_these_channels_and_nothing_else(built, order):
    program = FakeCondaBuild()
    built(program)
    assert {"--override-channels", "--no-anaconda-upload", "--no-test"} <= set(program.argv)
    assert program.option("--channel") == ["file:///first", "file:///second"]
    assert program.option("--croot") == [str(order.workspace / "croot")]
    assert program.argv[-1] == str(order.workspace / "recipe")
    assert "SECRET" not in program.env
    assert program.env["HOME"] == str(order.workspace / "home")


def test_it_gets_the_rendered_recipe_with_what_lies_beside_it(built, order):
    program = FakeCondaBuild()
    built(program)
    folder = order.workspace / "recipe"
    assert sorted(path.name for path in folder.iterdir()) == ["build.sh", "meta.yaml"]
    assert '  string: "h0123456_3"\n' in (folder / "meta.yaml").read_text()
    (variant,) = program.option("--exclusive-config-file")
    assert (order.workspace / "variant.yaml").read_text() == (
        'target_platform:\n  - "linux-64"\npython:\n  - "3.11.*"\n'
    )
    assert variant == str(order.workspace / "variant.yaml")


def test_packages_of_other_channels_are_kept_elsewhere(built, order):
    programs = FakeCondaBuild(), FakeCondaBuild()
    built(programs[0])
    other = order.workspace.parent / "other"
    other.mkdir()
    built(programs[1], replace(order, workspace=other, channels=("file:///third",)))
    assert programs[0].env["CONDA_PKGS_DIRS"] != programs[1].env["CONDA_PKGS_DIRS"]


def test_what_cannot_be_solved_is_told_in_the_words_of_our_own_solver(built, order):
    log = (
        "Traceback (most recent call last):\n"
        '  File "conda_build/x.py", line 1, in build\n'
        "conda_build.exceptions.DependencyNeedsBuildingError: Unsatisfiable: {'base'}\n"
    )
    channels = dict.fromkeys(order.channels, ())
    with pytest.raises(BuildError) as caught:
        built(FakeCondaBuild(log, 1, ()), environments=FakeEnvironments(channels))
    assert caught.value.what.startswith("its host environment cannot be solved: No candidates")
    assert "looked in file:///first, file:///second" in caught.value.what
    assert caught.value.remedy == ""
    assert order.log.read_text().endswith("looked in file:///first, file:///second\n")


def test_a_failure_names_the_log_and_the_folder_that_is_kept(built, order):
    with pytest.raises(BuildError) as caught:
        built(FakeCondaBuild("it broke\n", 1, ()))
    error = caught.value
    assert error.what == "conda-build ended with exit code 1: it broke"
    assert (error.where, error.tail) == (str(order.log), ("it broke",))
    assert str(order.workspace / "croot" / "build" / "work") in error.remedy


@pytest.mark.parametrize("made", [(), (f"linux-64/{NAME}", f"noarch/{NAME}")])
def test_anything_but_one_package_is_a_failure(built, made):
    with pytest.raises(BuildError, match="exit code 0"):
        built(FakeCondaBuild("done\n", 0, made))


def test_a_package_of_another_name_is_a_failure(built):
    with pytest.raises(BuildError, match=r"other-1\.0-0\.conda where trips-1\.0"):
        built(FakeCondaBuild("done\n", 0, ("linux-64/other-1.0-0.conda",)))
