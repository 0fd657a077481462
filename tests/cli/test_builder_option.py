"""What builds: named in channels.yaml, or for one run on the command line."""

import shutil

import pytest

from workspaces import a_config, a_project, a_recipe, a_workspace

pytestmark = pytest.mark.integration

FILES = {**a_project("hills"), "recipes/hills/meta.yaml": a_recipe("hills")}


@pytest.fixture
def only_git(tmp_path, monkeypatch):
    """Leave git on PATH, and no conda."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("git", "bash", "sh", "cp", "mkdir"):
        (folder / name).symlink_to(shutil.which(name))
    monkeypatch.setenv("PATH", str(folder))
    return folder


def test_a_conda_build_that_is_not_there_says_how_to_get_it(sluice, only_git):
    a_workspace(sluice.root, FILES, a_config("hills", more="builder: conda-build\n"))
    answer = sluice("build")
    assert (answer.code, answer.out) == (3, "")
    assert answer.err.startswith("error: conda-build is not on PATH")
    assert "conda install -n base conda-build" in answer.err
    assert "rattler-build" in answer.err


def test_a_conda_build_that_is_too_old_is_refused(sluice, only_git):
    program = only_git / "conda-build"
    program.write_text("#!/bin/sh\necho conda-build 3.28.4\n")
    program.chmod(0o755)
    a_workspace(sluice.root, FILES, a_config("hills"))
    answer = sluice("run", "--builder", "conda-build")
    assert (answer.code, answer.out) == (3, "")
    assert f"{program}: conda-build 3.28.4 is too old" in answer.err


def test_the_command_line_goes_before_channels_yaml(sluice, only_git):
    a_workspace(sluice.root, FILES, a_config("hills", more="builder: conda-build\n"))
    assert sluice("build", "--builder", "rattler-build").code == 0


def test_what_is_there_already_needs_no_builder(sluice, only_git):
    a_workspace(sluice.root, FILES, a_config("hills"))
    assert sluice("build").code == 0
    answer = sluice("build", "--builder", "conda-build")
    assert (answer.code, "is there already" in answer.out) == (0, True)


def test_a_builder_that_nobody_knows_is_a_mistake_on_the_command_line(sluice):
    answer = sluice("build", "--builder", "make")
    assert answer.code == 2
    assert "rattler-build" in answer.err
