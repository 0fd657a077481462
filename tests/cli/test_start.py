"""What a command imports: of what it does not need, nothing, so that it starts quickly."""

import subprocess
import sys

import pytest

import projects

HEAVY = (
    "rattler",
    "rattler_build",
    "ruamel",
    "jinja2",
    "boto3",
    "botocore",
    "binstar_client",
    "requests",
    "urllib3",
    "httpx",
    "keyring",
    "whl2conda",
    "starlette",
    "uvicorn",
)
BENCH = ("conda_sluice.wiring.bench", "conda_sluice.pipeline.bench", "conda_sluice.plan")
READING = ("conda_sluice.recipe.v0.read", "conda_sluice.recipe.v1", "conda_sluice.recipe.merge")
LANGUAGES = {
    "python": (
        projects.a_python_project,
        ("c.project", "c.cmake", "c.meson", "r.project"),
    ),
    "r": (projects.an_r_project, ("c.project", "c.cmake", "c.meson", "python.project")),
    "c": (projects.a_cmake_project, ("c.meson", "python.project", "r.project")),
}


def imported_by(*command_lines, cwd=None):
    """Return the modules that a process has imported which ran these command lines well."""
    script = (
        "import sys\n"
        "from conda_sluice.cli.app import run\n"
        f"for argv in {[[str(one) for one in argv] for argv in command_lines]!r}:\n"
        "    assert run(argv) == 0\n"
        "print(*sorted(sys.modules), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=cwd
    )
    return done.stderr.split()


def those_of(modules, needless):
    return [one for one in modules if one.startswith(needless)]


def test_the_command_line_starts_without_the_heavy_engines():
    """Neither what it imports, nor the secrets that it learns at each start, need any of them."""
    assert those_of(imported_by(["--help"], ["--version"]), HEAVY) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_new_recipe_takes_what_its_language_needs_and_no_workbench(tmp_path, language):
    make, others = LANGUAGES[language]
    source = make(tmp_path / "trips")
    found = imported_by(["recipe", source, "--output", tmp_path / "recipes"], cwd=tmp_path)
    foreign = tuple(f"conda_sluice.discover.{one}" for one in others)
    assert those_of(found, (*HEAVY, *BENCH, *READING, *foreign)) == []
