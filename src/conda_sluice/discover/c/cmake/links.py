"""What a CMake project looks for outside of itself."""

import re
from collections.abc import Iterator, Sequence

from conda_sluice.discover.c.build_facts import surest
from conda_sluice.discover.c.cmake.commands import Command, State
from conda_sluice.discover.c.cmake.syntax import after
from conda_sluice.model.facts import Link, LinkKind
from conda_sluice.model.library_names import package_with

_NO_PACKAGES = frozenset(
    {
        *("threads", "python", "python3", "python2", "pythoninterp", "pythonlibs", "git", "cuda"),
        *("doxygen", "latex", "sphinx", "pkgconfig", "pybind11", "nanobind", "openmp", "ecm"),
        *("cudatoolkit", "perl", "java", "jni", "swig", "cython", "bison", "flex", "gettext"),
        *("clangformat", "clangtools", "valgrind", "codecov", "subversion", "wget"),
        *("unixcommands", "packagehandlestandardargs", "asciidoctor", "pod2man", "mpi"),
        *(
            "numpy",
            "sanitizers",
            "asciidoc",
            "pandoc",
            "help2man",
            "perllibs",
            "hg",
            "bash",
            "iwyu",
        ),
        *("gtest", "gmock", "googletest", "benchmark", "catch2", "catch", "cunit", "cmocka"),
        *("criterion", "check", "doctest", "cppunit", "unittest++", "unity", "ccache", "lcov"),
        *("googlebenchmark", "google-benchmark", "pythonmodules", "openacc", "openmp_cxx"),
    }
)
"""Packages of find_package that are programs, test tools, or come with compiler or language."""
_WRAPPER = re.compile(r"\w+_find_package|find_\w+_package")
"""Names of macros around find_package that are not defined where they are used."""
_FETCH = ("fetchcontent_declare", "cpmaddpackage", "cpmfindpackage", "externalproject_add")
_CHECKS = ("check_include_file", "check_include_files", "check_include_file_cxx")
_OPTION = re.compile(r"(ENABLE|WITH|USE|HAVE|BUILD|REQUIRE)_")
_NAME = re.compile(r"[A-Za-z][\w.+-]*")
_MODULE = re.compile(r"([A-Za-z][\w.+-]*)(?:[<>=]+[\w.]+)?")
_LINKED = re.compile(r"-l([\w.+-]+)|([A-Za-z]\w*::[\w+-]+)|([A-Za-z][\w.+-]*)")
_FIND_MODULE = re.compile(r"(?:.*/)?Find([\w+-]+?)(?:\.cmake)?")
_OF_PKG_CONFIG = frozenset({"REQUIRED", "QUIET", "GLOBAL", "IMPORTED_TARGET", "STATIC_TARGET"})
_PART = re.compile(
    r"(?P<of>X11|OPENGL)_(?P<part>\w+?)_(?:LIB|LIBRARY|LIBRARIES|FOUND|INCLUDE_PATH|INCLUDE_DIR)\b"
    r"|(?P<space>X11|OpenGL)::(?P<target>\w+)"
)
"""How projects speak of the parts of packages that are looked for as one."""
_PARTED = ("X11", "OpenGL")
_PYTHONS = ("python", "python3", "pythonlibs", "numpy")
_FIRST = {"LAPACK": "BLAS", "PNG": "ZLIB"}
"""What CMake's own modules look for before what they are called after."""


def links(state: State) -> tuple[Link, ...]:
    """Return what is looked for outside of the project."""
    made = _made(state.commands)
    found = [(one, link) for one in state.commands for link in _of_one(one, state.demanded, made)]
    found += [(one, link) for one, link in _parts(state.commands)]
    return surest(_without_modules(found))


