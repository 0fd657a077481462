import pytest

import projects
from conda_sluice.discover.detect import discover
from conda_sluice.errors import ProjectError

HEAD = "[project]\nname = 'trips'\nversion = '1.0'\n"


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("project = 5\n", 1, "project must be a table"),
        ("[project]\nname = 3\n", 2, "project.name must be a text"),
        (HEAD + "dependencies = 'numpy'\n", 4, "project.dependencies must be a list of texts"),
        (HEAD + "[project.scripts]\ntrips = 3\n", 4, "project.scripts must be a table of texts"),
        (HEAD + "scripts.trips = 3\n", 4, "project.scripts must be a table of texts"),
        (
            HEAD + "[project.optional-dependencies]\ntest = 'pytest'\n",
            4,
            "project.optional-dependencies must be a table of lists of texts",
        ),
        (
            "[build-system]\nrequires = 'hatchling'\n" + HEAD,
            2,
            "build-system.requires must be a list of texts",
        ),
    ],
)
def test_value_of_another_kind_is_refused_with_its_line(tmp_path, text, line, what):
    with pytest.raises(ProjectError) as caught:
        discover(projects.write_files(tmp_path, {"pyproject.toml": text}))
    assert (caught.value.where, caught.value.what) == (
        f"{tmp_path / 'pyproject.toml'}:{line}",
        what,
    )
