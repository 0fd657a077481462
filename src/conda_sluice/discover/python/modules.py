"""The modules that a Python distribution installs: what `import` will be tried with."""

import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from conda_sluice.discover.python.extensions import declared_tables
from conda_sluice.discover.python.meson import modules_of_meson
from conda_sluice.discover.python.metadata import read_setup_cfg
from conda_sluice.discover.python.rust import maturin_module
from conda_sluice.discover.python.setup_py import SetupPy
from conda_sluice.discover.python.told import egg_info
from conda_sluice.discover.reading import SKIPPED_FOLDERS, Table, read_text, table, text, texts

_NOT_MODULES = SKIPPED_FOLDERS | {
    *("bench", "benchmark", "benchmarks", "bin", "ci", "debian", "doc", "docs", "documentation"),
    *("example", "examples", "exercises", "htmlcov", "manpages", "news", "newsfragments"),
    *("cmake", "include", "lib", "python"),
    *("release", "requirements", "scripts", "src", "tasks", "templates", "test", "testing"),
    *("tests", "tool", "tools", "unit_tests", "utils", "vendor", "changelog", "recipes"),
}
"""Top folders that setuptools' discovery leaves out too, and a few of that kind."""

_IDENTIFIER = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
_CMAKE_MODULE = re.compile(
    r"\b(?:nanobind_add_module|pybind11_add_module|python3?_add_library)\s*\(\s*([A-Za-z_]\w*)",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"(^|_)(bench(mark)?s?|demos?|docs?|examples?|samples?|scripts?|templates?|tutorials?)([._]|$)",
    re.IGNORECASE,
)
"""Packages that are installed because nobody has excluded them."""

_OF_TESTS = re.compile(r"(^|[._])_?tests?([._]|$)|_?testcapi|_?testing", re.IGNORECASE)
"""Extension modules that only the project's own tests have a use for."""


def find_imports(
    root: Path, pyproject: Table, setup: SetupPy, name: str, backend: str
) -> tuple[str, ...]:
    """Return the top-level modules, those that the project's own settings name before others."""
    answers = (
        _named_by_backend(root, pyproject, backend),
        _told_by_egg_info(root, setup, name),
        _named_by_setuptools(root, pyproject, setup),
        _taken(_found_in(root, name), _patterns(root, pyproject, setup)),
        tuple(one.name.partition(".")[0] for one in setup.extensions),
    )
    return next((found for answer in answers if (found := _public(answer))), ())


def extension_modules(root: Path, pyproject: Table, setup: SetupPy) -> tuple[str, ...]:
    """Return the extension modules inside of packages that are surely built, by their full names.

    A package that falls back to Python where compiling fails imports well without them.
    """
    declared = [
        (text(one, "name"), texts(one, "sources"))
        for one in declared_tables(pyproject)
        if not one.get("optional")
    ]
    declared += [
        (one.name, one.sources)
        for one in setup.extensions
        if one.is_certain and "CMake" not in one.kind
    ]
    return tuple(
        dict.fromkeys(
            name
            for name, sources in declared
            if "." in name
            and _IDENTIFIER.fullmatch(name)
            and not _OF_TESTS.search(name)
            and all(_is_there(root, one) for one in sources)
        )
    )


def _is_there(root: Path, source: str) -> bool:
    """Tell whether a source, or the Cython file that it is made of, is in the tree."""
    path = PurePosixPath(source)
    if "*" in source or ".." in path.parts or path.is_absolute():
        return True
    return (root / path).is_file() or (root / path.with_suffix(".pyx")).is_file()


def _public(modules: tuple[str, ...]) -> tuple[str, ...]:
    """Return valid module names, private ones and those aside only where there are no others."""
    named = {one for one in modules if _IDENTIFIER.fullmatch(one)}
    usual = sorted(one for one in named if not _OF_TESTS.search(one))
    valid = [one for one in usual if not _ASIDE.search(one)] or usual
    open_ones = (one for one in valid if not one.startswith("_") and "._" not in one)
    return tuple(open_ones) or tuple(valid)


def _named_by_backend(root: Path, pyproject: Table, backend: str) -> tuple[str, ...]:
    tool = table(pyproject, "tool")
    match backend.partition(".")[0]:
        case "maturin":
            return _named_by_maturin(root, pyproject)
        case "mesonpy":
            return modules_of_meson(root)
        case _:
            return _named_in_tables(root, tool)


def _named_in_tables(root: Path, tool: Table) -> tuple[str, ...]:
    wheel = table(tool, "hatch", "build", "targets", "wheel")
    paths = (
        texts(wheel, "packages")
        or texts(wheel, "only-include")
        or texts(table(tool, "scikit-build", "wheel"), "packages")
        or texts({"": list(table(tool, "scikit-build", "wheel", "packages").values())}, "")
    )
    usable = [root / one.strip("/") for one in paths if ".." not in one]
    stripped = {root / one for one in texts(wheel, "sources")}
    if usable:
        found = (_packages_in(one) if one in stripped else _below(one) for one in usable)
        return tuple(one for packages in found for one in packages)
    included = _included_by_poetry(root, tool)
    named = (
        text(table(tool, "flit", "module"), "name"),
        text(table(tool, "flit", "metadata"), "module"),
        *texts(table(tool, "uv", "build-backend"), "module-name"),
    )
    return included or tuple(one for one in named if one)


