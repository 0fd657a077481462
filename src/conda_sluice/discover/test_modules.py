"""The test modules of a Python project: what they import, and what of that is not there."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from conda_sluice.discover.python.told import egg_info
from conda_sluice.discover.reading import read_text, walk

_IMPORT = re.compile(r"^(?:import|from)[ \t]+([\w.]+(?:[ \t]*,[ \t]*[\w.]+)*)", re.MULTILINE)
_FROM = re.compile(r"^from[ \t]+(\.*)([\w.]+)[ \t]+import\b", re.MULTILINE)

_COLLECTED = re.compile(r"test_.*\.py|.*_test\.py|tests?\.py")
_HELPING = ("__init__", "conftest")
"""Files by which a folder below the tests belongs to them."""

_MOST_FILES = 300
"""Test files that are read for what they import."""


@dataclass(frozen=True, slots=True)
class TestModule:
    """A file with tests, or beside some, and its text."""

    __test__ = False  # not a test class, whatever pytest makes of its name

    path: Path
    content: str


def read_test_modules(root: Path, places: Iterable[Path]) -> tuple[TestModule, ...]:
    """Return the modules in folders of tests; a place may be a single file."""
    return tuple(
        TestModule(file, read_text(file, root)) for place in places for file in _files(place)
    )


def _files(place: Path) -> Iterator[Path]:
    if not place.is_dir():
        yield place
        return
    yield from islice(_of_tests(place), _MOST_FILES)


def _of_tests(folder: Path) -> Iterator[Path]:
    """Yield what pytest may collect or tests import: not folders of scripts beside them."""
    scripts = {one for one in walk(folder) if one.suffix == ".py"}
    of_tests = {
        one.parent for one in scripts if _COLLECTED.fullmatch(one.name) or one.stem in _HELPING
    }
    yield from sorted(one for one in scripts if one.parent == folder or one.parent in of_tests)


def imported_modules(modules: Iterable[TestModule]) -> frozenset[str]:
    """Return the top modules that test files import where they start; later may mean perhaps."""
    return frozenset(
        one.strip().partition(".")[0]
        for module in modules
        for names in _IMPORT.findall(module.content)
        for one in names.split(",")
    )


def own_modules(root: Path, modules: Iterable[str], places: Iterable[Path]) -> frozenset[str]:
    """Return the modules of the project, and those that lie beside its tests."""
    beside = (one.stem for path in (root, *places) if path.is_dir() for one in path.iterdir())
    return frozenset(one.partition(".")[0] for one in (*modules, *beside))


def helpers_at_top(root: Path, imported: Iterable[str], modules: Iterable[str]) -> tuple[str, ...]:
    """Return what lies at the top of the project, is not installed, and is imported by its tests.

    It comes along as a file or folder: tests run from the top find it there. Private modules are
    installed most of the time, whoever forgets them among `modules`.
    """
    told = egg_info(root, "top_level.txt").split()
    installed = {one.partition(".")[0] for one in (*modules, *told)}
    wanted = sorted(one for one in set(imported) - installed if one and one[0] != "_")
    found = (root / name if (root / name).is_dir() else root / f"{name}.py" for name in wanted)
    return tuple(one.name for one in found if one.is_file() or any(one.glob("*.py")))


def missing_modules(root: Path, modules: Iterable[TestModule]) -> tuple[str, ...]:
    """Return modules of the tests' own that they import, and that are not there.

    The tests lie in folders of their own: among the sources, modules may still have to be compiled.
    A source distribution of setuptools has `tests/test*.py`, and helpers only where somebody asked.
    """
    found: dict[str, None] = {}
    for module in modules:
        top = module.path.relative_to(root).parts[0]
        for dots, name in _FROM.findall(module.content):
            if dots:
                above = module.path.parents
                base = above[min(len(dots), len(above)) - 1]
            elif name.partition(".")[0] == top:
                base = root
            else:
                continue
            path = base.joinpath(*name.split("."))
            if not path.is_relative_to(root):
                continue  # what lies above the project is not its own, there or not
            if not path.is_dir() and not any(path.parent.glob(f"{path.name}.*")):
                found[".".join(path.relative_to(root).parts)] = None
    return tuple(found)
