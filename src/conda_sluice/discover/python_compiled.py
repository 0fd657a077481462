"""Whether a Python project compiles anything, in which languages, against which C libraries."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from packaging.utils import canonicalize_name

from conda_sluice.discover.cmake import CMakeFacts, read_cmake
from conda_sluice.discover.reading import Table, read_text, table, text, texts, walk
from conda_sluice.discover.setup_py import SetupPy
from conda_sluice.model.facts import CompileFacts, Link, LinkKind

LANGUAGE_OF = {
    ".c": "c",
    ".pyx": "c",
    ".cc": "cxx",
    ".cpp": "cxx",
    ".cxx": "cxx",
    ".f": "fortran",
    ".f90": "fortran",
    ".for": "fortran",
    ".f95": "fortran",
    ".rs": "rust",
}
"""Suffixes of sources; a Cython file becomes C where it does not say C++."""

_GENERATORS = {"pybind11": "cxx", "nanobind": "cxx", "cffi": "c", "cython": "c", "mypy": "c"}
_NOT_BUILT = frozenset(
    {"tests", "test", "docs", "doc", "examples", "example", "benchmarks", "bench"}
)
_ORDER = ("c", "cxx", "fortran", "rust")


@dataclass(frozen=True, slots=True)
class Compiled:
    """What is compiled, and the words that say why."""

    facts: CompileFacts
    because: str


def find_compiled(root: Path, pyproject: Table, setup: SetupPy, backend: str) -> Compiled | None:
    """Return what has to be compiled, None for a project of Python alone."""
    match backend:
        case "mesonpy":
            return _meson(root)
        case "scikit_build_core.build" | "scikit_build_core.setuptools.build_meta":
            return _cmake(root, "pyproject.toml names scikit-build-core")
        case "maturin":
            facts = CompileFacts(languages=("c", "rust"), tools=())
            return Compiled(facts, "pyproject.toml names maturin")
        case _:
            return _setuptools(root, pyproject, setup) or _by_sources(root, pyproject)


def _meson(root: Path) -> Compiled | None:
    content = read_text(root / "meson.build", root)
    said = re.search(r"project\s*\((.*?)\)", content, re.DOTALL)
    before = said[1].split(":")[0] if said else ""  # positional arguments come first
    words = re.findall(r"'([\w+-]+)'", before)[1:]
    names = {"c": "c", "cpp": "cxx", "fortran": "fortran", "rust": "rust", "cython": "c"}
    languages = _ordered(names[word] for word in words if word in names)
    if not languages:
        return None
    links = tuple(
        Link(LinkKind.PKG_CONFIG, name, "meson.build")
        for name in dict.fromkeys(re.findall(r"\bdependency\s*\(\s*'([\w.+-]+)'", content))
        if name not in ("python", "python3", "threads", "openmp", "numpy", "pybind11")
    )
    tools = ("ninja", "pkg-config") if links else ("ninja",)
    return Compiled(
        CompileFacts(languages=languages, tools=tools, links=links), "meson.build compiles"
    )


def _cmake(root: Path, because: str) -> Compiled:
    cmake: CMakeFacts = read_cmake(root)
    facts = CompileFacts(
        languages=cmake.languages or ("c", "cxx"), tools=("cmake", "ninja"), links=cmake.links
    )
    return Compiled(facts, because)


def _setuptools(root: Path, pyproject: Table, setup: SetupPy) -> Compiled | None:
    declared = table(pyproject, "tool", "setuptools").get("ext-modules")
    tables = (
        [one for one in declared if isinstance(one, dict)] if isinstance(declared, list) else []
    )
    if tables:
        because = "pyproject.toml declares ext-modules"
    elif setup.extensions:
        because = f"setup.py declares {setup.extensions[0].kind}"
    else:
        wanted = ("ext_modules", "cffi_modules", "rust_extensions", "cmake_source_dir")
        keyword = next((one for one in wanted if one in setup.keywords), "")
        if not keyword or setup.has_optional_extensions:
            return None
        because = f"setup.py declares {keyword}"
    sources = [one for entry in tables for one in texts(entry, "sources")]
    sources += [one for extension in setup.extensions for one in extension.sources]
    known = _languages(root, sources) + _spoken(setup, tables)
    looked_for = _sources_below(root) if setup.looks_for_files or not known else ()
    languages = _ordered(known + _languages(root, looked_for)) or ("c",)
    links = _links(setup, tables)
    tools = ("cmake", "ninja") if any("CMake" in one.kind for one in setup.extensions) else ()
    return Compiled(CompileFacts(languages=languages, tools=tools, links=links), because)


def _spoken(setup: SetupPy, tables: Sequence[Table]) -> tuple[str, ...]:
    """Return the languages that declarations name outright."""
    said = [one.language for one in setup.extensions] + [text(one, "language") for one in tables]
    kinds = " ".join(one.kind for one in setup.extensions)
    rust = ("c", "rust") if "Rust" in kinds or "rust_extensions" in setup.keywords else ()
    cxx = ("cxx",) if "c++" in said or "Pybind11" in kinds or "CMake" in kinds else ()
    return (*rust, *cxx)


def _links(setup: SetupPy, tables: Sequence[Table]) -> tuple[Link, ...]:
    from_setup = [(name, "setup.py") for one in setup.extensions for name in one.libraries]
    from_tables = [(name, "pyproject.toml") for one in tables for name in texts(one, "libraries")]
    pairs = dict.fromkeys((*from_setup, *from_tables))
    return tuple(Link(LinkKind.LIBRARY, name, place) for name, place in pairs)


def _by_sources(root: Path, pyproject: Table) -> Compiled | None:
    """Believe in compiling where a generator of extensions is asked for and has its sources."""
    requires = texts(table(pyproject, "build-system"), "requires")
    names = [canonicalize_name(re.split(r"[\s\[<>=!~;(]", one, maxsplit=1)[0]) for one in requires]
    generator = next((one for one in names if one in _GENERATORS), "")
    sources = _sources_below(root) if generator else ()
    if not sources:
        return None
    languages = _ordered((*_languages(root, sources), _GENERATORS[generator]))
    because = f"pyproject.toml asks for {generator} and {sources[0]} is there"
    return Compiled(CompileFacts(languages=languages), because)


def _sources_below(root: Path) -> tuple[str, ...]:
    found = (path.relative_to(root) for path in walk(root) if path.suffix.lower() in LANGUAGE_OF)
    return tuple(path.as_posix() for path in found if not _NOT_BUILT & set(path.parts))


def _languages(root: Path, sources: Iterable[str]) -> tuple[str, ...]:
    return _ordered(_language(root, source) for source in sources)


def _language(root: Path, source: str) -> str:
    suffix = PurePosixPath(source).suffix.lower()
    if suffix == ".pyx" and ".." not in source and not source.startswith("/"):
        head = read_text(root / source, root)[:2000]
        return "cxx" if re.search(r"#\s*distutils:\s*language\s*=\s*c\+\+", head) else "c"
    return LANGUAGE_OF.get(suffix, "")


def _ordered(languages: Iterable[str]) -> tuple[str, ...]:
    """Return each language once; what is C++, Fortran or Rust needs the C compiler as well."""
    found = {one for one in languages if one}
    return tuple(one for one in _ORDER if one in found or (one == "c" and found))
