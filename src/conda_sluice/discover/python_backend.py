"""Build backends that a project brings along: what they add to the build requirements."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from conda_sluice.discover.reading import Table, read_text, table, text, texts

_ADDED = frozenset({"cython", "cffi", "numpy", "pybind11", "setuptools-rust", "cmake", "ninja"})
"""What such backends ask for when they are run; anything else they import is named in pyproject."""

_MOST_FILES = 30


def requires_of_own_backend(root: Path, pyproject: Table) -> tuple[str, ...]:
    """Return requirements that stand as text in a backend of the project's own."""
    system = table(pyproject, "build-system")
    module = text(system, "build-backend").partition(":")[0].partition(".")[0]
    found: dict[str, str] = {}
    for folder in texts(system, "backend-path"):
        if ".." in PurePosixPath(folder).parts or folder.startswith("/") or not module:
            continue
        for requirement in _texts_in(root / folder, module, root):
            found.setdefault(canonicalize_name(requirement.name), str(requirement))
    return tuple(found.values())


def _texts_in(folder: Path, module: str, root: Path) -> Iterator[Requirement]:
    package = folder / module
    files = sorted(package.rglob("*.py"))[:_MOST_FILES] if package.is_dir() else []
    for path in (*files, folder / f"{module}.py"):
        try:
            tree = ast.parse(read_text(path, root))
        except (SyntaxError, ValueError, RecursionError):
            continue
        for node in ast.walk(tree):
            match node:
                case ast.Constant(value=str(said)) if re.match(r"[A-Za-z0-9]", said):
                    if one := _requirement(said):
                        yield one
                case _:
                    pass


def _requirement(said: str) -> Requirement | None:
    name = re.split(r"[\s\[<>=!~;(]", said, maxsplit=1)[0]
    if canonicalize_name(name) not in _ADDED or len(said) > 100:  # noqa: PLR2004 - no sentence
        return None
    try:
        return Requirement(said)
    except InvalidRequirement:
        return None