def _of_one(one: Command, demanded: set[str], made: frozenset[str]) -> Iterator[Link]:
    """Yield what a command looks for; `made` are the targets of the project's own."""
    match one.name, one.arguments:
        case "find_package" | "find_dependency", (name, *words):
            yield from _package(one, name, words, demanded)
        case "include", (module, *_) if found := _FIND_MODULE.fullmatch(module):
            yield from _package(one, found[1], (), demanded) if package_with(found[1]) else ()
        case "pkg_check_modules" | "pkg_search_module", (prefix, *words):
            for module in _modules(words):
                yield _asked(one, LinkKind.PKG_CONFIG, module, demanded, prefix)
        case (("target_link_libraries" | "link_libraries"), words):
            skipped = 1 if one.name == "target_link_libraries" else 0
            yield from _linked(one, words[skipped:], made)
        case name, words if name in _FETCH or _WRAPPER.fullmatch(name):
            yield from (_fetched(one, words) if name in _FETCH else _wrapped(one, words))
        case _:
            yield from _searched(one, demanded)


def _searched(one: Command, demanded: set[str]) -> Iterator[Link]:
    """Yield the library that a command searches for, or the one whose header it does."""
    match one.name, one.arguments:
        case "find_library", (variable, *words) if name := _best(_names(words)):
            name = name if package_with(name) else name.removeprefix("lib")
            yield _asked(one, LinkKind.LIBRARY, name, demanded, variable)
        case "find_path", (variable, *words) if package_with(name := _best(_names(words))):
            yield _asked(one, LinkKind.HEADER, name, demanded, variable)
        case "check_library_exists", (name, _, _, variable, *_) if _NAME.fullmatch(name):
            yield _asked(one, LinkKind.LIBRARY, name, demanded, variable)
        case check, (headers, variable, *_) if check in _CHECKS:
            header = _best(headers.split(";"))
            if package_with(header):
                yield _asked(one, LinkKind.HEADER, header, demanded, variable)
        case _:
            pass


def _package(one: Command, name: str, words: Sequence[str], demanded: set[str]) -> Iterator[Link]:
    if name.lower() in _PYTHONS:
        for part in _parts_of_python(name, words):
            yield _asked(one, LinkKind.CMAKE, f"Python::{part}", demanded, name)
    if name.lower() in _NO_PACKAGES or not _NAME.fullmatch(name):
        return
    names = [one for one in words if package_with(one)] if "NAMES" in words else []
    name = next(iter(names), name)
    for package in (*filter(None, [_FIRST.get(name)]), name):
        yield _asked(one, LinkKind.CMAKE, package, demanded, name)
    whole = package_with(name)
    for part in (word.partition("$")[0].rstrip("0123456789") for word in words):
        if part and package_with(f"{name}::{part}") not in ("", whole):
            yield _asked(one, LinkKind.CMAKE, f"{name}::{part}", demanded, name)


def _parts_of_python(name: str, words: Sequence[str]) -> Iterator[str]:
    """Yield the parts of Python that bindings are compiled with: no interpreter alone."""
    if name.lower() == "pythonlibs" or any(one.startswith("Development") for one in words):
        yield "Development"
    if name == "NumPy" or "NumPy" in words:
        yield "NumPy"


def _modules(words: Sequence[str]) -> Iterator[str]:
    for word in words:
        found = _MODULE.fullmatch(word)
        if found and word not in _OF_PKG_CONFIG:
            yield found[1]


def _names(words: Sequence[str]) -> list[str]:
    """Return the names that find_library or find_path look for."""
    listed = words[words.index("NAMES") + 1 :] if "NAMES" in words else words[:1]
    named = (re.sub(r"\.(?:a|so|dylib)$", "", one) for one in until_keyword(listed))
    return [one for one in named if re.fullmatch(r"[\w.+/-]+", one)]


def _best(names: Sequence[str]) -> str:
    """Return the name of which the package is known, else the first; "" where there is none."""
    return next(filter(package_with, names), names[0] if names else "")


