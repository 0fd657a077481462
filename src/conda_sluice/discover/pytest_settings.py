"""What a project's own settings tell pytest: the files that it reads, and where tests lie."""

import configparser
import re
from collections.abc import Iterator
from pathlib import Path

from conda_sluice.discover.reading import Table, read_text, read_toml, table, texts, walk

SETTINGS = (
    *("pyproject.toml", "pytest.toml", ".pytest.toml", "pytest.ini", ".pytest.ini"),
    *("setup.cfg", "tox.ini", ".coveragerc", "conftest.py"),
)
"""Files at the top of a project that pytest and its coverage plugin read."""

_FOLDERS = ("tests", "test", "testing")
_SOURCES = frozenset({"src", "lib", "python"})


def find_settings(root: Path) -> tuple[str, ...]:
    """Return those settings files that the project has."""
    return tuple(name for name in SETTINGS if (root / name).is_file())


def find_test_places(root: Path) -> tuple[str, ...]:
    """Return where tests lie, relative to `root`: as pytest is told, else in a usual place.

    What lies among the sources is left out: there tests would import those, not the package.
    """
    told = tuple(place for place in _told(root) if _is_apart(root, place))
    if told:
        return told
    usual = next((name for name in _FOLDERS if _has_tests(root / name)), "")
    single = "" if usual else next((path.name for path in sorted(root.glob("test_*.py"))), "")
    return tuple(one for one in (usual, single) if one)


def find_import_places(root: Path) -> tuple[str, ...]:
    """Return the folders of `pythonpath`, from which tests import helpers; sources are none."""
    told = (one.rstrip("/") for one in _setting(root, "pythonpath"))
    folders = (one for one in told if one and ".." not in one.split("/") and one[0] != "/")
    return tuple(one for one in folders if (root / one).is_dir() and _is_apart(root, one))


def _told(root: Path) -> Iterator[str]:
    """Yield the folders of `testpaths` that hold tests, each once."""
    seen: set[str] = set()
    for pattern in _setting(root, "testpaths"):
        for path in _matching(root, pattern):
            place = path.relative_to(root).as_posix()
            if place not in seen and (_has_tests(path) or _is_test(path)):
                seen.add(place)
                yield place


def _matching(root: Path, pattern: str) -> list[Path]:
    """Return what a pattern matches below `root`; nothing for one that leads elsewhere."""
    parts = Path(pattern).parts
    if not parts or parts[0] == "/" or ".." in parts:
        return []
    try:
        return sorted(root.glob(pattern))
    except ValueError:  # no glob, such as `a**b`
        return []


def _setting(root: Path, option: str) -> tuple[str, ...]:
    """Return a list of the first file that has it, in the order in which pytest asks them."""
    pyproject = read_toml(root / "pyproject.toml", root)
    answers = (
        *(_of_toml(read_toml(root / name, root), option, "pytest") for name in SETTINGS[1:3]),
        *(_of_ini(root / name, root, option, "pytest") for name in SETTINGS[3:5]),
        _of_toml(pyproject, option, "tool", "pytest")
        or _of_toml(pyproject, option, "tool", "pytest", "ini_options"),
        _of_ini(root / "tox.ini", root, option, "pytest"),
        _of_ini(root / "setup.cfg", root, option, "tool:pytest"),
    )
    return next((one for one in answers if one), ())


def _of_toml(content: Table, option: str, *keys: str) -> tuple[str, ...]:
    return tuple(word for one in texts(table(content, *keys), option) for word in one.split())


def _of_ini(path: Path, root: Path, option: str, section: str) -> tuple[str, ...]:
    parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
    try:
        parser.read_string(read_text(path, root))
    except configparser.Error:
        return ()  # pytest will say so itself, and better
    return tuple((parser.get(section, option, fallback="") or "").split())


def _is_apart(root: Path, place: str) -> bool:
    first = place.partition("/")[0]
    is_package = (root / first / "__init__.py").is_file() and first not in _FOLDERS
    return place != "." and first not in _SOURCES and not is_package


def _has_tests(folder: Path) -> bool:
    """Tell whether there are test modules in `folder`."""
    return folder.is_dir() and any(_is_test(path) for path in walk(folder))


def _is_test(path: Path) -> bool:
    return re.fullmatch(r"test_.*\.py|.*_test\.py", path.name) is not None
