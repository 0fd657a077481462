"""conda users get what pip users get."""

import re
import tomllib
from pathlib import Path

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
CONDA_NAMES = {"msgpack": "msgpack-python"}
"""Where conda-forge has another name than PyPI."""

TOOLS = {"conda-build", "git", "cmake", "ninja", "make", "r-base", "openssh", "c-compiler"}


def requirement_of(line):
    """Return name and version bounds of a requirement, in either language."""
    name, bounds = re.fullmatch(r"([A-Za-z0-9._-]+)(?:\[.*\])?\s*(.*)", line).groups()
    return name, bounds


def declared():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    return [*project["dependencies"], *extras["anaconda"], *extras["s3"], *extras["test"]]


def listed():
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    lines = YAML(typ="safe").load(text)["dependencies"]
    conda = [line for line in lines if isinstance(line, str)]
    (pip,) = [line["pip"] for line in lines if isinstance(line, dict)]
    return [*conda, *(line for line in pip if not line.startswith("-"))]


def test_environment_yml_names_each_dependency_with_the_same_bounds():
    wanted = dict(map(requirement_of, declared()))
    given = dict(map(requirement_of, listed()))
    assert {name: given.get(CONDA_NAMES.get(name, name)) for name in wanted} == wanted


def test_environment_yml_names_the_tools_that_pip_cannot_bring():
    assert {requirement_of(line)[0] for line in listed()} >= TOOLS
