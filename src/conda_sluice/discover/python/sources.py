"""Sources of extension modules in a tree, and the languages that they are written in."""

import re
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from conda_sluice.discover.reading import matching, read_text, walk

LANGUAGE_OF = {
    **dict.fromkeys((".c", ".pyx"), "c"),
    **dict.fromkeys((".cc", ".cpp", ".cxx", ".c++", ".mm"), "cxx"),
    **dict.fromkeys((".f", ".f77", ".f90", ".f95", ".f03", ".f08", ".for", ".pyf"), "fortran"),
    ".rs": "rust",
}
"""Suffixes of sources; a Cython file becomes C where it does not say C++."""

_NOT_BUILT = frozenset(
    {
        *("tests", "test", "testing", "docs", "doc", "examples", "example", "benchmarks"),
        *("bench", "benchmark", "fuzz", "fuzzing", "demo", "demos"),
    }
)
_ORDER = ("c", "cxx", "fortran", "rust")
_MOST_FILES = 20
_HEAD = 3000
"""Characters within which a Cython file has its `# distutils:` lines."""


def sources_below(root: Path) -> tuple[str, ...]:
    """Return the sources in the tree that are not those of tests and examples."""
    found = (path.relative_to(root) for path in walk(root) if path.suffix.lower() in LANGUAGE_OF)
    return tuple(path.as_posix() for path in found if not _NOT_BUILT & set(path.parts))


def languages_of(root: Path, sources: Iterable[str]) -> tuple[str, ...]:
    """Return the languages of sources, which may be globs, as they are declared."""
    found: set[str] = set()
    for source in sources:
        found |= {_language(root, one) for one in _files(root, source)}
    return ordered(found)


def _files(root: Path, source: str) -> tuple[str, ...]:
    """Return the files that a source means, which may be a glob."""
    return matching(root, [source])[:_MOST_FILES] if "*" in source else (source,)


def _language(root: Path, source: str) -> str:
    suffix = PurePosixPath(source).suffix.lower()
    if suffix == ".pyx":
        said = _directives(root, source, "language")
        return "cxx" if "c++" in said else "c"
    if suffix == ".py":
        return "c"  # compiled by Cython or mypyc
    return LANGUAGE_OF.get(suffix, "")


def cython_libraries(root: Path, sources: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return the libraries of `# distutils: libraries = …` lines, with the file of each.

    Cython reads those of the declarations that a source takes in as well; they lie beside it.
    """
    pyx = [file for one in sources if one.endswith(".pyx") for file in _files(root, one)]
    beside = dict.fromkeys((PurePosixPath(one).parent / "*.pxd").as_posix() for one in pyx)
    files = (*pyx, *(file for one in beside for file in _files(root, one)))
    return tuple(
        (name, one) for one in files for name in _directives(root, one, "libraries").split()
    )


def _directives(root: Path, source: str, key: str) -> str:
    if ".." in PurePosixPath(source).parts or source.startswith("/"):
        return ""
    head = read_text(root / source, root)[:_HEAD]
    found = re.search(rf"^#\s*distutils:\s*{key}\s*=\s*(.+)$", head, re.MULTILINE)
    return found[1] if found else ""


def ordered(languages: Iterable[str]) -> tuple[str, ...]:
    """Return each language once; what is C++, Fortran or Rust needs the C compiler as well."""
    found = {one for one in languages if one}
    return tuple(one for one in _ORDER if one in found or (one == "c" and found))
