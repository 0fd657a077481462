"""Reads the Makefile.in files of projects that use autoconf without automake."""

import re
from collections.abc import Iterator
from pathlib import Path

from conda_sluice.discover.reading import read_text

_INSTALLED = re.compile(
    r"^\t[-@]*\$[({]INSTALL_PROGRAM[)}][^\n]*\$[({]bindir[)}]/([\w$(){}.+-]+)", re.MULTILINE
)
_ASSIGNED = re.compile(r"^(\w+)[ \t]*=[ \t]*([^\n#]*?)[ \t]*$", re.MULTILINE)
_USED = re.compile(r"\$[({](\w+)[)}]")
_SUFFIXES = ("EXEEXT", "exeext", "EXE")


def installed_programs(root: Path) -> tuple[str, ...]:
    """Return the programs that `make install` surely puts into bin.

    Nothing where automake made the Makefile.in files: they may be very large.
    """
    if (root / "Makefile.am").is_file():
        return ()
    files = (root / "Makefile.in", root / "src" / "Makefile.in")
    names = (name for file in files for name in _programs(read_text(file, root)))
    return tuple(dict.fromkeys(name for name in names if re.fullmatch(r"[\w.+-]+", name)))


def _programs(content: str) -> Iterator[str]:
    said = dict(_ASSIGNED.findall(content)) | dict.fromkeys(_SUFFIXES, "")
    for found in _INSTALLED.finditer(content):
        name = found[1]
        for _ in range(3):
            name = _USED.sub(lambda used: said.get(used[1], used[0]), name)
        yield name
