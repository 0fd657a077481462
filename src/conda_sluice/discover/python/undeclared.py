"""What the modules of a project surely import, and no dependency that is declared brings.

Followed are imports at the top level of modules, from one module of the project to the next:
without these packages not even `import` works.
"""

import ast
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from conda_sluice.discover.module_names import distribution_of
from conda_sluice.discover.python.metadata import PythonMetadata
from conda_sluice.discover.reading import read_text
from conda_sluice.model.pypi import requirement_name

_MOST_MODULES = 200
_STANDARD = sys.stdlib_module_names | {
    *("__future__", "_cffi_backend", "asynchat", "asyncore", "cython", "distutils", "imp"),
    *("mypyc", "smtpd", "aifc", "audioop", "binhex", "cgi", "cgitb", "chunk", "crypt", "formatter"),
    *("imghdr", "lib2to3", "mailcap", "msilib", "nis", "nntplib", "ossaudiodev", "parser", "pipes"),
    *("sndhdr", "spwd", "sunau", "symbol", "telnetlib", "uu", "xdrlib"),
}
"""Modules that Python has or had, whichever runs here, and what compilers know by themselves."""


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
    """Return the distributions that importing `modules` needs, each with a file that shows it.

    This is for projects that declare nothing: what is declared may bring along the rest.
    """
    return tuple(_imported_from(root, modules, modules).items())


def programs_of_extras(
    root: Path, modules: Sequence[str], metadata: PythonMetadata
) -> tuple[tuple[str, str], ...]:
    """Return the console scripts that fail without an extra, each with the extra."""
    declared = set(map(requirement_name, metadata.dependencies or ()))
    extras = {
        extra: set(map(requirement_name, requirements)) - declared
        for extra, requirements in metadata.extras or ()
    }
    found: dict[str, str] = {}
    for line in metadata.scripts or ():
        program, _, target = line.partition("=")
        start = tuple(_with_parents(target.partition(":")[0].strip()))
        wanted = set(map(requirement_name, _imported_from(root, start, modules)))
        # of several extras the one that is for this: it has most of what is wanted, and little else
        fitting = sorted((-len(wanted & has), len(has), extra) for extra, has in extras.items())
        if fitting and fitting[0][0]:
            found[program.strip()] = fitting[0][2]
    return tuple(found.items())


def _imported_from(root: Path, start: Sequence[str], modules: Sequence[str]) -> dict[str, str]:
    """Return the distributions that modules need from `start` on; `modules` are the project's."""
    bases = [one for one in (root / "src", root, root / "python", root / "lib") if one.is_dir()]
    own = {one.partition(".")[0] for one in modules}
    found: dict[str, str] = {}
    waiting, seen = list(start), set[str]()
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
            # what begins with `_` is a module that a project compiles for itself
            elif top.strip("_") == top != "" and not _is_there(top, bases):
                found.setdefault(distribution_of(top), module.file.relative_to(root).as_posix())
    return found


def _find(name: str, bases: Sequence[Path]) -> _Module | None:
    for base in bases:
        path = base.joinpath(*name.split("."))
        for file in (path / "__init__.py", path.with_name(f"{path.name}.py")):
            if file.is_file():
                return _Module(name, file)
    return None


def _is_there(name: str, bases: Sequence[Path]) -> bool:
    """Tell whether a module comes with Python or lies beside those of the project."""
    return name in _STANDARD or any(
        (base / name).is_dir() or (base / f"{name}.py").is_file() for base in bases
    )


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
    yield from (name for node in _certain(body) for name in _names(node, module))


def _certain(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield statements, and those that are tried where trying in vain is the end."""
    for node in body:
        match node:
            case ast.Try(body=tried, handlers=handlers) if handlers and all(map(_ends, handlers)):
                yield from tried
            case _:
                yield node


def _ends(handler: ast.ExceptHandler) -> bool:
    """Tell whether a handler raises something in turn, or leaves the program."""
    match handler.body:
        case [*_, ast.Raise()]:
            return True
        case [*_, ast.Expr(value=ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)))]:
            return name in {"exit", "_exit", "quit"}
        case _:
            return False


def _names(node: ast.stmt, module: _Module) -> Iterator[str]:
    match node:
        case ast.Import(names=names):
            yield from (one.name for one in names)
        case ast.ImportFrom(module=told, names=names, level=level):
            above = module.package[: len(module.package) - level + 1] if level else []
            start = ".".join((*above, *((told,) if told else ())))
            yield from (start, *(f"{start}.{one.name}" for one in names if level or told))
        case _:
            pass
