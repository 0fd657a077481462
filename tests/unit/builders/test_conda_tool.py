import pytest

from conda_sluice.builders.conda_tool import find_conda_build, tool_environment
from conda_sluice.errors import ToolError
from conda_sluice.model.completed import Completed


class Answer:
    """A process runner that gives one answer and keeps what it was asked."""

    def __init__(self, output="conda-build 26.7.1\n", code=0):
        self.done = Completed(code=code, output=output)
        self.asked = []

    def __call__(self, argv, **settings):
        self.asked.append((argv, settings))
        return self.done


def a_program(folder, name):
    folder.mkdir(exist_ok=True)
    (folder / name).write_text("")
    (folder / name).chmod(0o755)
    return {"PATH": str(folder)}


def test_the_program_on_path_is_taken(tmp_path):
    environ = a_program(tmp_path, "conda-build")
    a_program(tmp_path, "conda")
    assert find_conda_build(environ, run=Answer()) == (str(tmp_path / "conda-build"),)


def test_without_the_program_it_is_conda_s_subcommand(tmp_path):
    environ = a_program(tmp_path, "conda")
    assert find_conda_build(environ, run=Answer()) == (str(tmp_path / "conda"), "build")


def test_the_version_is_asked_once_in_a_process(tmp_path):
    environ, answer = a_program(tmp_path, "conda-build"), Answer()
    for _ in range(2):
        find_conda_build(environ, run=answer)
    assert [argv for argv, _ in answer.asked] == [[str(tmp_path / "conda-build"), "--version"]]


def test_a_missing_conda_build_says_how_to_get_it(tmp_path):
    with pytest.raises(ToolError) as caught:
        find_conda_build({"PATH": str(tmp_path)}, run=Answer())
    assert caught.value.what == "conda-build is not on PATH"
    assert "conda install -n base conda-build" in caught.value.remedy
    assert "rattler-build" in caught.value.remedy


def test_a_conda_without_conda_build_says_how_to_get_it(tmp_path):
    environ = a_program(tmp_path, "conda")
    answer = Answer("usage: conda\nconda: error: invalid choice: 'build'\n", code=2)
    with pytest.raises(ToolError, match="invalid choice: 'build'") as caught:
        find_conda_build(environ, run=answer)
    assert "conda install -n base conda-build" in caught.value.remedy


@pytest.mark.parametrize("version", ["25.11.2", "3.28.4"])
def test_a_conda_build_that_is_too_old_says_how_to_update_it(tmp_path, version):
    environ = a_program(tmp_path, "conda-build")
    with pytest.raises(ToolError, match=f"conda-build {version} is too old: 26.1") as caught:
        find_conda_build(environ, run=Answer(f"conda-build {version}\n"))
    assert "conda update" in caught.value.remedy


@pytest.mark.parametrize("version", ["26.1.0", "26.7.1", "27.1.0rc1"])
def test_a_conda_build_that_is_new_enough_is_taken(tmp_path, version):
    environ = a_program(tmp_path, "conda-build")
    assert find_conda_build(environ, run=Answer(f"conda-build {version}\n"))


def test_conda_build_sees_nothing_of_the_user_s_own(tmp_path):
    environ = {
        "PATH": "/usr/bin",
        "HOME": "/home/ada",
        "CONDARC": "/home/ada/.condarc",
        "CONDA_CHANNELS": "nowhere",
        "PYTHONPATH": "/home/ada/lib",
        "ANACONDA_API_TOKEN": "hush",
        "HTTPS_PROXY": "http://proxy",
    }
    seen = tool_environment(environ, home=tmp_path / "home", packages=tmp_path / "pkgs")
    assert seen == {
        "PATH": "/usr/bin",
        "HTTPS_PROXY": "http://proxy",
        "HOME": str(tmp_path / "home"),
        "CONDARC": str(tmp_path / "home" / "condarc"),
        "CONDA_PKGS_DIRS": str(tmp_path / "pkgs"),
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "ignore",
    }
    assert "channel_priority: strict" in (tmp_path / "home" / "condarc").read_text()
