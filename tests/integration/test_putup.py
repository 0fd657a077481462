"""A project that PyScaffold makes is understood as it comes."""

import sys

import pytest

from conda_sluice.discover.detect import discover
from conda_sluice.effects.process import run
from conda_sluice.recipe.generate.generate import RecipeSource, generate
from conda_sluice.recipe.v0.write import render_v0

pytestmark = pytest.mark.integration


@pytest.fixture
def fresh_project(tmp_path):
    environment = {
        "HOME": str(tmp_path),
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "GIT_AUTHOR_NAME": "Alice",
        "GIT_AUTHOR_EMAIL": "alice@example.org",
        "GIT_COMMITTER_NAME": "Alice",
        "GIT_COMMITTER_EMAIL": "alice@example.org",
    }
    (tmp_path / ".gitconfig").write_text("[user]\nname = Alice\nemail = alice@example.org\n")
    putup = [sys.executable, "-m", "pyscaffold.cli", "my-science"]
    made = run(putup, cwd=tmp_path, env=environment, timeout=120)
    assert made.code == 0, made.output
    return tmp_path / "my-science"


def test_putup_project_gets_a_recipe_that_needs_no_edits(fresh_project):
    project = discover(fresh_project)
    text = render_v0(
        generate(
            project,
            source=RecipeSource(path="../../my-science"),
            default_version="0.0.0",
            is_versioned_by_git=True,
        )
    )
    assert (project.name, project.scheme) == ("my-science", "setuptools-scm:no-guess-dev")
    assert project.tests.commands == ("python -m pytest tests",)
    assert set(project.tests.requires) == {"setuptools", "pytest", "pytest-cov"}
    assert project.tests.files[:1] == ("tests",)
    assert "setup.cfg" in project.tests.files
    assert '{% set version = environ.get("SLUICE_VERSION", "0.0.0") %}' in text
    assert "  noarch: python" in text
    assert "    - setuptools-scm >=5" in text
    assert "importlib-metadata" not in text  # its marker is false for every Python of today
    assert "    - my_science" in text
