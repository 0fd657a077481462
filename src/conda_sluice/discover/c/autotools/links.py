"""The libraries that configure.ac looks for, by macro, by option and by name."""

import re
from collections.abc import Iterator, Sequence

from conda_sluice.discover.c.autotools.configure import Configure, MacroCall
from conda_sluice.discover.c.autotools.script import modules_of
from conda_sluice.discover.c.build_facts import surest
from conda_sluice.model.facts import Link, LinkKind
from conda_sluice.model.library_headers import STANDARD_HEADERS
from conda_sluice.model.library_names import package_with

_LIBRARY_OF = {
    "AM_PATH_GLIB_2_0": (LinkKind.PKG_CONFIG, "glib-2.0"),
    "AX_BLAS": (LinkKind.LIBRARY, "blas"),
    "AX_BOOST_BASE": (LinkKind.CMAKE, "boost"),
    "AX_CHECK_OPENSSL": (LinkKind.LIBRARY, "ssl"),
    "AX_CHECK_ZLIB": (LinkKind.LIBRARY, "z"),
    "AX_LAPACK": (LinkKind.LIBRARY, "lapack"),
    "AX_LIB_CURL": (LinkKind.LIBRARY, "curl"),
    "AX_LIB_EXPAT": (LinkKind.LIBRARY, "expat"),
    "AX_LIB_HDF5": (LinkKind.LIBRARY, "hdf5"),
    "AX_LIB_READLINE": (LinkKind.LIBRARY, "readline"),
    "AX_LIB_SQLITE3": (LinkKind.LIBRARY, "sqlite3"),
    "AX_PATH_GSL": (LinkKind.LIBRARY, "gsl"),
    "AX_PATH_XML2": (LinkKind.LIBRARY, "xml2"),
    "AX_WITH_CURSES": (LinkKind.LIBRARY, "ncurses"),
    "AM_PATH_XML2": (LinkKind.LIBRARY, "xml2"),
    "XORG_MACROS_VERSION": (LinkKind.PKG_CONFIG, "xorg-macros"),
    "gl_LIBUNISTRING": (LinkKind.LIBRARY, "unistring"),
}
_OF_A_PATH = r"[-_](?:include|lib|dir|prefix|path|build|root|home)(?:s|rar(?:y|ies)|dir)?$"
"""What the names of options end in that say where a library is."""
_OF_A_PROGRAM = re.compile(
    r"--(?:with|enable)-[\w-]+(?:@<:@|\[+)?=\W*(?:PROG|COMMAND|CMD|FILE)", re.IGNORECASE
)
"""Help of options for a program that is run, not for a library."""
_OF_MODULES = re.compile("PKG_(?:CHECK_(?:MODULES(?:_STATIC)?|MOD_VERSION)|(?:HAVE_)?WITH_MODULES)")
_PROGRAM = re.compile("AC_(?:CHECK|PATH)_(?:PROGS?|TOOLS?)")
_FAILS = re.compile("AC_MSG_(?:ERROR|FAILURE)")
_DECIDES = re.compile(r"\b(?:AS_IF|AS_CASE|if|case|ifelse|m4_if\w*|AM_COND_IF)\b|&&")
_ONLY_TESTS = frozenset({"check", "cunit", "cmocka", "cppunit", "gtest", "gmock", "criterion"})
_COPY = re.compile(r"(?:(?P<own>included|internal|bundled)|installed|system)-(?P<name>[\w.+-]+)")
"""Options for a library of its own that a project carries, or for the one that is there."""
_NEVER_COPIED = frozenset({"gettext", "intl", "ltdl", "regex"})
_OWN_MACRO = re.compile(
    r"(?:[A-Z0-9]+_)+(?:CHECK|CHK|FIND|LIB|PATH|REQUIRE)_(?:LIB_|PKG_|PACKAGE_)?(\w+?)(?:_LIBS?)?"
)
"""Names of macros, many of them the project's own, that end in the library they look for."""


def links_of_configure(configure: Configure, *, dead: bool = False) -> tuple[Link, ...]:
    """Return the libraries that configure looks for, and those that it is told not to carry.

    `dead` asks for those instead that it looks for where something off by default is on.
    """
    found = [
        link
        for one in configure.calls
        if one.is_dead is dead
        for link in (
            *_links_of(one, configure.file),
            *_asked_by_programs(one, configure.file),
            *_named_links(one, configure),
        )
    ]
    taken = (Link(LinkKind.SYSTEM, name, configure.file) for name in _copies(configure).values())
    return surest((*found, *taken))


def options_against_copies(configure: Configure) -> tuple[str, ...]:
    """Return the options with which configure takes libraries as packages, not its own copies."""
    return tuple(_copies(configure))


