"""The headers that a CMake project installs by the folder."""

import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from conda_sluice.discover.c.cmake.commands import Command
from conda_sluice.discover.c.cmake.syntax import after
from conda_sluice.discover.c.sources import HEADERS
from conda_sluice.discover.reading import lies_in, walk

_KEYWORDS = frozenset(
    {
        *(
            "DESTINATION",
            "COMPONENT",
            "FILES_MATCHING",
            "PATTERN",
            "REGEX",
            "USE_SOURCE_PERMISSIONS",
        ),
        *("TYPE", "CONFIGURATIONS", "OPTIONAL", "MESSAGE_NEVER", "FILE_PERMISSIONS"),
        *("DIRECTORY_PERMISSIONS", "EXCLUDE_FROM_ALL"),
    }
)
_MOST = 12
"""Headers of one folder: more are not needed to see that it was installed."""


def headers_of_folders(commands: Sequence[Command], root: Path) -> tuple[str, ...]:
    """Return headers, relative to the prefix, that install(DIRECTORY) surely puts into include."""
    found = (header for one in commands for header in _headers(one, root))
    return tuple(dict.fromkeys(found))


def _headers(one: Command, root: Path) -> Iterator[str]:
    if not one.is_certain or one.name != "install" or one.arguments[:1] != ("DIRECTORY",):
        return
    destination = _destination(one.arguments)
    words = set(one.arguments)
    if not re.match(r"include(?:/|$)", destination) or words & {"REGEX", "EXCLUDE", "OPTIONAL"}:
        return
    matching = [
        word
        for before, word in zip(one.arguments, one.arguments[1:], strict=False)
        if before == "PATTERN"
    ]
    for folder in _folders(one.arguments):
        place = (root / one.file).parent / folder
        if "$" in folder or not place.is_dir() or not lies_in(place, root):
            continue
        into = destination if folder.endswith("/") else f"{destination}/{place.name}"
        for path in _some_headers(place, matching):
            yield f"{into}/{path.relative_to(place).as_posix()}"


def _destination(arguments: Sequence[str]) -> str:
    said = after(arguments, "DESTINATION").rstrip("/")
    return said or ("include" if after(arguments, "TYPE") == "INCLUDE" else "")


def _folders(arguments: Sequence[str]) -> Iterator[str]:
    for word in arguments[1:]:
        if word in _KEYWORDS:
            return
        yield word


def _some_headers(folder: Path, matching: Sequence[str]) -> list[Path]:
    """Return the first headers of a folder, those that lie highest first."""
    headers = [
        path
        for path in walk(folder, depth=3)
        if path.suffix.lower() in HEADERS
        if not matching or any(fnmatchcase(path.name, pattern) for pattern in matching)
    ]
    return sorted(headers, key=lambda path: (len(path.parts), path.name))[:_MOST]
