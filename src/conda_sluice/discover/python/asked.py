"""C libraries for which a build script asks a program: pkg-config, or one that a library brings."""

import ast
import re
from collections.abc import Iterator

from conda_sluice.discover.python.literals import literal
from conda_sluice.discover.python.script import Script
from conda_sluice.model.facts import Link, LinkKind

_ASKING = re.compile(r"\bpkg-config\s+(?:-[\w-]+\s+)+([A-Za-z][\w.+-]*)")
_NAME = re.compile(r"[A-Za-z][\w.+-]*")

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
            case ast.Call(func=ast.Attribute(value=ast.Name(id="pkgconfig")), args=[first, *_]):
                yield from _names(literal(first, script.known))
            case ast.List() | ast.Tuple() | ast.BinOp() as command:
                yield from _last_argument(literal(command, script.known))
            case ast.JoinedStr() as command:
                yield from _ASKING.findall(str(literal(command, {**script.known, **loops}) or ""))
            case ast.Constant(value=str(text)):
                yield from _ASKING.findall(text)
            case _:
                pass


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


def _names(value: object) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, str) and _NAME.fullmatch(one):
            yield one


def _last_argument(command: object) -> Iterator[str]:
    match command:
        case ["pkg-config", *_, str(last)] if _NAME.fullmatch(last):
            yield last
        case _:
            pass