def _asked(one: Command, kind: LinkKind, name: str, demanded: set[str], variable: str) -> Link:
    """Return what is looked for; what a variable alone makes a need was switched on by somebody.

    It is required where the command or the find module around it says so, or where the project
    gives up without it.
    """
    said = {variable, *(f"{case}_FOUND" for case in (variable, variable.upper()))}
    is_required = "REQUIRED" in one.arguments or one.is_demanded or bool(said & demanded)
    is_optional = not is_required or not one.is_certain
    return Link(kind, name, one.file, is_optional, is_required and one.is_switched)


def _linked(one: Command, words: Sequence[str], made: frozenset[str]) -> Iterator[Link]:
    """Yield what is linked to by a name that is known; most others are variables or targets."""
    for word in words:
        found = _LINKED.fullmatch(word)
        if not found or word in made:
            continue
        flag, target, name = found.groups()
        space = (target or "").partition("::")[0].lower()
        if space in _NO_PACKAGES or not package_with(flag or target or name):
            continue
        kind = LinkKind.CMAKE if target else LinkKind.LIBRARY
        yield Link(kind, flag or target or name, one.file, not one.is_certain, one.is_switched)


def _made(commands: Sequence[Command]) -> frozenset[str]:
    """Return the names of targets that the project makes, and of folders that may make some."""
    makers = ("add_library", "add_executable", "add_custom_target")
    made = {one.arguments[0] for one in commands if one.name in makers and one.arguments}
    made |= {
        one.arguments[0].rstrip("/").rpartition("/")[2]
        for one in commands
        if one.name == "add_subdirectory" and one.arguments
    }
    return frozenset(made)


def _fetched(one: Command, words: Sequence[str]) -> Iterator[Link]:
    """Yield what the build would fetch: it has to be there, as a package is built offline."""
    first = words[0] if words else ""
    name = after(one.arguments, "NAME") or first.partition("#")[0].rpartition("/")[2]
    if name.lower() not in _NO_PACKAGES and package_with(name):
        yield Link(LinkKind.CMAKE, name, one.file, is_optional=True)


def _wrapped(one: Command, words: Sequence[str]) -> Iterator[Link]:
    """Yield the package that a macro hands to find_package."""
    found = [word for word in words if re.fullmatch(r"[A-Za-z][\w+-]*", word)]
    package = next((word for word in found if not _OPTION.match(word)), "")
    if package and package.lower() not in _NO_PACKAGES:
        yield Link(LinkKind.CMAKE, package, one.file, is_optional=True)


def _parts(commands: Sequence[Command]) -> Iterator[tuple[Command, Link]]:
    """Yield the parts of X11 and OpenGL that are spoken of, where these are looked for."""
    asked = [
        one.arguments[0]
        for one in commands
        if one.name == "find_package" and one.arguments[:1] and one.arguments[0] in _PARTED
    ]
    for one in commands if asked else ():
        for word in one.arguments:
            for found in _PART.finditer(word) if "11" in word or "GL" in word else ():
                whole = (found["of"] or found["space"]).lower()
                name = f"{whole}::{found['part'] or found['target']}"
                if package_with(name):
                    yield one, Link(LinkKind.CMAKE, name, one.file, is_optional=True)


def _without_modules(found: Sequence[tuple[Command, Link]]) -> Iterator[Link]:
    """Yield links; where a find module tells what a package is, it is no unknown one.

    Of the libraries that the module of a package looks for itself, the first known one is that
    package; in that of a known package they only are where it lies.
    """
    told: dict[str, str] = {}
    for one, link in found:
        if one.module and package_with(link.name):
            told.setdefault(one.module, link.name)
    for one, link in found:
        is_own = link.kind in (LinkKind.LIBRARY, LinkKind.HEADER)
        whole, package = package_with(one.module), package_with(link.name)
        if one.module and is_own and (whole or told.get(one.module) != link.name):
            continue
        if whole and whole == package and link.name != one.module:
            continue
        if not package and link.name in told:
            continue
        yield link


def until_keyword(arguments: Sequence[str]) -> Iterator[str]:
    """Yield arguments up to the first that is a keyword."""
    for argument in arguments:
        if argument.isupper() and argument.isalpha() and len(argument) > 1:
            return
        yield from argument.split(";")
