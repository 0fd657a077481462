"""Extension modules that setuptools builds, or a build script for another backend."""

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from conda_sluice.discover.c.build_facts import BuildFacts
from conda_sluice.discover.python.asked import links_asked_for
from conda_sluice.discover.python.literals import literal
from conda_sluice.discover.python.rust import compile_facts_of_rust
from conda_sluice.discover.python.script import Script, called, read_script
from conda_sluice.discover.python.setup_py import SetupPy
from conda_sluice.discover.python.sources import (
    cython_libraries,
    languages_of,
    ordered,
    sources_below,
)
from conda_sluice.discover.reading import Table, table, text, texts
from conda_sluice.model.facts import CompileFacts, Link, LinkKind

_KEYWORDS = ("ext_modules", "cffi_modules", "rust_extensions", "cmake_source_dir")
_PROGRAMS = {"cmake": "cmake", "make": "make", "gmake": "make", "pkg-config": "pkg-config"}


def declared_tables(pyproject: Table) -> tuple[Table, ...]:
    """Return the extension modules that `[tool.setuptools]` declares."""
    return _tables(table(pyproject, "tool", "setuptools").get("ext-modules"))


def rust_tables(pyproject: Table) -> tuple[Table, ...]:
    """Return what `[tool.setuptools-rust]` builds: modules and programs."""
    rust = table(pyproject, "tool", "setuptools-rust")
    return (*_tables(rust.get("ext-modules")), *_tables(rust.get("bins")))


def _tables(value: object) -> tuple[Table, ...]:
    return tuple(one for one in value if isinstance(one, dict)) if isinstance(value, list) else ()


def why_compiled(root: Path, pyproject: Table, setup: SetupPy, place: str) -> str:
    """Return which declaration in pyproject.toml or the script `place` compiles, "" for none."""
    if declared_tables(pyproject):
        return "pyproject.toml declares ext-modules"
    if rust_tables(pyproject):
        return "pyproject.toml declares modules for setuptools-rust"
    if setup.extensions:
        return f"{place} declares {setup.extensions[0].kind}"
    if "skbuild" in setup.script.imported:
        return f"{place} builds with CMake through scikit-build"
    keyword = next((one for one in _KEYWORDS if one in setup.keywords), "")
    if keyword == "cffi_modules":
        return f"{place} declares cffi_modules" if _compiles_cffi(root, setup) else ""
    return f"{place} declares {keyword}" if keyword and not setup.has_optional_extensions else ""


def compile_facts(root: Path, pyproject: Table, setup: SetupPy, place: str) -> CompileFacts:
    """Return languages, tools and libraries of the extension modules that are declared."""
    tables = declared_tables(pyproject)
    sources = [one for entry in tables for one in texts(entry, "sources")]
    sources += [one for extension in setup.extensions for one in extension.sources]
    spoken = (*languages_of(root, sources), *_spoken(setup, tables, rust_tables(pyproject)))
    looked_for = sources_below(root) if setup.looks_for_files or not spoken else ()
    spoken = spoken or _without_rust(languages_of(root, looked_for)) or ("c",)
    if setup.looks_for_files:
        spoken = (*spoken, *_without_rust(languages_of(root, looked_for)))
    kinds = {one.kind for one in setup.extensions}
    with_cmake = any("CMake" in one for one in kinds) or "skbuild" in setup.script.imported
    cmake = _cmake(root) if with_cmake else None
    rust = compile_facts_of_rust(root, pyproject) if "rust" in spoken else CompileFacts()
    languages = ordered((*spoken, *rust.languages, *(cmake.languages if cmake else ())))
    links = (
        *_links(root, setup, tables, sources, place),
        *(cmake.links if cmake else ()),
        *rust.links,
    )
    tools = (
        *(("cmake", "ninja") if with_cmake else ()),
        *(("swig",) if any(one.endswith(".i") for one in sources) else ()),
        *_programs(setup.script, links),
        *rust.tools,
    )
    return CompileFacts(
        languages=languages, tools=tuple(dict.fromkeys(tools)), links=tuple(dict.fromkeys(links))
    )


