"""What a source tree says about itself, in its own language's words: the recipe writer reads this.

Nothing here is a conda name yet; carrying names over is the recipe's part.
"""

from dataclasses import dataclass
from enum import StrEnum


class LinkKind(StrEnum):
    """By which kind of name a C library is asked for."""

    LIBRARY = "library"
    CMAKE = "cmake"
    PKG_CONFIG = "pkg-config"
    HEADER = "header"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Link:
    """A C library under one of its names: `-lNAME`, find_package, pkg-config, a header, or words.

    `because` is the place where it is written; empty for what a project itself provides.
    `is_optional` tells that the build goes on without it, `is_switched` that only where something
    is switched on which is not so by default, as far as is known, it is asked for at all.
    """

    kind: LinkKind
    name: str
    because: str = ""
    is_optional: bool = False
    is_switched: bool = False

    @property
    def conditions(self) -> int:
        """Return how far from a need it is: 0 for one that nothing builds without."""
        return self.is_optional + self.is_switched


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutFacts:
    """What people read about a project.

    `license` is an SPDX expression, "" where none could be read; `license_text` is what the
    project itself writes; `license_files` are paths relative to the project.
    """

    summary: str = ""
    home: str = ""
    dev_url: str = ""
    doc_url: str = ""
    license: str = ""
    license_text: str = ""
    license_files: tuple[str, ...] = ()
    license_family: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompileFacts:
    """What compiling a project needs.

    `languages` are among c, cxx, fortran, cuda and rust; `tools` are programs that run at build
    time (cmake, ninja, make, pkg-config, bison and the like), `openmp` among them standing for the
    compiler's runtime of OpenMP; `links` are the C libraries that it is linked to; `cargo_folder`
    holds Cargo.toml, relative to the project, "" for its top.
    """

    languages: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    cargo_folder: str = ""


@dataclass(frozen=True, slots=True)
class AbiPartner:
    """A Python distribution (numpy) whose C headers are compiled in, and the place that says so."""

    name: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonFacts:
    """A Python distribution.

    Requirements are PEP 508 text; `entry_points` are console scripts (`name = module:function`);
    `imports` the top-level modules; `version_variable` names the environment variable by which
    the build backend is told the version, "" where it needs none; `constrains` are conda match
    specs that `[tool.sluice]` adds, for what no requirement of PyPI can say. `abi3` is the lowest
    Python (`3.9`) whose stable ABI the extension modules keep to, "" where they do not. `places`
    maps `build_requires` and `dependencies` to the file and field in which they are written.
    `undeclared` are distributions that its modules import although no dependency is declared, each
    with the file that does; `programs_of_extras` are console scripts that need an extra, with it.
    """

    distribution: str
    backend: str
    build_requires: tuple[str, ...] = ()
    dependencies: tuple[str, ...] = ()
    extras: tuple[tuple[str, tuple[str, ...]], ...] = ()
    requires_python: str = ""
    entry_points: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    version_variable: str = ""
    constrains: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    gui_entry_points: tuple[str, ...] = ()
    abi_partners: tuple[AbiPartner, ...] = ()
    abi3: str = ""
    places: tuple[tuple[str, str], ...] = ()
    undeclared: tuple[tuple[str, str], ...] = ()
    programs_of_extras: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RNeed:
    """A package that DESCRIPTION names, with its bound (`>= 1.2-3`), "" for none."""

    name: str
    bound: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RFacts:
    """An R package: the fields of DESCRIPTION that packaging needs.

    `license_texts` are files of R's own folder share/licenses that hold the licence; `os_type` is
    unix or windows where it works nowhere else. `lacks_configure` tells that configure.ac is there,
    and not the script that is made of it.
    """

    package: str
    depends: tuple[RNeed, ...] = ()
    imports: tuple[RNeed, ...] = ()
    linking_to: tuple[RNeed, ...] = ()
    suggests: tuple[RNeed, ...] = ()
    system_requirements: str = ""
    license_texts: tuple[str, ...] = ()
    os_type: str = ""
    lacks_configure: bool = False


class BuildSystem(StrEnum):
    """How a C or C++ project is built."""

    CMAKE = "cmake"
    MESON = "meson"
    AUTOTOOLS = "autotools"
    MAKE = "make"
    HEADERS = "headers"


VERSION_PARTS = ("MAJOR", "MINOR", "PATCH")
"""What stands in `CFacts.abi` for numbers of the version that are known by name alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CFacts:
    """A C or C++ project.

    `installed` are files that an installation surely has, relative to the prefix; a library
    stands there as `lib/NAME` without its suffix in `libraries`. `places` are the variables
    of a Makefile that say where to install, each with what follows the prefix: `LIBDIR=/lib`.

    `folder` holds the build files, relative to the project, "" for its top; `files` are installed
    ones besides headers. `options` switch off what no package needs (`NAME=OFF` for CMake,
    `name=disabled` for Meson, whole words for configure). `needs_autoreconf`
    tells that there is no `configure` yet, `config_folder` where a copy of config.sub lies ("" for
    none). `abi` is the number in the shared libraries' SONAME, with VERSION_PARTS in it, "" where
    it is not known, and `abi_because` where it is written. `doubts` are for a reviewer.
    """

    build_system: BuildSystem
    can_install: bool = True
    places: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
    provides: tuple[Link, ...] = ()
    folder: str = ""
    files: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    needs_autoreconf: bool = False
    config_folder: str = ""
    abi: str = ""
    abi_because: str = ""
    is_header_only: bool = False
    doubts: tuple[str, ...] = ()


Facts = PythonFacts | RFacts | CFacts
