"""Which build system a C project is built with, where it offers several.

The rules were measured on recipes that conda-forge accepted. Meson comes before autotools, whose
files it replaces, and CMake before Meson, unless CMakeLists.txt itself speaks of Meson. Between
CMake and autotools accepted recipes are split: the one that the instructions name first is right
in nine of ten; Fortran is left to CMake where it is a language there, and what has no CMake package
to install to autotools.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from conda_sluice.discover.c.makefile import find_makefile
from conda_sluice.discover.c.sources import first_named, languages_of_sources
from conda_sluice.discover.reading import read_text
from conda_sluice.discover.signs import bindings_folder, told_bindings
from conda_sluice.errors import ProjectError
from conda_sluice.model.facts import BuildSystem

_CONFIGURES = ("configure.ac", "configure.in")
_NESTED = ("build/cmake", "cmake", "build", "build-cmake", "cmake_unofficial", "src", "source")
_TELLS_OF_MESON = re.compile(r"^[^#\n]*\bmeson\b", re.MULTILINE | re.IGNORECASE)
_OUTSIDE = re.compile(r"^\w*prefix\w*[ \t]*=[ \t]*'/(?:usr|opt|)'", re.MULTILINE)
"""A prefix that meson.build sets by itself, whatever Meson is told."""
_FORTRAN_IN_CMAKE = re.compile(
    r"\b(?:enable_language|check_language|project)\s*\((?:[^\")]|\"[^\"]*\")*?\bFortran\b",
    re.IGNORECASE,
)
_CMAKE_CALLED = re.compile(
    r"^\W*(?:cmake[ \t]+[-.<$/\w]|ccmake|mkdir build)", re.MULTILINE | re.IGNORECASE
)
_CONFIGURE_CALLED = re.compile(r"\./configure|autogen\.sh|autoreconf|buildconf")
_RUNS_CMAKE = re.compile(r"^[^#\n]*\bcmake\b", re.MULTILINE)
_OF_PYTHON = re.compile(r"py(?:thon)?[-_]", re.IGNORECASE)
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
    doubts = []
    if system is BuildSystem.AUTOTOOLS and BuildSystem.CMAKE in found:
        doubts.append("CMakeLists.txt could build it too, and on Windows as well")
    if folder := bindings_folder(root):
        doubts.append(f"there are Python bindings too, {folder}: a package of its own")
    return Choice(system, found[system], because, doubts=tuple(doubts))


def is_library_with_bindings(root: Path) -> bool:
    """Tell whether a C library lies here beside whose build files Python's only bring bindings.

    It is one where CMake, Meson or configure install it, and no sdist was made of the bindings.
    pyproject.toml makes it a Python project, unless it says itself where the bindings lie, and
    CMake installs what others find.
    """
    if (root / "PKG-INFO").is_file():
        return False
    found = set(_systems(root)) - {BuildSystem.MAKE}
    if (root / "pyproject.toml").is_file():
        is_library = BuildSystem.CMAKE not in found or _exports(root)
        return bool(found) and is_library and bool(told_bindings(root))
    return bool(found)


def _systems(root: Path) -> dict[BuildSystem, str]:
    """Return the systems whose files lie in a folder, with the file that shows each."""
    found = {}
    if _is_cmake(root):
        found[BuildSystem.CMAKE] = "CMakeLists.txt"
    if is_meson(root):
        found[BuildSystem.MESON] = "meson.build"
    if is_autotools(root):
        names = ("configure", *_CONFIGURES)
        found[BuildSystem.AUTOTOOLS] = next(one for one in names if (root / one).is_file())
    makefile = find_makefile(root)
    if makefile and not found and languages_of_sources(root):
        found[BuildSystem.MAKE] = makefile.name
    return found


def _is_cmake(root: Path) -> bool:
    """Tell whether there is a CMake project of its own, not a folder that another one adds."""
    content = read_text(root / "CMakeLists.txt", root)
    return re.search(r"^\s*project\s*\(", content, re.MULTILINE | re.IGNORECASE) is not None


def is_meson(root: Path) -> bool:
    """Tell whether a Meson project has its top at `root`."""
    content = read_text(root / "meson.build", root)
    return re.search(r"^\s*project\s*\(", content, re.MULTILINE) is not None


def is_autotools(root: Path) -> bool:
    """Tell whether there is a `configure` script at `root`, or what makes one.

    One that is no child of Autoconf and runs CMake is only another way to call that.
    """
    script = read_text(root / "configure", root)
    if script.startswith("#!") and ("Autoconf" in script or not _RUNS_CMAKE.search(script)):
        return True
    return any("AC_INIT" in read_text(root / one, root) for one in _CONFIGURES)


def _preferred(root: Path, found: tuple[BuildSystem, ...]) -> tuple[BuildSystem, str]:
    """Return one of the systems found, and why it comes before the others."""
    if len(found) == 1:
        return found[0], ""
    if BuildSystem.CMAKE not in found:
        if _OUTSIDE.search(read_text(root / "meson.build", root)):
            return BuildSystem.AUTOTOOLS, "Meson would install outside of the prefix"
        return BuildSystem.MESON, "Meson replaces autotools where both are"
    listed = read_text(root / "CMakeLists.txt", root)
    if BuildSystem.MESON in found and _TELLS_OF_MESON.search(listed):
        return BuildSystem.MESON, "CMakeLists.txt itself speaks of it"
    if BuildSystem.AUTOTOOLS in found:
        return _cmake_or_autotools(root)
    return BuildSystem.CMAKE, ""


def _cmake_or_autotools(root: Path) -> tuple[BuildSystem, str]:
    if not _exports(root):
        return BuildSystem.AUTOTOOLS, "CMake would install no CMake package"
    listed = read_text(root / "CMakeLists.txt", root)
    if _FORTRAN_IN_CMAKE.search(listed) and "fortran" in languages_of_sources(root):
        return BuildSystem.CMAKE, "CMake knows how modules of Fortran depend on each other"
    if first_named(root, (_CMAKE_CALLED, _CONFIGURE_CALLED)) == 1:
        return BuildSystem.AUTOTOOLS, "its own instructions name that first"
    return BuildSystem.CMAKE, "CMake installs what find_package finds"


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
    below = {
        path.name: set(_systems(path))
        for path in sorted(root.iterdir())
        if path.is_dir() and not path.is_symlink() and path.name[:1] not in "._"
    }
    built = [one for one, systems in below.items() if systems - {BuildSystem.MAKE}]
    others = [one for one in built if not _OF_PYTHON.match(one)] or built
    own = [one for one in others if one.lower().removeprefix("lib") == named]
    made = [one for one, systems in below.items() if systems and one.lower() == named]
    folders = usual or own or others or made
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
