"""Macros of a project's own: where aclocal finds them, and what stands where they are called."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from conda_sluice.discover.c.autotools.m4 import (
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
_RUN_ACLOCAL = ("autogen.sh", "bootstrap", "buildconf", "buildconf.sh")
_RUNS = re.compile(r"\b(?:aclocal|autoreconf)\b[^\n]*")
_FLAG = re.compile(r"-I\s*([\w.][\w./-]*)")
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
    files = dict.fromkeys((root / "acinclude.m4", *_included_by("acinclude.m4", root)))
    for folder in _folders_of_macros(content, root):
        files |= dict.fromkeys(sorted((root / folder).glob("*.m4")))
    files |= dict.fromkeys((*_included_by("aclocal.m4", root), root / "aclocal.m4"))
    own = (one for one in files if not one.is_symlink())  # what is linked is of some tool
    yield from (read_text(one, root) for one in islice(own, _MOST_FILES))


def _folders_of_macros(content: str, root: Path) -> Iterator[str]:
    """Yield the folders that configure.ac, Makefile.am and the scripts that run aclocal name."""
    said = " ".join(_FOLDERS.findall(content))
    scripts = " ".join(read_text(root / one, root) for one in _RUN_ACLOCAL)
    flags = (*_OF_ACLOCAL.findall(read_text(root / "Makefile.am", root)), *_RUNS.findall(scripts))
    named = (*re.sub(r"[\[\],]", " ", said).split(), *_FLAG.findall(" ".join(flags)))
    for folder in dict.fromkeys((*named, *_USUAL_FOLDERS)):
        if ".." not in folder and not folder.startswith("/"):
            yield folder


def _included_by(name: str, root: Path) -> Iterator[Path]:
    """Yield the files that a file of macros includes, in whatever folder they are."""
    for said in _INCLUDED.findall(read_text(root / name, root)):
        path = said.strip("[] ")
        if re.fullmatch(r"[\w./+-]+", path) and ".." not in path and not path.startswith("/"):
            yield root / path


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
