"""A repository may hold several projects, each with a name and a recipe of its own."""

import pytest

import projects
from conda_sluice.discover.nested import discover_all
from conda_sluice.errors import ProjectError
from conda_sluice.model.project import Project


def found(root):
    return {
        one.root.relative_to(root).as_posix(): str(one.name)
        for one in discover_all(root)
        if isinstance(one, Project)
    }


def test_each_project_of_a_repository_is_found(tmp_path):
    projects.a_cmake_project(tmp_path / "libs/libtrips")
    projects.a_python_project(tmp_path / "apps/cli")
    projects.an_r_project(tmp_path / "rtrips")
    assert found(tmp_path) == {
        "libs/libtrips": "libtrips",
        "apps/cli": "tripcli",
        "rtrips": "r-trips",
    }


def test_packages_below_a_project_are_projects_of_their_own(tmp_path):
    projects.a_cmake_project(tmp_path)
    projects.a_python_project(tmp_path / "python")
    projects.an_r_project(tmp_path / "bindings/R-package")
    assert list(found(tmp_path)) == [".", "bindings/R-package", "python"]


def test_c_below_a_project_that_compiles_is_a_part_of_it(tmp_path):
    projects.a_cmake_project(tmp_path)
    projects.a_cmake_project(tmp_path / "inner")
    assert list(found(tmp_path)) == ["."]


def test_c_below_a_project_that_compiles_nothing_is_a_project_where_it_can_be_installed(tmp_path):
    projects.an_old_python_project(tmp_path)
    projects.a_cmake_project(tmp_path / "libtrips")
    projects.a_cmake_project(tmp_path / "tool", cmake="project(tool C)\nadd_executable(tool t.c)\n")
    assert list(found(tmp_path)) == [".", "libtrips"]


@pytest.mark.parametrize("folder", ["tests", "examples", "vendor", ".hidden", "_x", "{{name}}"])
def test_folders_that_hold_no_projects_of_ones_own_are_passed_by(tmp_path, folder):
    projects.a_python_project(tmp_path)
    projects.a_python_project(tmp_path / folder / "other")
    assert list(found(tmp_path)) == ["."]


def test_a_broken_project_below_is_told_beside_the_others(tmp_path):
    projects.a_python_project(tmp_path / "good")
    projects.write_files(tmp_path / "broken", {"pyproject.toml": "[project"})
    broken, good = discover_all(tmp_path)
    assert isinstance(broken, ProjectError)
    assert "broken/pyproject.toml" in broken.where
    assert good.name == "tripcli"


def test_a_broken_project_at_the_top_is_an_error(tmp_path):
    projects.write_files(tmp_path, {"pyproject.toml": "[project"})
    projects.a_python_project(tmp_path / "good")
    with pytest.raises(ProjectError, match="TOML"):
        discover_all(tmp_path)


def test_a_folder_without_projects_is_an_error_that_says_where_was_looked(tmp_path):
    projects.write_files(tmp_path, {"README.md": "Hello"})
    with pytest.raises(ProjectError, match="nothing here that sluice can package"):
        discover_all(tmp_path)