def _named_by_maturin(root: Path, pyproject: Table) -> tuple[str, ...]:
    maturin = table(pyproject, "tool", "maturin")
    folder = text(maturin, "python-source")
    found = tuple(_packages_in(root / folder)) if folder and ".." not in folder else ()
    named = texts(maturin, "python-packages") or found
    module = maturin_module(root, pyproject).partition(".")[0]
    return named if module in named or not module else (*named, module)


def _included_by_poetry(root: Path, tool: Table) -> tuple[str, ...]:
    includes = table(tool, "poetry").get("packages")
    tables = (
        [one for one in includes if isinstance(one, dict)] if isinstance(includes, list) else []
    )
    paths = [root / text(one, "from") / text(one, "include") for one in tables]
    inside = [one for one in paths if one.is_relative_to(root) and ".." not in one.parts]
    return tuple(one for path in inside for one in _below(path))


def _named_by_setuptools(root: Path, pyproject: Table, setup: SetupPy) -> tuple[str, ...]:
    tool = table(pyproject, "tool", "setuptools")
    config = read_setup_cfg(root)
    modules = texts(tool, "py-modules") or _lines(config.get("options", "py_modules", fallback=""))
    packages = texts(tool, "packages") or _lines(config.get("options", "packages", fallback=""))
    modules, packages = modules or setup.modules, packages or setup.packages
    where = texts(table(tool, "packages", "find"), "where") or setup.find_in
    given = (
        dict(setup.package_dir).get("", "")
        or text(table(tool, "package-dir"), "")
        or config.get("options.packages.find", "where", fallback="")
    )
    searched = [one for one in where or (given,) if one and ".." not in one and one[0] != "/"]
    found = tuple(one for folder in searched for one in _packages_in(root / folder))
    found = _taken(found, _patterns(root, pyproject, setup))
    return (
        *(one.partition(".")[0] for one in modules),
        *(_top(one) for one in packages if ":" not in one),
        *found,
    )


def _patterns(root: Path, pyproject: Table, setup: SetupPy) -> tuple[str, ...]:
    """Return the patterns of the packages that setuptools is told to find, none for all."""
    find = table(pyproject, "tool", "setuptools", "packages", "find")
    said = read_setup_cfg(root).get("options.packages.find", "include", fallback="")
    return texts(find, "include") or _lines(said) or setup.find_only


def _taken(packages: tuple[str, ...], patterns: tuple[str, ...]) -> tuple[str, ...]:
    """Return the packages that a pattern takes; all of them where none does.

    `trips.*` alone takes what is below trips.
    """
    taken = [
        one
        for one in packages
        if any(fnmatchcase(one, p) or fnmatchcase(one, p.removesuffix(".*")) for p in patterns)
    ]
    return tuple(taken) or packages


def _top(package: str) -> str:
    """Return the top of a package, whose parts some write as a path: `trips/data`."""
    return re.split(r"[./]", package, maxsplit=1)[0]


def _lines(value: str) -> tuple[str, ...]:
    return tuple(one for line in value.splitlines() for one in line.replace(",", " ").split())


def _found_in(root: Path, name: str) -> tuple[str, ...]:
    """Look in the usual places: src/, the folder of the distribution's own name, the top."""
    own = re.sub(r"[-.]+", "_", name)
    for folder in (root / "src", root / "python", root / "lib"):
        if any(folder.glob("*/__init__.py*")) and (found := tuple(_packages_in(folder))):
            return found
    for candidate in (own, own.lower(), name):
        if (root / candidate / "__init__.py").is_file() or (root / f"{candidate}.py").is_file():
            return (candidate,)
    if modules := _added_by_cmake(root):
        return modules
    src = root / "src"
    return tuple(_packages_in(src)) or tuple(_modules_in(src)) or tuple(_packages_in(root))


def _added_by_cmake(root: Path) -> tuple[str, ...]:
    """Return the modules that CMakeLists.txt makes where no package in Python is beside them."""
    added = _CMAKE_MODULE.findall(read_text(root / "CMakeLists.txt", root))
    return tuple(dict.fromkeys(added))


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


def _told_by_egg_info(root: Path, setup: SetupPy, name: str) -> tuple[str, ...]:
    """Return what setuptools found when it made the source distribution, namespaces resolved."""
    names = list(dict.fromkeys(map(_top, egg_info(root, "top_level.txt").split())))
    usual = [one for one in names if one not in _NOT_MODULES and not _OF_TESTS.search(one)]
    folders = dict(setup.package_dir)
    places = [
        root / folders.get("", "src"),
        *(root, root / "lib"),
        *(root / one for one in setup.find_in),
    ]
    named = [one for one in usual if one in folders or one == name]
    found = [one for top in usual for one in _resolved(top, places)]
    # else extension modules at the top, or packages that lie in unusual places
    others = [name if name.startswith(f"{one}.") else one for one in usual]
    return tuple((*named, *found) or others)


def _resolved(name: str, places: Sequence[Path]) -> tuple[str, ...]:
    if any((place / f"{name}.py").is_file() for place in places):
        return (name,)
    folders = [place / name for place in places if (place / name).is_dir()]
    return tuple(dict.fromkeys(one for folder in folders for one in _below(folder)))
