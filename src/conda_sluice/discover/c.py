"""C and C++ projects: built by CMake, or by a Makefile."""

import re
from pathlib import Path

from conda_sluice.discover.cmake import CMakeFacts, read_cmake
from conda_sluice.discover.licenses import license_files, spdx_of_files
from conda_sluice.discover.makefile import MakeFacts, find_makefile, read_makefile
from conda_sluice.discover.naming import folder_name, project_name
from conda_sluice.discover.reading import read_text, walk
from conda_sluice.discover.tests_of import tests_of_c
from conda_sluice.errors import ProjectError
from conda_sluice.model.facts import AboutFacts, BuildSystem, CFacts, CompileFacts, Link, LinkKind
from conda_sluice.model.project import Evidence, Language, Project

_SUFFIXES = {
    ".c": "c",
    ".cc": "cxx",
    ".cpp": "cxx",
    ".cxx": "cxx",
    ".f": "fortran",
    ".f90": "fortran",
}
_NOT_BUILT = frozenset(
    {"tests", "test", "examples", "example", "fuzz", "ossfuzz", "bench", "contrib"}
)


def is_cmake(root: Path) -> bool:
    """Tell whether `root` is a CMake project of its own, not a folder that another one adds."""
    content = read_text(root / "CMakeLists.txt", root)
    return re.search(r"^\s*project\s*\(", content, re.MULTILINE | re.IGNORECASE) is not None


def is_make(root: Path) -> bool:
    """Tell whether `root` has a Makefile and sources that it could compile."""
    return find_makefile(root) is not None and bool(_languages(root))


def discover_cmake(root: Path) -> Project:
    """Return the CMake project at `root`."""
    cmake = read_cmake(root)
    path = root / "CMakeLists.txt"
    name = project_name(_own_name(cmake) or folder_name(root), str(path))
    links = tuple(
        one for one in cmake.links if one.name not in {*cmake.packages, *cmake.pkg_configs}
    )
    has_pkg_config = any(one.kind is LinkKind.PKG_CONFIG for one in links)
    languages = cmake.languages or ("c",)
    return Project(
        name=name,
        root=root,
        language=Language.C,
        is_compiled=True,
        evidence=(
            Evidence("C or C++ built by CMake", "CMakeLists.txt has project()"),
            Evidence("compiled", f"project() is in {' and '.join(languages)}"),
        ),
        static_version=cmake.version,
        tests=tests_of_c(root, languages),
        about=_about(root, cmake.description, cmake.home),
        compile=CompileFacts(
            languages=languages,
            tools=("cmake", "ninja", "pkg-config") if has_pkg_config else ("cmake", "ninja"),
            links=links,
        ),
        facts=CFacts(
            build_system=BuildSystem.CMAKE,
            can_install=cmake.can_install,
            libraries=cmake.libraries,
            headers=cmake.headers,
            programs=cmake.programs,
            provides=_provides(cmake),
        ),
    )


def _own_name(cmake: CMakeFacts) -> str:
    """Return project()'s name; "" where it is computed, so that the folder's name is taken."""
    return "" if "$" in cmake.name else re.sub(r"[^a-z0-9._-]+", "-", cmake.name.lower())


def _provides(cmake: CMakeFacts) -> tuple[Link, ...]:
    return (
        *(Link(LinkKind.LIBRARY, name) for name in cmake.libraries),
        *(Link(LinkKind.CMAKE, name) for name in cmake.packages),
        *(Link(LinkKind.PKG_CONFIG, name) for name in cmake.pkg_configs),
    )


def discover_make(root: Path) -> Project:
    """Return the project at `root` that a Makefile alone builds."""
    name = folder_name(root)
    make = read_makefile(root, name)
    languages = _languages(root)
    return Project(
        name=project_name(name, str(root)),
        root=root,
        language=Language.C,
        is_compiled=True,
        evidence=_make_evidence(make, languages),
        static_version=make.version,
        tests=tests_of_c(root, languages),
        about=_about(root, "", ""),
        compile=CompileFacts(languages=languages, tools=("make",), links=()),
        facts=CFacts(
            build_system=BuildSystem.MAKE,
            can_install="install" in make.targets and bool(make.prefix_variable),
            prefix_variable=make.prefix_variable,
            provides=tuple(Link(LinkKind.LIBRARY, name) for name in make.libraries),
        ),
    )


def _make_evidence(make: MakeFacts, languages: tuple[str, ...]) -> tuple[Evidence, ...]:
    said = [
        Evidence("C or C++ built by make", f"there is a {make.file}, and no CMakeLists.txt"),
        Evidence("compiled", f"there are {' and '.join(languages)} sources"),
    ]
    if make.version:
        said.append(Evidence(f"version {make.version}", f"{make.version_because} says so"))
    return tuple(said)


def _languages(root: Path) -> tuple[str, ...]:
    paths = (path for path in walk(root, depth=3))
    relative = (path for path in paths if not _NOT_BUILT & set(path.relative_to(root).parts[:-1]))
    found = {
        _SUFFIXES[path.suffix.lower()] for path in relative if path.suffix.lower() in _SUFFIXES
    }
    return tuple(one for one in ("c", "cxx", "fortran") if one in found or (one == "c" and found))


def _about(root: Path, description: str, home: str) -> AboutFacts:
    files = license_files(root)
    return AboutFacts(
        summary=description or _first_sentence(root),
        home=home,
        dev_url=home if "github.com" in home or "gitlab" in home else "",
        license=spdx_of_files(root, files),
        license_files=files,
    )


def _first_sentence(root: Path) -> str:
    """Return the first sentence of the README that is text, "" where there is none."""
    readmes = sorted(root.glob("README*"))
    lines = read_text(readmes[0], root).splitlines() if readmes else []
    paragraph: list[str] = []
    for line in (*lines, ""):
        is_prose = re.match(r"\s*[A-Za-z`*]", line) is not None and not _is_underline(lines, line)
        if is_prose:
            paragraph.append(line.strip())
        elif len(" ".join(paragraph)) > 20:  # noqa: PLR2004 - shorter is a title
            break
        else:
            paragraph = []
    text = (
        re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", " ".join(paragraph))
        .replace("`", "")
        .replace("*", "")
    )
    return re.split(r"(?<=[.!?:])\s", text, maxsplit=1)[0].rstrip(":")[:160]


def _is_underline(lines: list[str], line: str) -> bool:
    """Tell whether `line` is a title that the next line underlines."""
    after = lines[lines.index(line) + 1 :][:1] if line in lines else []
    return bool(after) and re.fullmatch(r"[=\-~*]{3,}", after[0].strip()) is not None


def nothing_to_build(root: Path) -> ProjectError:
    """Return the error for a folder in which nothing that can be packaged was found."""
    for file, system in (
        ("meson.build", "Meson"),
        ("configure.ac", "autotools"),
        ("configure", "autotools"),
    ):
        if (root / file).is_file():
            return ProjectError(
                f"{system} builds this project, and sluice reads CMake and Makefiles so far",
                str(root / file),
                "write recipes/<name>/meta.yaml by hand: sluice builds it like any other",
            )
    return ProjectError(
        "there is nothing here that sluice can package",
        str(root),
        "it looked for pyproject.toml, setup.py, setup.cfg, DESCRIPTION, CMakeLists.txt "
        "and Makefile in this folder",
    )
