"""How a project tests itself: the commands, what they need, the files that they read.

The files are laid into an empty folder, so that tests meet the installed package, never its source.
"""

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path

from packaging.utils import canonicalize_name

from conda_sluice.discover.c.makefile import find_makefile
from conda_sluice.discover.judged_markers import may_hold
from conda_sluice.discover.module_names import distribution_of
from conda_sluice.discover.pytest_plugins import (
    is_checker,
    plugins_of_options,
    plugins_of_tests,
    tools_imported,
)
from conda_sluice.discover.pytest_settings import (
    find_import_places,
    find_settings,
    find_test_places,
)
from conda_sluice.discover.reading import read_text, walk
from conda_sluice.discover.test_modules import (
    TestModule,
    helpers_at_top,
    imported_modules,
    missing_modules,
    own_modules,
    read_test_modules,
)
from conda_sluice.model import cran
from conda_sluice.model.cran import WITH_R
from conda_sluice.model.facts import RFacts
from conda_sluice.model.project import TestSetup
from conda_sluice.model.pypi import conda_spec, parse_requirement, requirement_name

_PROJECT = re.compile(r"^\s*project\s*\(", re.MULTILINE | re.IGNORECASE)
_R_COMPILES = re.compile(r"\b(sourceCpp|cppFunction|evalCpp|cfunction|cxxfunction)\s*\(")
_R_USES = re.compile(
    r"\b([A-Za-z][A-Za-z0-9.]*)::"
    r"|\b(?:library|require|requireNamespace|loadNamespace|skip_if_not_installed)"
    r"\(\s*[\"']?([A-Za-z][A-Za-z0-9.]*)"
)
_R_GUARDS = re.compile(
    r"\b(?:skip_if_not_installed|requireNamespace|is_installed|require)"
    r"\(\s*[\"']?([A-Za-z][A-Za-z0-9.]*)"
)
_FILE_NAME = re.compile(r"[\"'/]([\w-][\w.-]*\.\w+)[\"']")
"""A file in a text of Python, by itself or at the end of a path."""

_SETTINGS = ("pyproject.toml", "setup.cfg", "setup.py")
_EXCLUDED = re.compile(r"exclude[^\n]*(\n[^\n=]*)*?\btests?\b")
"""Tests that are not installed although they lie in a package."""

_TEST_GROUPS = ("test", "tests", "testing", "tests_require")
Groups = Mapping[str, Sequence[str]]


def tests_of_python(
    root: Path, distribution: str, groups: Groups, place: str, modules: Sequence[str]
) -> TestSetup:
    """Return pytest on the folders that hold the project's tests; nothing where there is none.

    Where only packages of the installed `modules` hold tests, those are asked for by name. Tests
    whose own helpers are not there cannot run.

    `groups` maps an extra or dependency group to its PEP 508 requirements; the ones that are
    named after tests count, and of all others those that the tests import. `place` is named in
    errors.
    """
    folders = find_test_places(root)
    inside = {} if folders else dict(_tests_inside(root, modules))
    if not folders and not inside:
        return TestSetup()
    paths = (*(root / one for one in folders), *inside.values())
    found = read_test_modules(root, paths)
    if folders and (missing := missing_modules(root, found)):
        return TestSetup(lacking=missing)
    helpers = (
        *find_import_places(root),
        *helpers_at_top(root, imported_modules(found), modules),
    )
    beside = (*helpers, *find_settings(root), *_named(root, found))
    own = own_modules(root, modules, paths) | {distribution}
    found += read_test_modules(root, (root / one for one in helpers))
    return TestSetup(
        commands=(f"python -m pytest {shlex.join((*folders, *_by_name(inside)))}",),
        requires=_needs(root, _test_requirements(distribution, groups, found), found, own, place),
        files=tuple(dict.fromkeys((*folders, *beside))),
    )


def _needs(
    root: Path,
    declared: Iterable[str],
    found: Sequence[TestModule],
    own: frozenset[str],
    place: str,
) -> tuple[str, ...]:
    """Return what is declared for tests, as match specs, and what they use of pytest's world."""
    imported = _distributions(found)
    requirements = [
        parse_requirement(one, place)
        for one in declared
        if not is_checker(requirement_name(one), root, imported)
    ]
    foreign = imported_modules(found) - own
    of_itself = {requirement_name(one) for one in own}
    contents = (*(one.content for one in found), read_text(root / "conftest.py", root))
    tools = (
        *plugins_of_options(root),
        *plugins_of_tests(contents),
        *tools_imported(canonicalize_name(one) for one in foreign),
    )
    more = dict.fromkeys(one for one in tools if one not in of_itself)
    active = (conda_spec(one) for one in requirements if may_hold(one.marker))
    return _once(active, ("pytest", *more))


def _distributions(found: Iterable[TestModule]) -> frozenset[str]:
    return frozenset(canonicalize_name(distribution_of(one)) for one in imported_modules(found))


def _named(root: Path, found: Iterable[TestModule]) -> Iterator[str]:
    """Yield the files at the top of the project that tests name: they read them as examples."""
    said = {one for module in found for one in _FILE_NAME.findall(module.content)}
    tops = (path for path in sorted(root.iterdir()) if path.name in said and path.is_file())
    yield from (path.name for path in tops if path.suffix != ".py")


