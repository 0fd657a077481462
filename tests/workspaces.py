"""Small workspaces for tests of the command line: a channels.yaml, projects, a git repository.

Their recipes are written by hand, need nothing from any channel and no compiler, and build in a
tenth of a second; so whole runs are quick and work without a seed.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from git_clones import Clone

SMALLEST = """\
version: 1
upstream: []
ladder:
  - name: unstable
    url: ./channels/unstable
  - name: testing
    url: ./channels/testing
projects: []
"""
"""The smallest channels.yaml: other programs write it so."""

GATED = """\
version: 1
upstream: []
ladder:
  - name: unstable
    url: ./channels/unstable
  - name: testing
    url: ./channels/testing
    gates: [tested, installable]
  - name: stable
    url: ./channels/stable
    versions: final
    gates: [tested, installable]
projects: []
"""


def a_config(*projects: str, text: str = GATED, more: str = "") -> str:
    """Return a channels.yaml with these projects, spelled as YAML, and more lines at its end."""
    return text.replace("projects: []", f"projects: [{', '.join(projects)}]") + more


def a_recipe(
    name: str,
    *,
    script: Sequence[str] = (),
    needs: Sequence[str] = (),
    run: Sequence[str] = (),
    test: Sequence[str] = (),
) -> str:
    """Return a meta.yaml: it installs `share/<name>.txt`, and its test looks for that file.

    `needs` are required to build and to run, `run` only to run.
    """
    script = script or (
        "mkdir -p $PREFIX/share",
        f"cp data.txt $PREFIX/share/{name}.txt",
    )
    test = test or (f"test -s $PREFIX/share/{name}.txt",)
    lists = {"host": needs, "run": (*needs, *run)}
    return "\n".join(
        [
            '{% set version = environ.get("SLUICE_VERSION", "0") %}',
            f"package:\n  name: {name}\n  version: {{{{ version }}}}",
            f"source:\n  path: ../../{name}",
            f"build:\n  noarch: generic\n  number: 0\n  script:{_items(script, 4)}",
            "requirements:",
            *(f"  {key}:{_items(specs, 4)}" for key, specs in lists.items() if specs),
            f"test:\n  commands:{_items(test, 4)}",
            "about:\n  summary: A package for tests\n  license: MIT\n",
        ]
    )


def _items(values: Sequence[str], indent: int) -> str:
    return "".join(f"\n{' ' * indent}- {json.dumps(value)}" for value in values)


def a_project(name: str, *, version: str = "1.0", data: str = "1") -> Mapping[str, str]:
    """Return the files of a C project with a Makefile, below a folder of its name."""
    return {
        f"{name}/Makefile": f"VERSION = {version}\nall:\n\tcc -c {name}.c\n",
        f"{name}/{name}.c": f"int {name};\n",
        f"{name}/data.txt": data,
    }


def a_workspace(root: Path, files: Mapping[str, str | bytes], config: str = GATED) -> Clone:
    """Make a repository with these files and a channels.yaml, all committed."""
    clone = Clone(root)
    clone.commit(
        {"channels.yaml": config, ".gitignore": "channels/\n.sluice/\n", **files},
    )
    return clone


def two_projects(root: Path, **more: str | bytes) -> Clone:
    """Make a workspace with the library `hills` and with `walk`, which is built with it."""
    files = {
        **a_project("hills"),
        **a_project("walk"),
        "recipes/hills/meta.yaml": a_recipe("hills"),
        "recipes/walk/meta.yaml": a_recipe("walk", needs=["hills"]),
    }
    return a_workspace(root, files | more, a_config("hills", "walk"))


def snapshot(*folders: Path) -> Mapping[str, object]:
    """Return everything that lies in the folders: contents, targets of links, modes.

    Locks are left out: they are empty, and stay where a command only looked.
    """
    found: dict[str, object] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            mode = path.lstat().st_mode
            if path.is_symlink():
                found[str(path)] = (mode, path.readlink())
            elif path.is_file() and path.name != "lock":
                found[str(path)] = (mode, path.read_bytes())
            elif path.is_dir() and path.name != ".sluice":
                found[str(path)] = (mode, None)
    return found
