import subprocess
import tarfile

import pytest
from benchmarks.recipes import many

import projects


@pytest.fixture
def archives(tmp_path):
    """Return an archive of a Python project and one of an R package."""
    made = []
    for make, name in ((projects.a_python_project, "trips-1.0"), (projects.an_r_project, "r-1.0")):
        top = make(tmp_path / "src" / name)
        made.append(tmp_path / f"{name}.tar.gz")
        with tarfile.open(made[-1], "w:gz") as tar:
            tar.add(top, name)
    return made


def test_a_workspace_has_as_many_projects_as_asked_for_each_of_a_name_of_its_own(
    tmp_path, archives
):
    many.make_workspace(tmp_path / "workspace", archives, 5)
    found = subprocess.run(
        [*many.SLUICE, "recipe", "--no-build-backend"],
        cwd=tmp_path / "workspace",
        check=True,
        capture_output=True,
        text=True,
    )
    names = [line.split()[1] for line in found.stdout.splitlines() if "written" in line]
    assert len(set(names)) == 5
