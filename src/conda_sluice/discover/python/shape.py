"""Whether pyproject.toml holds what PEP 621 and PEP 518 say in the form that they say it in."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from conda_sluice.discover.reading import Table, read_text
from conda_sluice.errors import ProjectError


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_list(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_table_of(is_value: Callable[[object], bool], value: object) -> bool:
    return isinstance(value, Mapping) and all(is_value(item) for item in value.values())


def _is_table(value: object) -> bool:
    return _is_table_of(_is_text, value)


def _is_table_of_lists(value: object) -> bool:
    return _is_table_of(_is_list, value)


_TEXT = ("a text", _is_text)
_LIST = ("a list of texts", _is_list)
_TABLE = ("a table of texts", _is_table)
_SHAPES = {
    "project": {
        **dict.fromkeys(("name", "version", "description", "requires-python"), _TEXT),
        **dict.fromkeys(("dependencies", "classifiers", "keywords", "dynamic"), _LIST),
        **dict.fromkeys(("scripts", "gui-scripts", "urls"), _TABLE),
        "optional-dependencies": ("a table of lists of texts", _is_table_of_lists),
    },
    "build-system": {"requires": _LIST, "backend-path": _LIST, "build-backend": _TEXT},
}


def check_shape(root: Path, pyproject: Table) -> None:
    """Raise ProjectError with file and line for a value of another kind than its key has."""
    for section, key, said in _wrong(pyproject):
        path = root / "pyproject.toml"
        what = f"{section}.{key}" if key else section
        line = _line_of(key or section, read_text(path, root))
        where = f"{path}:{line}" if line else str(path)
        raise ProjectError(f"{what} must be {said}", where, "correct the value")


def _wrong(pyproject: Table) -> Iterator[tuple[str, str, str]]:
    for section, shapes in _SHAPES.items():
        found = pyproject.get(section, {})
        if not isinstance(found, Mapping):
            yield section, "", "a table"
            continue
        for key, (said, is_right) in shapes.items():
            if key in found and not is_right(found[key]):
                yield section, key, said


def _line_of(key: str, content: str) -> int:
    """Return the line on which a key, or a table of its name, begins; 0 where none is found."""
    begins = re.compile(
        rf"^\s*(?:[\w.-]+\.)?[\"']?{re.escape(key)}[\"']?\s*[.=]|^\s*\[[\w.-]*{key}\]"
    )
    lines = enumerate(content.splitlines(), 1)
    return next((number for number, line in lines if begins.search(line)), 0)