def _cmake(root: Path) -> BuildFacts:
    from conda_sluice.discover.c.cmake.read import read_cmake

    return read_cmake(root)


def _without_rust(languages: Sequence[str]) -> tuple[str, ...]:
    """Return languages without Rust, which somebody always declares by its name."""
    return tuple(one for one in languages if one != "rust")


def _spoken(setup: SetupPy, tables: Sequence[Table], rust: Sequence[Table]) -> Iterator[str]:
    """Yield the languages that declarations name outright."""
    said = {one.language for one in setup.extensions} | {text(one, "language") for one in tables}
    kinds = " ".join(one.kind for one in setup.extensions)
    if rust or "Rust" in kinds or "rust_extensions" in setup.keywords:
        yield from ("c", "rust")
    options = [one for one in setup.script.strings() if one.startswith(("-std=c++", "/std:c++"))]
    if "c++" in said or options or "Pybind11" in kinds or "CMake" in kinds:
        yield "cxx"


def _programs(script: Script, links: Sequence[Link]) -> Iterator[str]:
    words = set(script.strings())
    yield from (program for word, program in _PROGRAMS.items() if word in words)
    is_asking = any(one.kind is LinkKind.PKG_CONFIG for one in links)
    if is_asking or "pkgconfig" in script.imported or any("pkg-config " in one for one in words):
        yield "pkg-config"


def _links(
    root: Path, setup: SetupPy, tables: Sequence[Table], sources: Sequence[str], place: str
) -> Iterator[Link]:
    for entry in tables:
        for name in texts(entry, "libraries"):
            yield Link(LinkKind.LIBRARY, name, "pyproject.toml")
    scripts = [(place, setup.script), *_cffi_scripts(root, setup)]
    for where, script in scripts:
        for name in _libraries(script):
            yield Link(LinkKind.LIBRARY, name, where)
        yield from links_asked_for(script, where)
    for name, file in cython_libraries(root, sources):
        yield Link(LinkKind.LIBRARY, name, file)


def _libraries(script: Script) -> Iterator[str]:
    """Yield the names in lists called libraries, in whatever way they get to an extension."""
    for one in script.live:
        for expression in _lists_of_libraries(one.node):
            yield from _names(expression, script)


def _lists_of_libraries(node: ast.AST) -> Iterator[ast.expr]:
    match node:
        case ast.Call(func=ast.Attribute(value=owner, attr="append" | "extend"), args=[added]):
            if _is_libraries(owner):
                yield added
        case ast.Call(keywords=keywords):
            yield from (one.value for one in keywords if one.arg == "libraries")
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "libraries":
                    yield value
        case ast.Assign(targets=[target], value=value) if _is_libraries(target):
            yield value
        case _:
            pass


def _is_libraries(node: ast.expr) -> bool:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name.lower().endswith(("libraries", "_libs")) or name.lower() == "libs"
        case ast.Subscript(slice=ast.Constant(value="libraries")):
            return True
        case _:
            return False


def _names(node: ast.expr, script: Script) -> Iterator[str]:
    match literal(node, script.known):
        case str(name) if re.fullmatch(r"[\w.+-]+", name):
            yield name
        case list() as items:
            yield from (
                one for one in items if isinstance(one, str) and re.fullmatch(r"[\w.+-]+", one)
            )
        case _:
            pass


def _cffi_scripts(root: Path, setup: SetupPy) -> list[tuple[str, Script]]:
    places = [one.partition(":")[0] for one in setup.cffi_modules]
    usable = [one for one in places if ".." not in one and not one.startswith("/")]
    return [(one, read_script(root / one, root)) for one in dict.fromkeys(usable)]


def _compiles_cffi(root: Path, setup: SetupPy) -> bool:
    """Tell whether cffi makes C: without a C source, `set_source(name, None)`, it does not."""
    calls = [
        call
        for _, script in _cffi_scripts(root, setup)
        for call, _ in script.calls()
        if called(call) == "set_source"
    ]
    return not calls or not all(_has_no_source(one) for one in calls)


def _has_no_source(call: ast.Call) -> bool:
    match call.args:
        case [_, ast.Constant(value=None), *_]:
            return True
        case _:
            return False
