"""Build backends that a project brings along: what they add to the build requirements."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from conda_sluice.discover.python.script import Script, read_script
from conda_sluice.discover.reading import Table, read_text, table, text, texts

_ADDED = frozenset({"cython", "cffi", "numpy", "pybind11", "setuptools-rust", "cmake", "ninja"})
"""What such backends ask for when they are run; anything else they import is named in pyproject."""

_FLAGS = frozenset({"-fPIC", "-shared", "/LD"})
"""What tells a compiler to make a library that is loaded."""

_HOOKS = ("get_requires_for_build_wheel", "build_wheel")
_MOST_FILES = 30
_LONGEST = 100
"""Characters of a requirement; what is longer is a sentence."""


def requires_of_own_backend(root: Path, pyproject: Table) -> tuple[str, ...]:
    """Return requirements that stand as text in a backend of the project's own."""
    found: dict[str, str] = {}
    for path in _files_of_own_backend(root, pyproject):
        if _HOOKS[0] in read_text(path, root):
            for said in _used_texts(read_script(path, root, entries=_HOOKS)):
                if requirement := _requirement(said):
                    found.setdefault(canonicalize_name(requirement.name), str(requirement))
    return tuple(found.values())


def own_backend_that_compiles(root: Path, pyproject: Table) -> str:
    """Return the file of a backend of the project's own that calls a compiler, "" for none."""
    for path in _files_of_own_backend(root, pyproject):
        if _HOOKS[1] in read_text(path, root):
            script = read_script(path, root, entries=_HOOKS)
            if _FLAGS & set(script.strings()):
                return path.relative_to(root).as_posix()
    return ""


def _files_of_own_backend(root: Path, pyproject: Table) -> Iterator[Path]:
    system = table(pyproject, "build-system")
    module = text(system, "build-backend").partition(":")[0].partition(".")[0]
    for folder in texts(system, "backend-path"):
        if ".." in PurePosixPath(folder).parts or folder.startswith("/") or not module:
            continue
        package = root / folder / module
        yield from sorted(package.rglob("*.py"))[:_MOST_FILES] if package.is_dir() else []
        yield root / folder / f"{module}.py"


def _used_texts(script: Script) -> Iterator[str]:
    """Yield texts that are handed on where code runs, through a name or not; naming is no use."""
    named = {id(node) for one in script.live for node in _named(one.node, script)}
    for one in script.live:
        match one.node:
            case ast.Constant(value=str(said)) if id(one.node) not in named:
                yield said
            case ast.Name(id=name, ctx=ast.Load()):
                value = script.known.get(name)
                yield value if isinstance(value, str) else ""
            case _:
                pass


def _named(node: ast.AST, script: Script) -> Iterator[ast.AST]:
    """Yield the parts of an assignment that gives a text its name."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if isinstance(
            script.known.get(name), str
        ):
            yield from ast.walk(value)
        case _:
            pass


def _requirement(said: str) -> Requirement | None:
    name = re.split(r"[\s\[<>=!~;(]", said, maxsplit=1)[0]
    if canonicalize_name(name) not in _ADDED or len(said) > _LONGEST or said == name:
        return None  # a sentence, or the name of a program or module
    try:
        return Requirement(said)
    except InvalidRequirement:
        return None
