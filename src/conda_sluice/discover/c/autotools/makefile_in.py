"""Reads the Makefile.in files of projects that use autoconf without automake."""

import re
from collections.abc import Iterator
from pathlib import Path

from conda_sluice.discover.reading import read_text
from conda_sluice.model.facts import Link, LinkKind
from conda_sluice.model.library_names import package_with

_INSTALLED = re.compile(
    r"^\t[-@]*\$[({]INSTALL_PROGRAM[)}][^\n]*\$[({]bindir[)}]/([\w$(){}.+-]+)", re.MULTILINE
)
_NUMBERED = re.compile(r"\blib([\w+-]+)\.so\.(\d+(?:\.\d+)*)\b")
_ASSIGNED = re.compile(r"^(\w+)[ \t]*=[ \t]*([^\n#]*?)[ \t]*$", re.MULTILINE)
_LIBS = re.compile(r"^\w*(?:LIBS|LDFLAGS)[ \t]*=[ \t]*([^\n#]*)", re.MULTILINE)
_USED = re.compile(r"\$[({](\w+)[)}]")
_SUFFIXES = ("EXEEXT", "exeext", "EXE")


def installed_programs(root: Path) -> tuple[str, ...]:
    """Return the programs that `make install` surely puts into bin.

    Nothing where automake made the Makefile.in files: they may be very large.
    """
    names = (name for _, content in _written(root) for name in _programs(content))
    return tuple(dict.fromkeys(name for name in names if re.fullmatch(r"[\w.+-]+", name)))


def numbered_libraries(root: Path) -> dict[str, str]:
    """Return the shared libraries that are put into lib, with the number in the SONAME of each.

    It is the shortest that configure and Makefile.in name with `libNAME.so.`; nothing where
    automake made the Makefile.in files, whose numbers libtool counts by itself.
    """
    if (root / "Makefile.am").is_file():
        return {}
    makefile = read_text(root / "Makefile.in", root)
    if not re.search(r"\$[({]libdir[)}]", makefile):
        return {}
    found: dict[str, str] = {}
    for name, number in _NUMBERED.findall(f"{read_text(root / 'configure.ac', root)}\n{makefile}"):
        found[name] = min(found.get(name, number), number, key=len)
    return found


def linked_libraries(root: Path) -> Iterator[Link]:
    """Yield the libraries that programs are linked with, whatever configure finds."""
    for place, content in _written(root):
        yield from named_libraries(" ".join(_LIBS.findall(content)), place)


def named_libraries(value: str, place: str) -> Iterator[Link]:
    """Yield the libraries that are known and named with -l in what the linker is given."""
    for name in re.findall(r"(?<!\S)-l([A-Za-z]\S*)", value):
        if package_with(name):
            yield Link(LinkKind.LIBRARY, name, place, is_optional=True)


def _written(root: Path) -> Iterator[tuple[str, str]]:
    """Yield the Makefile.in files that are not made by automake, and their texts."""
    if not (root / "Makefile.am").is_file():
        for place in ("Makefile.in", "src/Makefile.in"):
            yield place, read_text(root / place, root)


def _programs(content: str) -> Iterator[str]:
    said = dict(_ASSIGNED.findall(content)) | dict.fromkeys(_SUFFIXES, "")
    for found in _INSTALLED.finditer(content):
        name = found[1]
        for _ in range(3):
            name = _USED.sub(lambda used: said.get(used[1], used[0]), name)
        yield name
