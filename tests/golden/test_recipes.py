"""Projects of each kind, and the recipes that a reviewer should see for them.

`pytest tests/golden --update-golden` writes the expected files anew: read the difference.
"""

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

import projects
from conda_sluice.discover.detect import discover
from conda_sluice.discover.readable import wants
from conda_sluice.effects.archive import unpack
from conda_sluice.model.project import Project
from conda_sluice.recipe.generate.generate import RecipeSource, generate
from conda_sluice.recipe.v0.write import render_v0

PATH = RecipeSource(path="../../project")
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Case:
    """A project, and how its version and sources are named."""

    name: str
    version: str = "0.3.0"
    is_versioned_by_git: bool = False
    source: RecipeSource = PATH


CASES = (
    Case("python", is_versioned_by_git=True),
    Case(
        "python-old",
        version="1.4.2",
        source=RecipeSource(url="https://example.org/old-trips-1.4.2.tar.gz", sha256="0" * 64),
    ),
    Case("python-extension", is_versioned_by_git=True),
    Case("r", version="0.3_1"),
    Case("r-compiled", version="0.3_1"),
    Case("c-cmake"),
    Case("c-make", version="2.1.0"),
    Case("c-meson", version="1.4.2"),
    Case("c-autotools", version="1.4.2"),
    Case("c-headers", version="1.4.2"),
)

WRITERS = {
    "python": projects.a_python_project,
    "python-old": projects.an_old_python_project,
    "python-extension": projects.an_extension_project,
    "r": projects.an_r_project,
    "r-compiled": lambda root: projects.an_r_project(root, is_compiled=True),
    "c-cmake": projects.a_cmake_project,
    "c-meson": projects.a_meson_project,
    "c-autotools": lambda root: projects.an_autotools_project(root.with_name("trips-1.4.2")),
    "c-headers": lambda root: projects.a_header_project(root.with_name("trips-1.4.2")),
    "c-make": lambda root: projects.a_make_project(root.with_name("hills-2.1.0")),
}


def recipe_files(case: Case, root: Path) -> dict[str, str]:
    project = discover(WRITERS[case.name](root / "project"))
    recipe = generate(
        project,
        [library(root)],
        source=case.source,
        default_version=case.version,
        is_versioned_by_git=case.is_versioned_by_git,
    )
    return {"meta.yaml": render_v0(recipe), **dict(recipe.scripts)}


def library(root: Path) -> Project:
    return discover(projects.a_cmake_project(root / "libtrips"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_recipe_is_as_reviewed(case, tmp_path, is_updating_golden):
    expected = HERE / case.name
    files = recipe_files(case, tmp_path)
    if is_updating_golden:
        projects.write_files(expected, files)
    assert files == {path.name: path.read_text("utf-8") for path in sorted(expected.iterdir())}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_same_project_gives_the_same_text(case, tmp_path):
    assert recipe_files(case, tmp_path / "a") == recipe_files(case, tmp_path / "b")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_archive_of_which_less_is_unpacked_says_the_same(case, tmp_path):
    root = WRITERS[case.name](tmp_path / "project")
    archive = Path(shutil.make_archive(str(tmp_path / "a"), "gztar", root.parent, root.name))
    (tmp_path / "unpacked").mkdir()
    top = unpack(archive, tmp_path / "unpacked", wants)
    assert replace(discover(top), root=root) == discover(root)
