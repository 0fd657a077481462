"""The modules that a Python distribution installs: what `import` will be tried with."""

import re
from collections.abc import Iterator
from pathlib import Path

from conda_sluice.discover.metadata import read_setup_cfg
from conda_sluice.discover.reading import SKIPPED_FOLDERS, Table, read_text, table, text, texts
from conda_sluice.discover.setup_py import SetupPy

_NOT_MODULES = SKIPPED_FOLDERS | {
    *("bench", "benchmark", "benchmarks", "bin", "ci", "debian", "doc", "docs", "documentation"),
    *("example", "examples", "exercises", "htmlcov", "manpages", "news", "newsfragments"),
    *("release", "requirements", "scripts", "src", "tasks", "templates", "test", "testing"),
    *("tests", "tool", "tools", "unit_tests", "utils", "vendor", "changelog", "recipes"),
}
"""Top folders that setuptools' discovery leaves out too, and a few of that kind."""

_IDENTIFIER = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")


def find_imports(root: Path, pyproject: Table, setup: SetupPy, name: str) -> tuple[str, ...]:
    """Return the top-level modules, those that the project's own settings name before others."""
    answers = (
        _named_by_backend(root, pyproject),
        _named_by_setuptools(root, pyproject, setup),
        _found_in(root, name),
        _told_by_egg_info(root),
        tuple(one.name.partition(".")[0] for one in setup.extensions),
    )
    return next((found for answer in answers if (found := _public(answer))), ())


def extension_modules(pyproject: Table, setup: SetupPy) -> tuple[str, ...]:
    """Return the extension modules inside of packages, by their full names.

    A package that falls back to Python where compiling fails imports well without them.
    """
    declared = table(pyproject, "tool", "setuptools").get("ext-modules")
    tables = declared if isinstance(declared, list) else []
    names = [text(one, "name") for one in tables if isinstance(one, dict)]
    names += [one.name for one in setup.extensions if "CMake" not in one.kind]
    return tuple(dict.fromkeys(one for one in names if "." in one and _IDENTIFIER.fullmatch(one)))


def _public(modules: tuple[str, ...]) -> tuple[str, ...]:
    """Return valid module names, the private ones only where there are no others."""
    valid = sorted({one for one in modules if _IDENTIFIER.fullmatch(one)})
    return tuple(one for one in valid if not one.startswith("_")) or tuple(valid)


def _named_by_backend(root: Path, pyproject: Table) -> tuple[str, ...]:
    tool = table(pyproject, "tool")
    wheel = table(tool, "hatch", "build", "targets", "wheel")
    paths = texts(wheel, "packages") or texts(table(tool, "scikit-build", "wheel"), "packages")
    if paths:
        return tuple(one for path in paths for one in _below(root / path))
    includes = table(tool, "poetry").get("packages")
    poetry = (
        [one for one in includes if isinstance(one, dict)] if isinstance(includes, list) else []
    )
    named = (
        text(table(tool, "flit", "module"), "name"),
        text(table(tool, "flit", "metadata"), "module"),
        text(table(tool, "maturin"), "module-name").partition(".")[0],
        *texts(table(tool, "uv", "build-backend"), "module-name"),
    )
    included = (root / text(one, "from") / text(one, "include") for one in poetry)
    below = tuple(one for path in included if path.is_relative_to(root) for one in _below(path))
    return below or tuple(one for one in named if one)


def _named_by_setuptools(root: Path, pyproject: Table, setup: SetupPy) -> tuple[str, ...]:
    tool = table(pyproject, "tool", "setuptools")
    config = read_setup_cfg(root)
    modules = texts(tool, "py-modules") or _lines(config.get("options", "py_modules", fallback=""))
    packages = texts(tool, "packages") or _lines(config.get("options", "packages", fallback=""))
    modules, packages = modules or setup.modules, packages or setup.packages
    where = texts(table(tool, "packages", "find"), "where")
    given = dict(setup.package_dir).get("", "") or str(table(tool, "package-dir").get("", ""))
    searched = where or ((given,) if given else ())
    found = tuple(one for folder in searched for one in _packages_in(root / folder))
    return (*modules, *(one.partition(".")[0] for one in packages if ":" not in one), *found)


def _lines(value: str) -> tuple[str, ...]:
    return tuple(one for line in value.splitlines() for one in line.replace(",", " ").split())


def _found_in(root: Path, name: str) -> tuple[str, ...]:
    """Look in the usual places: src/, the folder of the distribution's own name, the top."""
    src = root / "src"
    own = re.sub(r"[-.]+", "_", name)
    for folder in (src, root / "python", root / "lib"):
        if folder.is_dir() and (found := tuple(_packages_in(folder)) or tuple(_modules_in(folder))):
            return found
    for candidate in (own, own.lower(), name):
        if (root / candidate / "__init__.py").is_file() or (root / f"{candidate}.py").is_file():
            return (candidate,)
    return tuple(_packages_in(root))


def _modules_in(folder: Path) -> Iterator[str]:
    yield from (path.stem for path in sorted(folder.glob("*.py")) if path.stem != "setup")


def _packages_in(folder: Path) -> Iterator[str]:
    """Yield the packages in `folder`; folders that hold some deeper only where it has none."""
    paths = sorted(folder.iterdir()) if folder.is_dir() else []
    modules = [path for path in paths if path.is_dir() and path.name.isidentifier()]
    usual = [path for path in modules if path.name not in _NOT_MODULES]
    regular = [path for path in usual if any(path.glob("__init__.py*"))]
    for path in regular or usual:
        yield from _below(path)


def _below(package: Path, *, depth: int = 3) -> Iterator[str]:
    """Yield the package, or the packages inside it where it is a namespace without a file."""
    if package.suffix == ".py" or any(package.glob("__init__.py*")):
        yield package.stem
        return
    inner = (
        [path for path in sorted(package.iterdir()) if path.is_dir()] if package.is_dir() else []
    )
    below = [one for path in inner if depth for one in _below(path, depth=depth - 1)]
    if below:
        yield from (f"{package.name}.{one}" for one in below)
    elif package.is_dir() and any(package.glob("*.py")):
        yield package.name


def _told_by_egg_info(root: Path) -> tuple[str, ...]:
    found = sorted(
        (*root.glob("*.egg-info/top_level.txt"), *root.glob("src/*.egg-info/top_level.txt"))
    )
    return tuple(read_text(found[0], root).split()) if found else ()
