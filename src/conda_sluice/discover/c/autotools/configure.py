"""Reads configure.ac: the macros that it calls, their arguments, and what decides about them."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from conda_sluice.discover.c.autotools.blocks import Blocks, read_blocks
from conda_sluice.discover.c.autotools.m4 import split_arguments
from conda_sluice.discover.c.autotools.macros import Expanded, expanded
from conda_sluice.discover.c.autotools.options import options_off, variable_of
from conda_sluice.discover.c.autotools.script import asked_of_pkg_config
from conda_sluice.discover.reading import read_text

_DEFINES = re.compile(r"\b(?:m4_define(?:_default)?|define|AC_DEFUN)\(")
_SUBST = re.compile(r"\bAC_SUBST\(")
_CALL = re.compile(
    r"\b(A[CMXST]_\w+|PKG_\w+|LT_\w+|m4_\w+|define|gl_\w+|GLIB_\w+|IT_\w+"
    r"|XIPH_PATH_\w+|XORG_\w+|(?<!\$)[A-Z][A-Z0-9]*_(?:CHECK|CHK|FIND|REQUIRE)_\w+(?=[ \t]*[(\n]))"
)
_ASSIGNED = re.compile(
    r"[\n;\[)][ \t]*(?P<name>[A-Za-z_]\w*)(?P<more>\+?)="
    r"(?P<value>\"(?:[^\"\n`]*|[\w.+<>=\s${}-]{0,500})\"|'[^'\n]*'|[^\s;`\])]*)"
)
_APPENDED = re.compile(
    r"\bAS_VAR_APPEND(?P<more>\()\[?(?P<name>\w+)\]?,(?P<value>[^()]*)\)", re.MULTILINE
)
_LOOP = re.compile(r"^[ \t]*for[ \t]+(\w+)[ \t]+in[ \t]+([^\n;`*]{1,500})", re.MULTILINE)
_ASKS = re.compile(
    r"(?!AC_CHECK_(?:FUNC|SIZEOF|TYPE|MEMBER|DECL|ALIGN))[A-Z0-9]+_(?:CHECK|CHK|FIND)_"
    r"|PKG_CHECK|AC_ARG_|AC_CHECK_HEADER|AC_CHECK_LIB|XIPH_PATH|AC_SEARCH|AX_|AM_PATH|AC_LIB_|gl_LIB|AC_PROG|AM_PROG|A[CM]_INIT"
    r"|PKG_(?:HAVE_)?WITH|AC_HAVE_LIBRARY|AC_CONFIG_(?:SUBDIRS|AUX_DIR)|AC_PATH_(?:PROG|TOOL)"
)
_NAME = re.compile(r"\b[A-Za-z_]\w*\b(?!\()")
_USED = re.compile(r"\$\{?(\w+)\}?")
_PLAIN = re.compile(r"[\w.\[\]\s+-]*")
_JOINED = re.compile(r"m4_(?:join|JOIN)\(\[?(.)\]?,([^()]*)\)")
_OF_COMPILERS = re.compile(r"(?:LIBS|FLAGS)$")
_LONGEST = 500
"""No version and no list of modules is so long."""


@dataclass(frozen=True, slots=True)
class MacroCall:
    """A macro with its arguments, quotes taken off.

    `is_certain` where no shell condition or other macro stands around it; `is_dead` where an
    option that is off by default does. `perhaps` are words that variables in its arguments have
    on conditions.
    """

    name: str
    arguments: tuple[str, ...]
    is_certain: bool
    is_dead: bool
    perhaps: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Variables:
    """Shell variables that are set to plain text; `perhaps` are words added on conditions."""

    texts: Mapping[str, str]
    perhaps: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Configure:
    """What configure.ac calls, in order, and the variables that it sets to plain text.

    `macros` tells of which macros nothing in the project says what they are.
    """

    file: str
    calls: tuple[MacroCall, ...]
    variables: Mapping[str, str]
    macros: Expanded
    off: frozenset[str] = frozenset()

    def is_on(self, option: MacroCall, name: str = "") -> bool:
        """Tell whether an AC_ARG_WITH or AC_ARG_ENABLE is for something that is on by default.

        `name` is what it is for, where the option itself says where that is (`gmp-prefix`).
        """
        names = (*option.arguments[:1], *([name] if name else ()))
        return bool(names) and not any(variable_of(option.name, one) in self.off for one in names)

    def named(self, *names: str) -> Iterator[MacroCall]:
        """Yield the calls of macros of these names that an option does not switch off."""
        return (one for one in self.calls if one.name in names and not one.is_dead)


def read_configure(root: Path) -> Configure | None:
    """Read configure.ac (or configure.in) at `root`, None where there is none."""
    for name in ("configure.ac", "configure.in"):
        content = read_text(root / name, root)
        if content and "AC_INIT" in content:
            return _parse(name, expanded(content, root))
    return None


def _parse(file: str, said: Expanded) -> Configure:
    plain = said.text
    blocks = read_blocks(plain)
    off = options_off(blocks)
    is_off = cache(off.is_off)
    macros, variables = _definitions(plain), _variables(plain, blocks, is_off)
    calls = []
    for found in _CALL.finditer(plain):
        name, arguments, around = found[1], tuple[str, ...](), tuple[str, ...]()
        if _ASKS.match(name):  # of all others the name is enough, and much faster
            if plain[found.end() : found.end() + 1] == "(":
                arguments = split_arguments(plain, found.end() + 1)
            around = blocks.around(found.start())
        is_dead = any(is_off(condition) for condition in around)
        words = arguments[:1] if name.startswith("AC_ARG_") else arguments  # what follows is code
        texts = tuple(_filled(one, macros, variables.texts) for one in words)
        texts += arguments[len(words) :]
        perhaps = variables.perhaps - set(" ".join(arguments).split())
        calls.append(MacroCall(name, texts, not around, is_dead, perhaps))
    for place, names in asked_of_pkg_config(plain):
        is_dead = any(is_off(condition) for condition in blocks.around(place))
        calls.append(MacroCall("pkg-config", (" ".join(names),), is_certain=False, is_dead=is_dead))
    return Configure(file, tuple(calls), variables.texts, said, off.names)


def _definitions(content: str) -> Mapping[str, str]:
    """Return the plain macros that m4_define and the like give a text to."""
    found: dict[str, str] = {}
    for one in _DEFINES.finditer(content):
        arguments = split_arguments(content, one.end())
        if len(arguments) > 1:
            found.setdefault(arguments[0], arguments[1])
    return found


def _variables(content: str, blocks: Blocks, is_off: Callable[[str], bool]) -> Variables:
    found: dict[str, str] = {}
    perhaps = set[str]()
    for one in (*_ASSIGNED.finditer(content), *_APPENDED.finditer(content)):
        name, value = one["name"], one["value"].strip("\"' []")
        if len(value) > _LONGEST or _OF_COMPILERS.search(name):
            continue
        more = re.sub(rf"\$\{{?{name}\b\}}?", "", value)
        if one["more"] or (more != value and more.strip()):  # a list that grows
            around = blocks.around(one.start())
            if any(is_off(condition) for condition in around):
                continue
            perhaps.update(more.split() if around else ())
            found[name] = f"{found.get(name, '')} {more}"[:_LONGEST]
        elif not found.get(name):
            found[name] = value
    for loop in _LOOP.finditer(content):
        found.setdefault(loop[1], loop[2].strip())
    for subst in _SUBST.finditer(content):
        arguments = split_arguments(content, subst.end())
        if len(arguments) > 1:
            found.setdefault(arguments[0], arguments[1].strip("\"'"))
    return Variables(found, frozenset(perhaps))


def _filled(text: str, macros: Mapping[str, str], variables: Mapping[str, str]) -> str:
    """Put macros and shell variables in, as far as they are plain; esyscmd stays as it is."""
    if len(text) > _LONGEST or not ("$" in text or macros):  # code, not a value
        return text
    for _ in range(6):
        before = text
        text = _NAME.sub(lambda one: macros.get(one[0], one[0])[:300], text)
        text = _USED.sub(lambda one: variables.get(one[1], one[0]), text)
        text = _JOINED.sub(_joined, text)
        if text == before or len(text) > 4000:  # noqa: PLR2004 - it grows without end
            break
    return re.sub(r"[\[\]]", "", text) if "[" in text and _PLAIN.fullmatch(text) else text


def _joined(found: re.Match[str]) -> str:
    return found[1].join(part.strip(" []\n") for part in found[2].split(","))
