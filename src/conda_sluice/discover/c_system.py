"""Which build system a C project is built with, where it offers several.

The rule was measured on recipes that conda-forge accepted. Meson comes before autotools, whose
files it replaces. CMake comes before Meson and autotools, unless it installs no CMake package
where autotools is there too, or the project's own instructions speak more of the other one.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from conda_sluice.discover.autotools import is_autotools
from conda_sluice.discover.c_sources import languages_of_sources, mentions
from conda_sluice.discover.makefile import find_makefile
from conda_sluice.discover.meson import is_meson
from conda_sluice.discover.reading import read_text
from conda_sluice.errors import ProjectError
from conda_sluice.model.facts import BuildSystem

_NESTED = ("build/cmake", "cmake", "build", "build-cmake", "cmake_unofficial", "src", "source")
_CMAKE_WORD = re.compile(r"\bcmake\b", re.IGNORECASE)
_MESON_WORD = re.compile(r"\bmeson\b", re.IGNORECASE)
_AUTOTOOLS_WORD = re.compile(r"\./configure|autogen\.sh|autoreconf|buildconf")
_EXPORTS = re.compile(r"install\s*\(\s*EXPORT|[Cc]onfig\.cmake", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Choice:
    """A build system, the file and folder that show it, and why it and no other."""

    system: BuildSystem
    file: str
    because: str
    folder: str = ""
    doubts: tuple[str, ...] = ()


def choose_system(root: Path) -> Choice | None:
    """Return what builds the project at `root` itself, None where nothing does."""
    found = _systems(root)
    if not found:
        return None
    system, why = _preferred(root, tuple(found))
    others = [found[one] for one in found if one is not system]
    because = f"there is {found[system]}"
    if others:
        because += f" beside {' and '.join(others)}{f', and {why}' if why else ''}"
    return Choice(system, found[system], because)


def _systems(root: Path) -> dict[BuildSystem, str]:
    """Return the systems whose files lie in a folder, with the file that shows each."""
    found = {}
    if _is_cmake(root):
        found[BuildSystem.CMAKE] = "CMakeLists.txt"
    if is_meson(root):
        found[BuildSystem.MESON] = "meson.build"
    if is_autotools(root):
        names = ("configure", "configure.ac", "configure.in")
        found[BuildSystem.AUTOTOOLS] = next(one for one in names if (root / one).is_file())
    makefile = find_makefile(root)
    if makefile and not found and languages_of_sources(root):
        found[BuildSystem.MAKE] = makefile.name
    return found


def _is_cmake(root: Path) -> bool:
    """Tell whether there is a CMake project of its own, not a folder that another one adds."""
    content = read_text(root / "CMakeLists.txt", root)
    return re.search(r"^\s*project\s*\(", content, re.MULTILINE | re.IGNORECASE) is not None


def _preferred(root: Path, found: tuple[BuildSystem, ...]) -> tuple[BuildSystem, str]:
    """Return one of the systems found, and why it comes before the others."""
    cmake, meson, autotools = BuildSystem.CMAKE, BuildSystem.MESON, BuildSystem.AUTOTOOLS
    if len(found) == 1:
        return found[0], ""
    words = (_CMAKE_WORD, _MESON_WORD, _AUTOTOOLS_WORD)
    said = dict(zip((cmake, meson, autotools), mentions(root, words), strict=True))
    if cmake not in found:
        return meson, "Meson replaces autotools where both are"
    other = meson if meson in found else autotools
    if said[other] > said[cmake]:
        return other, "its own instructions speak more of it"
    if other is autotools and not _exports(root):
        return autotools, "CMake would install no CMake package"
    return cmake, "CMake installs what find_package finds" if other is autotools else ""


def _exports(root: Path) -> bool:
    """Tell whether the CMake project installs a package that find_package finds."""
    files = [root / "CMakeLists.txt", *sorted(root.glob("*/CMakeLists.txt"))]
    files += sorted(root.glob("*/*/CMakeLists.txt")) + sorted(root.glob("cmake/*.cmake"))
    return any(_EXPORTS.search(read_text(file, root)) for file in files if not file.is_symlink())


def find_nested(root: Path) -> Choice | None:
    """Return what builds the project from a folder below, None where nothing does.

    Raise ProjectError where several folders could.
    """
    usual = [folder for folder in _NESTED if (root / folder).is_dir() and _systems(root / folder)]
    named = re.sub(r"^lib|[-_]?v?\d[\w.]*$", "", root.name.lower())
    others = [
        path.name
        for path in sorted(root.iterdir())
        if path.is_dir() and not path.is_symlink() and path.name[:1] not in "._"
        if set(_systems(path)) - {BuildSystem.MAKE}
    ]
    folders = usual or [one for one in others if one.lower().removeprefix("lib") == named] or others
    if not folders:
        return None
    if len(folders) > 1 and not usual:
        raise ProjectError(
            f"several folders could be built here: {', '.join(folders[:6])}",
            str(root),
            f"name the one to package, for instance {root / folders[0]}",
        )
    inner = choose_system(root / folders[0])
    if inner is None:
        return None
    because = f"there is nothing to build at the top, and {inner.file} is in {folders[0]}/"
    more = tuple(f"{one}/ has build files too" for one in folders[1:])
    return Choice(inner.system, inner.file, because, folders[0], more)
