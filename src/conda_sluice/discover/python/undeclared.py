"""What the modules of a project import at once although the project declares no dependency.

Followed are imports at the top level of modules, from the modules that users import on: without
these packages not even `import` works. Where something is declared, it may bring along the rest.
"""

import ast
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from conda_sluice.discover.reading import read_text

_MOST_MODULES = 200
_STANDARD = sys.stdlib_module_names | {
    *("__future__", "_cffi_backend", "asynchat", "asyncore", "cython", "distutils", "imp"),
    *("mypyc", "smtpd"),
}
"""Modules that Python has or had, and what compilers understand by themselves."""

_DISTRIBUTIONS = {
    "attr": "attrs",
    "bs4": "beautifulsoup4",
    "dateutil": "python-dateutil",
    "pil": "pillow",
    "pkg_resources": "setuptools",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
}
"""Well-known modules whose distribution has another name."""


@dataclass(frozen=True, slots=True)
class _Module:
    """A module of the project, by its full name, with its file."""

    name: str
    file: Path

    @property
    def package(self) -> list[str]:
        """Return the parts of the package from which its relative imports start."""
        parts = self.name.split(".")
        return parts if self.file.name == "__init__.py" else parts[:-1]


def find_undeclared(root: Path, modules: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return the distributions that importing `modules` needs, each with a file that shows it."""
    bases = [one for one in (root / "src", root, root / "python", root / "lib") if one.is_dir()]
    own = {one.partition(".")[0] for one in modules}
    found: dict[str, str] = {}
    waiting, seen = list(modules), set[str]()
    while waiting and len(seen) < _MOST_MODULES:
        name = waiting.pop(0)
        module = None if name in seen else _find(name, bases)
        seen.add(name)
        if module is None:
            continue
        for imported in _imports(module, root):
            top = imported.partition(".")[0]
            if top in own:
                waiting += _with_parents(imported)
            elif top and top not in _STANDARD and not _lies_beside(top, bases):
                distribution = _DISTRIBUTIONS.get(top.lower(), top)
                found.setdefault(distribution, module.file.relative_to(root).as_posix())
    return tuple(found.items())


def _find(name: str, bases: Sequence[Path]) -> _Module | None:
    for base in bases:
        path = base.joinpath(*name.split("."))
        for file in (path / "__init__.py", path.with_name(f"{path.name}.py")):
            if file.is_file():
                return _Module(name, file)
    return None


def _lies_beside(name: str, bases: Sequence[Path]) -> bool:
    return any((base / name).is_dir() or (base / f"{name}.py").is_file() for base in bases)


def _with_parents(name: str) -> Iterator[str]:
    """Yield a module and the packages above it, which are imported with it."""
    parts = name.split(".")
    yield from (".".join(parts[:end]) for end in range(1, len(parts) + 1))


def _imports(module: _Module, root: Path) -> Iterator[str]:
    """Yield the full names that a module surely imports; what is no Python 3 imports nothing."""
    try:
        body = ast.parse(read_text(module.file, root)).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in body:
        match node:
            case ast.Import(names=names):
                yield from (one.name for one in names)
            case ast.ImportFrom(module=told, names=names, level=level):
                above = module.package[: len(module.package) - level + 1] if level else []
                start = ".".join((*above, *((told,) if told else ())))
                yield from (start, *(f"{start}.{one.name}" for one in names if level or told))
            case _:
                pass
