"""C, C++ and Fortran projects: which build system builds them, and what its files say."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from conda_sluice.discover.c.about import c_about
from conda_sluice.discover.c.autotools.read import AutotoolsFacts, read_autotools
from conda_sluice.discover.c.build_facts import BuildFacts
from conda_sluice.discover.c.makefile import read_makefile
from conda_sluice.discover.c.named import package_name
from conda_sluice.discover.c.refusals import check_ends, nothing_to_build
from conda_sluice.discover.c.sources import (
    CALLED,
    find_headers,
    languages_of_sources,
    may_be_built,
)
from conda_sluice.discover.c.system import Choice, choose_system, find_nested
from conda_sluice.discover.c.version import find_version
from conda_sluice.discover.naming import folder_name, project_name
from conda_sluice.discover.tests_of import tests_of_c
from conda_sluice.model.facts import BuildSystem, CFacts, CompileFacts, Link, LinkKind
from conda_sluice.model.project import Evidence, Language, Project

_ASKED_FOR = ("c", "cxx")
_CALLED = {
    BuildSystem.CMAKE: "CMake",
    BuildSystem.MESON: "Meson",
    BuildSystem.AUTOTOOLS: "autotools",
    BuildSystem.MAKE: "make",
}


def discover_c(root: Path) -> Project:
    """Return the C, C++ or Fortran project at `root`, or in the one folder below that builds it.

    Raise ProjectError, which says where it looked, where there is none; with the line where the
    command that names the project never ends.
    """
    check_ends(root)
    choice = choose_system(root) or find_nested(root)
    if choice is not None:
        return _project(root, choice)
    return _headers(root)


def _project(root: Path, choice: Choice) -> Project:
    facts = _read(root, choice)
    where = root / choice.folder / choice.file
    made = read_makefile(root / choice.folder).libraries if _is_make(choice) else ()
    called, why_called = package_name(root, facts, (*made, *_written(root)))
    name = project_name(called, str(where))
    languages, because = _languages(root, facts)
    version, version_because, doubts = find_version(root, name, facts)
    called_so = (name, name.rstrip("0123456789"))
    installed = (*facts.packages, *facts.pkg_configs, *facts.libraries)
    own = {_stem(one) for one in (*installed, *called_so)}
    evidence = [
        Evidence(f"built by {_CALLED[choice.system]}", choice.because),
        Evidence(f"in {' and '.join(CALLED[one] for one in languages)}", because),
    ]
    if why_called:
        evidence.append(Evidence(f"called {name}", why_called))
    if version:
        evidence.append(Evidence(f"version {version}", f"{version_because} says so"))
    return Project(
        name=name,
        root=root,
        language=Language.C,
        is_compiled=True,
        evidence=tuple(evidence),
        static_version=version,
        tests=tests_of_c(root, languages),
        about=c_about(root, choice.folder, facts, (name, facts.name)),
        compile=CompileFacts(
            languages=languages,
            tools=_tools(choice.system, facts),
            links=tuple(one for one in facts.links if _stem(one.name) not in own),
        ),
        facts=_c_facts(root, choice, facts, name, doubts),
    )


def _read(root: Path, choice: Choice) -> BuildFacts:
    match choice.system:
        case BuildSystem.CMAKE:
            from conda_sluice.discover.c.cmake.read import read_cmake

            return read_cmake(root, choice.folder)
        case BuildSystem.MESON:
            from conda_sluice.discover.c.meson.read import read_meson

            return read_meson(root, choice.folder)
        case BuildSystem.AUTOTOOLS:
            return read_autotools(root / choice.folder)
        case BuildSystem.MAKE | BuildSystem.HEADERS:
            make = read_makefile(root / choice.folder)
            return BuildFacts(
                version=make.version,
                version_because=make.version_because,
                links=make.links,
                programs=make.programs,
                can_install="install" in make.targets and bool(make.places),
            )


def _c_facts(
    root: Path, choice: Choice, facts: BuildFacts, name: str, doubts: Sequence[str]
) -> CFacts:
    said = CFacts(
        build_system=choice.system,
        can_install=facts.can_install,
        libraries=facts.libraries,
        headers=facts.headers,
        files=facts.files,
        programs=facts.programs,
        provides=(
            *(Link(LinkKind.LIBRARY, name) for name in facts.libraries),
            *(Link(LinkKind.CMAKE, name) for name in facts.packages),
            *(Link(LinkKind.PKG_CONFIG, name) for name in facts.pkg_configs or _written(root)),
            *(() if facts.libraries else _called_a_library(name)),
        ),
        folder=choice.folder,
        options=facts.options,
        abi=facts.abi,
        abi_because=facts.abi_because,
        is_header_only=not facts.is_compiled or not languages_of_sources(root),
        doubts=(*choice.doubts, *doubts),
    )
    if isinstance(facts, AutotoolsFacts):
        return replace(
            said, needs_autoreconf=not facts.has_configure, config_folder=facts.config_folder
        )
    return _made(root, choice, said) if _is_make(choice) else said


def _stem(library: str) -> str:
    return library.lower().removeprefix("lib")


def _is_make(choice: Choice) -> bool:
    return choice.system is BuildSystem.MAKE


def _written(root: Path) -> tuple[str, ...]:
    """Return the .pc files that some build makes of what lies at the top, or in folders there."""
    files = list(root.glob("*.pc.in")) or [
        one for one in root.glob("*/*.pc.in") if may_be_built(one.parent.name)
    ]
    return tuple(sorted(one.name.removesuffix(".pc.in") for one in files))


def _called_a_library(name: str) -> tuple[Link, ...]:
    """Return the library that a project is called after, where its build files do not tell it."""
    return (Link(LinkKind.LIBRARY, name[3:]),) if re.match("lib[a-z]", name) else ()


def _made(root: Path, choice: Choice, said: CFacts) -> CFacts:
    """Return what a Makefile makes: its own installation knows, or it has to be copied.

    What a plain make links are programs; only where there is none it makes the libraries.
    """
    make = read_makefile(root / choice.folder)
    libraries = tuple(Link(LinkKind.LIBRARY, name) for name in make.libraries)
    if said.can_install:
        return replace(said, places=make.places, provides=libraries, programs=make.installed)
    if said.programs or not libraries:
        return said
    folder, names = find_headers(root)
    place = "" if folder == "." else f"{folder}/"
    files = tuple(f"{place}{one}" for one in names)
    doubts = (*said.doubts, "the Makefile installs nothing: which headers are public is a guess")
    return replace(said, provides=libraries, headers=files, doubts=doubts)


def _languages(root: Path, facts: BuildFacts) -> tuple[tuple[str, ...], str]:
    """Return the languages that are compiled, and why.

    Where build files do not limit them, those count that there are sources of. Accepted recipes
    ask for the C compiler wherever they ask for the one of C++: configure's and CMake's own checks
    compile C.
    """
    found, because = _said_languages(root, facts)
    if "cxx" in found and "c" not in found:
        return ("c", *found), f"{because}; checks of what the compilers know are written in C"
    return found, because


def _said_languages(root: Path, facts: BuildFacts) -> tuple[tuple[str, ...], str]:
    if facts.is_sure_of_languages and facts.languages:
        return facts.languages, "its build files say so"
    sources = languages_of_sources(root)
    # what configure asks for is asked for, but many look for Fortran without a need
    both = tuple(one for one in facts.languages if one in sources or one in _ASKED_FOR)
    if both:
        return both, "there are such sources, and its build files ask for the compiler"
    return sources or facts.languages or ("c",), "there are such sources"


def _tools(system: BuildSystem, facts: BuildFacts) -> tuple[str, ...]:
    asks = any(one.kind is LinkKind.PKG_CONFIG and not one.is_switched for one in facts.links)
    own = {
        BuildSystem.CMAKE: ("cmake", "make", "ninja"),
        BuildSystem.MESON: ("meson", "ninja", "pkg-config"),
        BuildSystem.AUTOTOOLS: (),
        BuildSystem.MAKE: ("make",),
        BuildSystem.HEADERS: (),
    }[system]
    return tuple(dict.fromkeys((*own, *(("pkg-config",) if asks else ()), *facts.tools)))


def _headers(root: Path) -> Project:
    """Return a project that is nothing but headers; raise ProjectError where it is not."""
    folder, names = find_headers(root)
    if not names or languages_of_sources(root) or not _is_released(root):
        raise nothing_to_build(root)
    name = project_name(folder_name(root), str(root))
    version, because, doubts = find_version(root, name, BuildFacts())
    place = f"{folder}/" if folder != "." else "the project's folder"
    evidence = [Evidence("headers alone", f"there are headers in {place}, and nothing to compile")]
    if version:
        evidence.append(Evidence(f"version {version}", f"{because} says so"))
    return Project(
        name=name,
        root=root,
        language=Language.C,
        is_compiled=False,
        evidence=tuple(evidence),
        static_version=version,
        about=c_about(root, "", BuildFacts(), (name,)),
        facts=CFacts(
            build_system=BuildSystem.HEADERS,
            headers=tuple(f"include/{one}" for one in names),
            folder=folder,
            is_header_only=True,
            doubts=doubts,
        ),
    )


def _is_released(root: Path) -> bool:
    """Tell whether a folder is a project's top: it says what it is, or under which licence."""
    return any(
        re.match(r"readme|licen[cs]e|copying", one.name, re.IGNORECASE) for one in root.iterdir()
    )
