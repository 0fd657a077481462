"""Workspaces made by code: many small pure Python projects in one git repository.

Their recipes are written by hand and have no requirements, so that a build costs as little as a
build can: what is left of the time is the pipeline's own.
"""

import subprocess
from pathlib import Path

_CONFIG = """\
version: 1
upstream: []
ladder:
  - name: unstable
    url: ./channels/unstable
  - name: testing
    url: ./channels/testing
    gates: [tested]
  - name: stable
    url: ./channels/stable
    gates: [tested]
projects: [libs/*]
"""

_PYPROJECT = """\
[build-system]
requires = ["flit_core >=3.11"]
build-backend = "flit_core.buildapi"

[project]
name = "{name}"
version = "1.0.{number}"
description = "Part {number} of a big workspace"
license = "MIT"
"""

_RECIPE = """\
{{% set name = "{name}" %}}
{{% set version = "1.0.{number}" %}}

package:
  name: {{{{ name }}}}
  version: {{{{ version }}}}

source:
  path: ../../libs/{name}

build:
  noarch: generic
  number: 0
  script: mkdir -p $PREFIX/share/{name} && cp -r {module} README.md $PREFIX/share/{name}/

{requirements}test:
  commands:
    - test -f $PREFIX/share/{name}/{module}/__init__.py

about:
  license: MIT
  summary: Part {number} of a big workspace
"""

_TENTH = 10


def make_workspace(root: Path, projects: int) -> None:
    """Write a workspace of that many projects at `root` and commit it.

    Every tenth project runs with the one before it, so that the plan has an order to keep.
    """
    for number in range(projects):
        _write_project(root, number)
    (root / "channels.yaml").write_text(_CONFIG)
    (root / ".gitignore").write_text("/channels/\n/.sluice/\n")
    _git(root, "init", "-q", "-b", "main")
    _git(root, "add", ".")
    _git(root, "commit", "-q", "-m", "A big workspace")


def _write_project(root: Path, number: int) -> None:
    name = f"part-{number:03d}"
    module = name.replace("-", "_")
    project, recipe = root / "libs" / name, root / "recipes" / name
    before = f"part-{number - 1:03d}"
    follows = f"requirements:\n  run:\n    - {before}\n\n" if number % _TENTH == _TENTH - 1 else ""
    (project / module).mkdir(parents=True)
    recipe.mkdir(parents=True)
    (project / "pyproject.toml").write_text(_PYPROJECT.format(name=name, number=number))
    (project / "README.md").write_text(f"# {name}\n")
    (project / module / "__init__.py").write_text(f'"""Part {number}."""\n\nPART = {number}\n')
    (project / module / "sums.py").write_text("def add(a, b):\n    return a + b\n")
    text = _RECIPE.format(name=name, number=number, module=module, requirements=follows)
    (recipe / "meta.yaml").write_text(text)


def _git(root: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=Bench", "-c", "user.email=bench@example.org"]
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True)
