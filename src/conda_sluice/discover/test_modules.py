"""The test modules of a Python project: what they import, and what of that is not there."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from packaging.utils import canonicalize_name

from conda_sluice.discover.reading import read_text, walk

_IMPORT = re.compile(r"^(?:import|from)[ \t]+([\w.]+(?:[ \t]*,[ \t]*[\w.]+)*)", re.MULTILINE)
_FROM = re.compile(r"^from[ \t]+(\.*)([\w.]+)[ \t]+import\b", re.MULTILINE)

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
    yield from islice((one for one in walk(place) if one.suffix == ".py"), _MOST_FILES)


def imported_modules(modules: Iterable[TestModule]) -> frozenset[str]:
    """Return the top modules, normalised, that test files import where they start.

    Later may mean perhaps.
    """
    return frozenset(
        canonicalize_name(one.strip().partition(".")[0])
        for module in modules
        for names in _IMPORT.findall(module.content)
        for one in names.split(",")
    )


def own_modules(root: Path, modules: Iterable[str], places: Iterable[Path]) -> frozenset[str]:
    """Return the modules of the project, and those that lie beside its tests, normalised."""
    beside = (one.stem for path in (root, *places) if path.is_dir() for one in path.iterdir())
    return frozenset(canonicalize_name(one.partition(".")[0]) for one in (*modules, *beside))


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
            if not path.is_dir() and not any(path.parent.glob(f"{path.name}.*")):
                inside = path.relative_to(root) if path.is_relative_to(root) else path
                found[".".join(inside.parts)] = None
    return tuple(found)