def _by_name(packages: Iterable[str]) -> tuple[str, ...]:
    names = tuple(packages)
    return ("--pyargs", *names) if names else ()


def _tests_inside(root: Path, modules: Sequence[str]) -> Iterator[tuple[str, Path]]:
    """Yield the packages of tests that are installed with the modules, with their folders."""
    settings = "\n".join(read_text(root / one, root) for one in _SETTINGS)
    for module in () if _EXCLUDED.search(settings) else modules:
        for name, base in product(("tests", "test"), (root, root / "src")):
            folder = base.joinpath(*module.split("."), name)
            if (folder / "__init__.py").is_file() and any(folder.glob("test_*.py")):
                yield f"{module}.{name}", folder


def _test_requirements(distribution: str, groups: Groups, found: Iterable[TestModule]) -> list[str]:
    imported = _distributions(found)
    named = [one for name in _TEST_GROUPS for one in groups.get(name, ())]
    own = re.compile(
        rf"{re.escape(distribution)}\s*(\[|$)", re.IGNORECASE
    )  # `name[other-extra]` in an extra
    known = {requirement_name(one) for one in named}
    plugins = () if named else [one for one in groups.get("dev", ()) if _is_plugin(one)]
    # What tests import somebody declared somewhere; what tools such as linters need stays out.
    others = [
        one
        for requires in groups.values()
        for one in requires
        if requirement_name(one) not in known
    ]
    # of several lists the first counts, and one that is not of a certain day before all others
    ordered = sorted((one for one in others if requirement_name(one) in imported), key=_is_exact)
    needed = {requirement_name(one): one for one in reversed(ordered)}
    return [
        one
        for one in dict.fromkeys((*named, *plugins, *reversed(needed.values())))
        if not own.match(one)
    ]


def _is_exact(requirement: str) -> bool:
    return "==" in requirement.partition(";")[0]


def _is_plugin(requirement: str) -> bool:
    return requirement_name(requirement).startswith("pytest-")


def _once(specs: Iterable[str], more: Iterable[str]) -> tuple[str, ...]:
    """Return match specs in order, `more` only where their names do not stand there yet."""
    chosen = list(dict.fromkeys(specs))
    names = {one.split(" ")[0] for one in chosen}
    return (*chosen, *(one for one in more if one not in names))


def tests_of_r(root: Path, facts: RFacts) -> TestSetup:
    """Return R's usual tests: every tests/*.R run by itself, as R CMD check does.

    Of the suggested packages those are required that the tests load, and compilers where they
    compile; those are optional for which they look before they use them.
    """
    scripts = sorted(path.name for path in (root / "tests").glob("*.[rR]"))
    if not scripts:
        return TestSetup()
    folders = [one for one in (root / "tests", root / "inst" / "tinytest") if one.is_dir()]
    content = "\n".join(
        read_text(one, root)
        for folder in folders
        for one in walk(folder)
        if one.suffix in (".R", ".r")
    )
    compilers = ("make", "compiler:c", "compiler:cxx") if _R_COMPILES.search(content) else ()
    used = {name for found in _R_USES.findall(content) for name in found}
    named = [need for need in facts.suggests if need.name in used and need.name not in WITH_R]
    guarded = set(_R_GUARDS.findall(content)) - {"testthat", "tinytest"}
    return TestSetup(
        commands=tuple(f"(cd tests && Rscript {script})" for script in scripts),
        requires=(*(cran.conda_spec(need) for need in named), *compilers),
        files=("tests",),
        optional=tuple(cran.conda_spec(need) for need in named if need.name in guarded),
    )


def tests_of_c(root: Path, languages: Sequence[str]) -> TestSetup:
    """Return the tests of a C or C++ project that can be built against the installed library.

    That is a tests folder which is a CMake project of its own, or has a Makefile, and reaches
    for nothing outside of the folder. `compiler:c` in the requirements stands for the variant's
    compiler.
    """
    for folder in ("tests", "test"):
        compilers = tuple(f"compiler:{one}" for one in languages)
        cmake = read_text(root / folder / "CMakeLists.txt", root)
        if (
            re.search(r"^\s*project\s*\(", cmake, re.MULTILINE | re.IGNORECASE)
            and "find_package" in cmake
            and "../" not in cmake
        ):
            return TestSetup(
                commands=(
                    f"cmake -S {folder} -B _build -G Ninja -DCMAKE_PREFIX_PATH=$CONDA_PREFIX",
                    "cmake --build _build",
                    "ctest --test-dir _build --output-on-failure --no-tests=error",
                ),
                requires=("cmake", "ninja", *compilers),
                files=(folder,),
            )
        if setup := _make_tests(root, folder, compilers):
            return setup
    return TestSetup()


def _make_tests(root: Path, folder: str, compilers: tuple[str, ...]) -> TestSetup | None:
    makefile = find_makefile(root / folder)
    content = read_text(makefile, root) if makefile else ""
    target = re.search(r"^(check|test)\s*:(?!=)", content, re.MULTILINE)
    if not target or "../" in content or re.search(r"=\s*\.\.\s*$", content, re.MULTILINE):
        return None
    command = f"make -C {folder} {target[1]} PREFIX=$CONDA_PREFIX prefix=$CONDA_PREFIX"
    return TestSetup(commands=(command,), requires=("make", *compilers), files=(folder,))
