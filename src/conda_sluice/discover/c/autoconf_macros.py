"""Macros of a project's own: where aclocal finds them, and what stands where they are called."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from conda_sluice.discover.c.m4 import (
    Definitions,
    read_definitions,
    split_places,
    substituted,
    unquoted,
    without_comments,
    without_definitions,
)
from conda_sluice.discover.reading import read_text

_INCLUDED = re.compile(r"^[ \t]*(?:m4_)?s?include\(([^)\n]*)\)", re.MULTILINE)
_FOLDERS = re.compile(r"\bAC_CONFIG_MACRO_DIRS?\(([^)]*)\)")
_OF_ACLOCAL = re.compile(r"^ACLOCAL_AMFLAGS\s*\+?=(.*)$", re.MULTILINE)
_USUAL_FOLDERS = ("m4", "config", "macros", "build-aux", "autoconf")
_WORD = re.compile(r"(?<![\w$\"'-])_?[A-Za-z]\w{3,}(?![\w=])")
_OF_TOOLS = re.compile(
    r"_?(?:LT|m4|AS|AH|AU|gl|gt|GL|PKG|GTK_DOC|IT|GLIB|GNOME|XORG|XTRANS|PTX|SYSTEMD)_"
    r"|_?AM_(?!(?:PATH|CHECK|FIND|WITH|OPT|LIB)_)|AM_PATH_(?:PYTHON|LISPDIR)"
    r"|_?AC_(?:LIB|LTDL|LIBTOOL|DEPLIBS|ENABLE|DISABLE|LANG|COMPILER)_|AC_PROG_(?!.*LIB)"
    r"|AX_(?:BLAS|LAPACK|BOOST_BASE|PTHREAD|WITH_CURSES|LIB_HDF5|IS_RELEASE|CODE_COVERAGE)"
)
"""Macros whose meaning is known, or that look for no library whatever stands in them."""
_CALLED = re.compile(
    r"^[ \t]*([A-Z][A-Z0-9]*_[A-Z0-9_]*(?:CHECK|CHK|FIND|PACKAGE|REQUIRE|LIBRARY|WITH)[A-Z0-9_]*)"
    r"[ \t]*(?:\(|$)",
    re.MULTILINE,
)
_ARCHIVED = re.compile(r"(?<![\w$\"{])AX_[A-Z0-9_]+\b(?=[(\s\])])")
_OF_AUTOCONF = re.compile(
    r"AC_(?:ARG|CACHE|CHECK|F77|FC|MSG|PROG|REQUIRE)_|AC_REQUIRE\w*$|AC_HAVE_LIBRARY$"
)
_ASKS = re.compile(r"\b[A-Z]+_\w+\(|\b[A-Z]{2,}_\w+\s*$|pkg-config|-l\w", re.MULTILINE)
"""What is found in macros that do more than to stand for a plain text."""
_DEEPEST = 6
_LONGEST = 400_000
"""Characters of a configure.ac with all in it that its own macros stand for."""
_MOST_FILES = 600
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Expanded:
    """A configure.ac without comments, what its own macros stand for after each call.

    `unknown` are macros that neither the project nor its usual tools define, `archived` those of
    them that are called as macros of autoconf-archive are.
    """

    text: str
    unknown: frozenset[str] = frozenset()
    archived: frozenset[str] = frozenset()


def expanded(content: str, root: Path) -> Expanded:
    """Put what a project's own macros stand for into its configure.ac."""
    whole = _with_includes(content, root, _DEEPEST)
    plain = without_definitions(whole)
    definitions = read_definitions([whole, *_files_of_macros(whole, root)])
    called = set(_CALLED.findall(plain)) - set(definitions.places)
    unknown = (one for one in called if not _OF_AUTOCONF.match(one) and not _OF_TOOLS.match(one))
    archived = frozenset(_ARCHIVED.findall(plain)) - set(definitions.places)
    return Expanded(_Expansion(definitions).of(plain, ()), frozenset(unknown), archived)


def _with_includes(content: str, root: Path, depth: int) -> str:
    """Put the files in that m4_include names: versions often stand there."""

    def included(found: re.Match[str]) -> str:
        name = found[1].strip("[] ")
        is_plain = re.fullmatch(r"[\w./+-]+", name) and ".." not in name and depth
        return _with_includes(read_text(root / name, root), root, depth - 1) if is_plain else ""

    return _INCLUDED.sub(included, without_comments(content))


def _files_of_macros(content: str, root: Path) -> Iterator[str]:
    """Yield the texts that aclocal would look for macros in, and what it has put together.

    They are read with their comments: the macros that are called are few.
    """
    yield read_text(root / "acinclude.m4", root)
    said = " ".join(_FOLDERS.findall(content)).replace(",", " ")
    flags = " ".join(_OF_ACLOCAL.findall(read_text(root / "Makefile.am", root)))
    named = (*re.sub(r"[\[\]]", " ", said).split(), *re.findall(r"-I\s*([\w./-]+)", flags))
    folders = dict.fromkeys(one.removeprefix("./").rstrip("/") for one in (*named, *_USUAL_FOLDERS))
    read = 0
    for folder in folders:
        if ".." in folder or folder.startswith("/"):
            continue
        for file in sorted((root / folder).glob("*.m4")):
            read += 1
            if read < _MOST_FILES and file.is_file():
                yield read_text(file, root)
    yield read_text(root / "aclocal.m4", root)


class _Expansion:
    """Puts what macros stand for after their calls, as long as the text stays readable."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions
        self._own = {one for one in definitions.places if not _OF_TOOLS.match(one)}
        self._left = _LONGEST

    def of(self, content: str, inside: tuple[str, ...]) -> str:
        """Return `content` with its own macros; none within itself, `inside` are around it."""
        parts, at = list[str](), 0
        for found in _WORD.finditer(content):
            name = found[0]
            if name not in self._own or name in inside or found.start() < at or self._left < 0:
                continue
            arguments, end = list[str](), found.end()
            if content[end : end + 1] == "(":
                places = split_places(content, end + 1)
                arguments = [unquoted(content[one:other]) for one, other in places]
                end = places[-1][1] + 1 if places else end
            body = substituted(self._definitions.body(name), arguments)
            if not _ASKS.search(body):
                continue
            self._left -= len(body)
            parts += (content[at : found.start()], _call(name, arguments), "\n")
            if len(inside) < _DEEPEST:
                parts += (self.of(body, (*inside, name)), "\n")
            at = end
        return "".join((*parts, content[at:]))


def _call(name: str, arguments: list[str]) -> str:
    """Return a call that still tells what a macro is for, and has no other one in it."""
    first = arguments[0] if arguments else ""
    is_name = re.fullmatch(r"[\w.+-]+", first) and len(first) < _LONGEST_NAME
    return f"{name}([{first}])" if is_name else name
