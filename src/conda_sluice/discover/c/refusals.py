"""Errors for folders that are no C project: what was looked for, and what is lacking."""

import re
from pathlib import Path

from conda_sluice.discover.c.makefile import find_makefile
from conda_sluice.discover.c.sources import CALLED, languages_of_sources
from conda_sluice.discover.reading import read_text
from conda_sluice.discover.signs import no_package
from conda_sluice.errors import ProjectError

_TELLS = {
    "DESCRIPTION": "line that begins with `Package:`",
    "pyproject.toml": "[project] table",
    "setup.cfg": "[metadata] section",
    "CMakeLists.txt": "project() command",
    "meson.build": "project() call",
    "configure.ac": "AC_INIT",
}
"""Files that say what a project is, by what they need for that."""

_NAMING = {
    "CMakeLists.txt": re.compile(r"^\s*project\s*\(", re.MULTILINE | re.IGNORECASE),
    "meson.build": re.compile(r"^\s*project\s*\(", re.MULTILINE),
    "configure.ac": re.compile(r"^\s*AC_INIT\(", re.MULTILINE),
}
"""What begins the command that names the project, by file."""


def check_ends(root: Path) -> None:
    """Raise ProjectError with the line where the command that names a project is never closed."""
    for file, command in _NAMING.items():
        content = read_text(root / file, root)
        found = command.search(content)
        if found and ")" not in content[found.end() :]:
            line = content.count("\n", 0, found.end()) + 1
            called = found[0].strip()
            raise ProjectError(f"{called} is never closed", f"{root / file}:{line}", "add the `)`")


def nothing_to_build(root: Path) -> ProjectError:
    """Return the error for a folder in which nothing that can be packaged was found."""
    below = find_makefile(root)
    has_sources = ", ".join(CALLED[one] for one in languages_of_sources(root))
    found = f"; there are {has_sources} sources, and nothing builds them" if has_sources else ""
    found += f"; {below.name} has no sources to compile" if below else ""
    if setting := no_package(root):
        return ProjectError(
            f"this is no package: pyproject.toml says {setting}",
            str(root / "pyproject.toml"),
            "name the folder of a package",
        )
    if lacking := _lacking(root):
        file, what = lacking
        return ProjectError(
            f"there is nothing here that sluice can package: {file} has no {what}",
            str(root / file),
            "add it, or name the folder that you mean",
        )
    return ProjectError(
        "there is nothing here that sluice can package",
        str(root),
        "it looked for pyproject.toml, setup.py, setup.cfg, DESCRIPTION, CMakeLists.txt, "
        "meson.build, configure, configure.ac and Makefile in this folder, for CMakeLists.txt, "
        f"meson.build and configure in the folders below, and for headers in include/{found}",
    )


def _lacking(root: Path) -> tuple[str, str] | None:
    """Return a file that could say what the project is, and what it lacks for that."""
    return next(((file, what) for file, what in _TELLS.items() if (root / file).is_file()), None)
