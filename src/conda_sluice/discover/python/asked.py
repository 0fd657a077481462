"""C libraries for which a build script asks a program: pkg-config, or one that a library brings."""

import ast
import re
from collections.abc import Iterator

from conda_sluice.discover.python.literals import literal
from conda_sluice.discover.python.script import Script, called
from conda_sluice.model.facts import Link, LinkKind

_ASKING = re.compile(r"\bpkg-config\s+(?:-[\w-]+\s+)+([A-Za-z][\w.+-]*)")
_NAME = re.compile(r"[A-Za-z][\w.+-]*")

_PACKAGE = re.compile(r"([A-Za-z][\w.+-]*)(?:\s*[<>=]=?\s*\d[\w.]*)?")
"""What a helper for pkg-config is told: a package, and perhaps a version of it."""

_PROGRAMS = {
    "curl-config": "curl",
    "freetype-config": "freetype",
    "gdal-config": "gdal",
    "geos-config": "geos",
    "gpgme-config": "gpgme",
    "gsl-config": "gsl",
    "icu-config": "icu",
    "krb5-config": "krb5",
    "libpng-config": "png",
    "mysql_config": "mysqlclient",
    "nc-config": "netcdf",
    "pcre2-config": "pcre2",
    "pg_config": "pq",
    "sdl2-config": "sdl2",
    "xml2-config": "xml2",
    "xslt-config": "xslt",
}
"""Programs that tell how to compile against a library, with the library."""


def links_asked_for(script: Script, where: str) -> Iterator[Link]:
    """Yield the libraries that a script asks pkg-config or a program of their own for."""
    for name in _asked_of_pkg_config(script):
        yield Link(LinkKind.PKG_CONFIG, name, where)
    words = set(script.strings())
    for program, library in _PROGRAMS.items():
        if program in words:
            yield Link(LinkKind.SYSTEM, library, f"{where}, which runs {program},")


def _asked_of_pkg_config(script: Script) -> Iterator[str]:
    loops = dict(_loops(script))
    for one in script.live:
        match one.node:
            case ast.Call() as call if _is_helper(call):
                yield from _packages_told(call, script)
            case ast.List() | ast.Tuple() | ast.BinOp() as command:
                yield from _last_argument(literal(command, script.known))
            case ast.JoinedStr() as command:
                yield from _ASKING.findall(str(literal(command, {**script.known, **loops}) or ""))
            case ast.Constant(value=str(text)):
                yield from _ASKING.findall(text)
            case _:
                pass


def _is_helper(call: ast.Call) -> bool:
    """Tell whether the module pkgconfig is called, or a function that is named after it."""
    match call.func:
        case ast.Attribute(value=ast.Name(id="pkgconfig")):
            return True
        case _:
            return "pkgconfig" in called(call).lower().replace("_", "")


def _packages_told(call: ast.Call, script: Script) -> Iterator[str]:
    """Yield the packages among the arguments; what is written in capitals is a variable's name."""
    for argument in call.args:
        said = literal(argument, script.known)
        for one in said if isinstance(said, list) else [said]:
            found = _PACKAGE.fullmatch(one) if isinstance(one, str) else None
            if found and not found[1].isupper():
                yield found[1]


def _loops(script: Script) -> Iterator[tuple[str, object]]:
    """Yield the names that loops give to known items, with the first: it is tried before others."""
    for one in script.live:
        match one.node:
            case ast.For(target=ast.Name(id=name), iter=over):
                match literal(over, script.known):
                    case [str(first), *_]:
                        yield name, first
                    case _:
                        pass
            case _:
                pass


def _last_argument(command: object) -> Iterator[str]:
    match command:
        case ["pkg-config", *_, str(last)] if _NAME.fullmatch(last):
            yield last
        case _:
            pass
