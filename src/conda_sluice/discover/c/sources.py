"""Which languages a tree's own sources are written in, and where its headers lie."""

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from conda_sluice.discover.reading import SKIPPED_FOLDERS, read_text, walk

_SUFFIXES = {
    ".c": "c",
    **dict.fromkeys((".cc", ".cpp", ".cxx", ".c++"), "cxx"),
    **dict.fromkeys((".f", ".f77", ".for", ".f90", ".f95", ".f03", ".f08"), "fortran"),
    ".cu": "cuda",
}
CALLED = {"c": "C", "cxx": "C++", "fortran": "Fortran", "cuda": "CUDA"}
"""What people call each language."""

HEADERS = (".h", ".hh", ".hpp", ".hxx", ".h++", ".ipp", ".inl")
_NOT_BUILT = re.compile(
    r"(?:.*[_-])?(?:tests?|testing|test-?suite|gtest|examples?|samples?|demos?|bench(?:marks?)?"
    r"|(?:oss)?-?fuzz(?:ing|ers?)?|contrib|docs?|third_?party|3rd_?party|vendor(?:ed)?|externals?|deps"
    r"|bindings?|wrapping|wrappers?|python|java|ruby|php|js|go|scripts?|tools?|extras?|old|win32"
    r"|windows|msvc|android|ports?)",
    re.IGNORECASE,
)
_ONE_WAY = re.compile("cmake|autotools|autoconf|android|windows|msvc|ios|macos")
_HEADER_FOLDERS = ("include", "single_include", "source", "src", ".")


def languages_of_sources(root: Path) -> tuple[str, ...]:
    """Return the languages of the sources that a package is compiled from."""
    found = {_SUFFIXES.get(f".{name.rpartition('.')[2].lower()}", "") for name in _own(root, 5)}
    return tuple(one for one in ("c", "cxx", "fortran", "cuda") if one in found)


def _own(folder: Path | str, depth: int) -> Iterator[str]:
    """Yield the names of a project's own files; asking for no more than names is what is fast."""
    with os.scandir(folder) as entries:
        for one in entries:
            if one.is_file(follow_symlinks=False):
                yield one.name
            elif depth and one.is_dir(follow_symlinks=False) and may_be_built(one.name):
                yield from _own(one.path, depth - 1)


def may_be_built(folder: str) -> bool:
    """Tell by its name whether a folder has sources of the package, no tests or the like."""
    is_skipped = folder[:1] == "." or folder in SKIPPED_FOLDERS
    return not is_skipped and _NOT_BUILT.fullmatch(folder) is None


def find_headers(root: Path) -> tuple[str, tuple[str, ...]]:
    """Return the folder that holds a project's public headers, and what lies in it.

    The names are those of headers and of folders with headers; "" and nothing where none are.
    """
    for folder in _HEADER_FOLDERS:
        place = root / folder
        names = tuple(_headers_in(place)) if place.is_dir() and not place.is_symlink() else ()
        if names:
            return folder, names
    return "", ()


def _headers_in(folder: Path) -> Iterator[str]:
    for path in sorted(folder.iterdir()):
        is_header = path.is_file() and path.suffix.lower() in HEADERS
        is_aside = path.is_symlink() or path.name[:1] == "." or _NOT_BUILT.fullmatch(path.name)
        if is_header or (path.is_dir() and not is_aside and _has_headers(path)):
            yield path.name


def _has_headers(folder: Path) -> bool:
    return any(one.suffix.lower() in HEADERS for one in walk(folder, depth=1))


def first_named(root: Path, words: Sequence[re.Pattern[str]]) -> int | None:
    """Return the place of that of `words` which the instructions name first, None for no word.

    The README comes before other files; a file about one way alone (INSTALL-CMAKE) does not count.
    """
    told = [one for one in _instructions(root) if not _ONE_WAY.search(one[0])]
    for _, content in sorted(told, key=lambda one: not one[0].startswith("readme")):
        places = [found.start() if (found := word.search(content)) else None for word in words]
        named = [(place, at) for at, place in enumerate(places) if place is not None]
        if named:
            return min(named)[1]
    return None


def _instructions(root: Path) -> Iterator[tuple[str, str]]:
    """Yield name and text of the files that tell how to build.

    GNU's INSTALL, which is the same in all projects, is not a project's own.
    """
    for folder in (root, root / "docs", root / "doc"):
        for path in sorted(folder.glob("*")) if folder.is_dir() else ():
            is_said = re.match(r"readme|install|build", path.name, re.IGNORECASE)
            if not is_said or not path.is_file() or (folder != root and "INSTALL" not in path.name):
                continue
            if path.stat().st_size > 500_000:  # noqa: PLR2004 - no instructions are so long
                continue
            content = read_text(path, root)
            if "Free Software Foundation, Inc" not in content:
                yield path.name.lower(), content
