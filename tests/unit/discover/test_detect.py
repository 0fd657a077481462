import pytest

import projects
from conda_sluice.discover.detect import discover, is_project
from conda_sluice.errors import ProjectError
from conda_sluice.model.project import Language

WRITERS = {
    "python": projects.a_python_project,
    "old": projects.an_old_python_project,
    "extension": projects.an_extension_project,
    "r": projects.an_r_project,
    "cmake": projects.a_cmake_project,
    "make": projects.a_make_project,
}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("python", ("tripcli", Language.PYTHON, False, "hatch-vcs", "")),
        ("old", ("old-trips", Language.PYTHON, False, "static", "1.4.2")),
        ("extension", ("pytrips", Language.PYTHON, True, "setuptools-scm:guess-next-dev", "")),
        ("r", ("r-trips", Language.R, False, "static", "0.3-1")),
        ("cmake", ("libtrips", Language.C, True, "static", "0.3.0")),
        ("make", ("hills", Language.C, True, "static", "2.1.0")),
    ],
)
def test_each_kind_is_known(tmp_path, kind, expected):
    """Name, language, compiled or not, version scheme and static version are told."""
    one = discover(WRITERS[kind](tmp_path / "hills-2.1.0"))
    found = (one.name, one.language, one.is_compiled, one.scheme, one.static_version)
    assert found == expected


def test_evidence_reads_as_a_sentence(tmp_path):
    project = discover(projects.an_extension_project(tmp_path))
    assert [str(one) for one in project.evidence] == [
        "Python, because pyproject.toml names setuptools",
        "compiled, because setup.py declares Extension",
        "version by setuptools-scm:guess-next-dev, because setuptools-scm is asked for",
    ]


def test_python_comes_before_a_cmakelists_that_it_brings_along(tmp_path):
    projects.a_cmake_project(tmp_path)
    assert discover(projects.an_extension_project(tmp_path)).language is Language.PYTHON


def test_pyproject_that_only_configures_tools_makes_no_python_project(tmp_path):
    projects.write_files(tmp_path, {"pyproject.toml": "[tool.black]\nline-length = 99\n"})
    assert discover(projects.a_cmake_project(tmp_path)).language is Language.C


def test_nothing_to_build_says_where_it_looked(tmp_path):
    with pytest.raises(ProjectError, match="it looked for pyproject") as caught:
        discover(tmp_path)
    assert caught.value.where == str(tmp_path)


@pytest.mark.parametrize(
    ("file", "text", "lacks"),
    [
        ("DESCRIPTION", " Package: trips\n", "`Package:`"),
        ("pyproject.toml", "[tool.ruff]\n", "[project]"),
        ("setup.cfg", "[metadata\n", "[metadata]"),
        ("CMakeLists.txt", "add_library(trips trips.c)\n", "project()"),
    ],
)
def test_file_that_does_not_tell_what_the_project_is_is_named(tmp_path, file, text, lacks):
    with pytest.raises(ProjectError) as caught:
        discover(projects.write_files(tmp_path, {file: text}))
    assert caught.value.where == str(tmp_path / file)
    assert lacks in caught.value.what


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("CMakeLists.txt", "\nproject(trips\n  VERSION 1.0\n"),
        ("meson.build", "# trips\nproject('trips', 'c', version:\n"),
        ("configure.ac", "dnl trips\nAC_INIT([trips], [1.0\n"),
    ],
)
def test_command_that_is_never_closed_is_told_with_its_line(tmp_path, file, text):
    with pytest.raises(ProjectError, match=r":2: .* is never closed"):
        discover(projects.write_files(tmp_path, {file: text}))


def test_missing_folder_is_an_error_in_words(tmp_path):
    with pytest.raises(ProjectError, match="no such folder"):
        discover(tmp_path / "none")


def test_readme_is_no_project(tmp_path):
    assert not is_project(projects.write_files(tmp_path, {"README.md": "Hello"}))