def _copies(configure: Configure) -> dict[str, str]:
    """Return the libraries that a project carries a copy of, by the option that takes none."""
    found = {}
    for one in configure.named("AC_ARG_WITH"):
        said = _COPY.fullmatch(one.arguments[0]) if one.arguments else None
        name = said["name"] if said else ""
        if said and name not in _NEVER_COPIED and package_with(name):
            found[f"--{'without' if said['own'] else 'with'}-{said[0]}"] = name
    return found


def _links_of(one: MacroCall, file: str) -> Iterator[Link]:
    arguments = (*one.arguments, "", "", "", "")
    match one.name:
        case name if _OF_MODULES.fullmatch(name):
            goes_on = bool(arguments[3]) and not _fails(arguments[3])
            # PKG_WITH_MODULES makes an option, which looks for them where it is not given
            is_optional = goes_on or not one.is_certain or "WITH" in name
            for word in re.split(r"[\s,\[\]]+", re.sub(r"[<>=]+\s*[^\s\]]+", " ", arguments[1])):
                if re.fullmatch(r"[A-Za-z][\w.+-]*", word) and word.lower() not in _ONLY_TESTS:
                    is_perhaps = is_optional or word in one.perhaps
                    yield Link(LinkKind.PKG_CONFIG, word, file, is_perhaps)
        case "AC_CHECK_LIB" | "AC_HAVE_LIBRARY":
            yield from _linked(arguments[0].split(), file, is_optional=not _fails(arguments[3]))
        case "AC_SEARCH_LIBS" | "AC_LIB_HAVE_LINKFLAGS" | "AC_LIB_LINKFLAGS":
            words = arguments[1] if one.name == "AC_SEARCH_LIBS" else arguments[0]
            yield from _linked(words.split()[:1], file, is_optional=not _fails(arguments[3]))
        case name if name in _LIBRARY_OF:
            kind, library = _LIBRARY_OF[name]
            yield Link(kind, library, file, not one.is_certain)
        case _:
            pass


def _linked(names: Sequence[str], file: str, *, is_optional: bool) -> Iterator[Link]:
    for name in names:
        if re.fullmatch(r"[\w.+-]+", name) and name.lower() not in _ONLY_TESTS:
            yield Link(LinkKind.LIBRARY, name, file, is_optional)


def _fails(action: str) -> bool:
    """Tell whether configure ends there, and no condition decides about it."""
    found = _FAILS.search(action)
    return found is not None and not _DECIDES.search(action, 0, found.start())


def _asked_by_programs(one: MacroCall, file: str) -> Iterator[Link]:
    """Yield the libraries that pkg-config, or a program of their own (`gsl-config`), is run for."""
    match one.name:
        case "PKG_CHECK_EXISTS" | "pkg-config":
            kind, said = LinkKind.PKG_CONFIG, " ".join(one.arguments[:1])
            names = modules_of(said)
        case name if _PROGRAM.fullmatch(name):
            kind, said = LinkKind.SYSTEM, " ".join(one.arguments[1:2])
            names = [word[:-7] for word in said.split() if word.endswith("-config")]
        case _:
            return
    yield from (Link(kind, name, file, is_optional=True) for name in names if package_with(name))


def _of_header(header: str, file: str, *, is_optional: bool) -> Link:
    """Return the library that has a header, by the header's name where that is known."""
    if package_with(header):
        return Link(LinkKind.HEADER, header, file, is_optional=is_optional)
    name = header.rpartition("/")[2].removesuffix(".h")
    return Link(LinkKind.SYSTEM, name, file, is_optional=is_optional)


def _named_links(one: MacroCall, configure: Configure) -> Iterator[Link]:
    """Yield libraries by the names of options that are on, of headers and of macros.

    Only what is known as a library's name tells anything: the others are dropped later.
    """
    first = one.arguments[0] if one.arguments else ""
    match one.name:
        case "AC_ARG_WITH" | "AC_ARG_ENABLE":
            name = re.sub(_OF_A_PATH, "", first)
            said = re.sub(r"[\[\]]", "", "".join(one.arguments[1:2]))
            if configure.is_on(one, name) and not _OF_A_PROGRAM.search(said):
                yield Link(LinkKind.SYSTEM, name, configure.file, is_optional=True)
        case "AC_CHECK_HEADER" | "AC_CHECK_HEADERS" if _FAILS.search(" ".join(one.arguments[1:])):
            yield from (
                _of_header(header, configure.file, is_optional=not one.is_certain)
                for header in first.split()
                if header.removesuffix(".h") not in STANDARD_HEADERS
            )
        case name if found := _OWN_MACRO.fullmatch(name):
            for word in {found[1].lower(), first.lower()} - _ONLY_TESTS:
                is_of_it = word == found[1].lower() or found[1] in (
                    "PACKAGE",
                    "PKG",
                    "LIBRARY",
                    "GENERIC",
                )
                if is_of_it and package_with(word):
                    yield Link(LinkKind.SYSTEM, word, configure.file, is_optional=True)
        case _:
            pass
