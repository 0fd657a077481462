"""Reads setup.py as text, through `ast`: nothing of it is ever run."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from conda_sluice.discover.literals import literal
from conda_sluice.discover.metadata import PythonMetadata
from conda_sluice.discover.reading import read_text
from conda_sluice.errors import ProjectError


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionCall:
    """An extension module as setup.py declares it; what is computed is left out.

    `kind` is the class that is called, such as Extension or RustExtension.
    """

    kind: str
    name: str = ""
    sources: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupPy:
    """What setup.py says in literals.

    `looks_for_files` tells that it computes lists of files, which are not known then.
    """

    metadata: PythonMetadata = field(default_factory=PythonMetadata)
    keywords: frozenset[str] = frozenset()
    extensions: tuple[ExtensionCall, ...] = ()
    has_optional_extensions: bool = False
    looks_for_files: bool = False
    modules: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    package_dir: tuple[tuple[str, str], ...] = ()
    version_scheme: str = ""


def read_setup_py(root: Path) -> SetupPy:
    """Read setup.py below `root`, nothing where there is none; raise ProjectError at its line."""
    path = root / "setup.py"
    source = read_text(path, root)
    try:
        return _read(ast.parse(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        where = f"{path}:{getattr(error, 'lineno', None) or 1}"
        raise ProjectError("setup.py is no Python 3", where, "correct the file") from error


def _read(tree: ast.Module) -> SetupPy:
    known = _literals(tree)
    call = next(_calls(tree, ("setup",)), None)
    said = {} if call is None else _arguments(call, known)
    calls, off = tuple(_extension_calls(tree)), _switched_off(tree, known)
    named = {} if call is None else {k.arg: True for k in call.keywords if k.arg}
    return SetupPy(
        metadata=_metadata(said),
        keywords=frozenset(name for name, value in (named | said).items() if value),
        extensions=tuple(_extension(one, known) for one in calls if id(one) not in off),
        has_optional_extensions=any(id(one) in off for one in calls),
        looks_for_files=any(_calls(tree, ("glob", "iglob", "rglob", "listdir", "walk"))),
        modules=_strings(said.get("py_modules")) or (),
        packages=_strings(said.get("packages")) or (),
        package_dir=_string_pairs(said.get("package_dir")),
        version_scheme=_version_scheme(said.get("use_scm_version")),
    )


def _version_scheme(said: object) -> str:
    match said:
        case Mapping():
            return str(said.get("version_scheme", "guess-next-dev"))
        case True:
            return "guess-next-dev"
        case _:
            return ""


def _calls(tree: ast.AST, names: Sequence[str]) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) in names:
            yield node


def _called(node: ast.Call) -> str:
    match node.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _extension_calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = _called(node)
            if name.endswith("Extension") or name in ("cythonize", "mypycify"):
                yield node


def _switched_off(tree: ast.AST, known: Mapping[str, object]) -> frozenset[int]:
    """Return the ids of nodes that run only when an environment variable asks for them.

    Speed-ups that are off by default are no part of the package that people know.
    """
    off: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and literal(node.test, known) is False:
            off.update(id(sub) for statement in node.body for sub in ast.walk(statement))
    return frozenset(off)


def _extension(call: ast.Call, known: Mapping[str, object]) -> ExtensionCall:
    said = _arguments(call, known)
    values = [literal(argument, known) for argument in call.args]
    if _called(call) in ("cythonize", "mypycify"):
        return ExtensionCall(
            kind=_called(call),
            sources=_strings(values[0] if values else None) or (),
            language=str(said.get("language") or ""),
        )
    name = said.get("name", values[0] if values else "")
    sources = said.get("sources", values[1] if len(values) > 1 else None)
    return ExtensionCall(
        kind=_called(call),
        name=name if isinstance(name, str) else "",
        sources=_strings(sources) or (),
        libraries=_strings(said.get("libraries")) or (),
        language=str(said.get("language") or ""),
    )


def _metadata(said: Mapping[str, object]) -> PythonMetadata:
    def word(key: str) -> str:
        value = said.get(key)
        return value.strip() if isinstance(value, str) else ""

    entry_points = said.get("entry_points")
    scripts = entry_points.get("console_scripts") if isinstance(entry_points, Mapping) else None
    extras = said.get("extras_require")
    urls = (("Homepage", word("url")),) if word("url") else ()
    return PythonMetadata(
        name=word("name"),
        version=word("version"),
        summary=word("description"),
        requires_python=word("python_requires"),
        license=word("license"),
        license_globs=_strings(said.get("license_files")) or (),
        classifiers=_strings(said.get("classifiers")) or (),
        urls=urls + _string_pairs(said.get("project_urls")),
        dependencies=_strings(said.get("install_requires")),
        extras=tuple((str(k), _strings(v) or ()) for k, v in extras.items())
        if isinstance(extras, Mapping)
        else None,
        scripts=_strings(scripts),
    )


def _strings(value: object) -> tuple[str, ...] | None:
    """Return a list of strings, None where it is no list; what was computed is left out."""
    match value:
        case str():
            return tuple(line.strip() for line in value.splitlines() if line.strip())
        case list() | tuple():
            return tuple(item for item in value if isinstance(item, str))
        case _:
            return None


def _string_pairs(value: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, Mapping):
        return ()
    return tuple((str(k), v) for k, v in value.items() if isinstance(k, str) and isinstance(v, str))


def _literals(tree: ast.Module) -> Mapping[str, object]:
    """Return the names that are bound to literals anywhere at the top or in functions."""
    known: dict[str, object] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                known[name] = literal(value, known)
            case _:
                pass
    return known


def _arguments(call: ast.Call, known: Mapping[str, object]) -> dict[str, object]:
    said: dict[str, object] = {}
    for keyword in call.keywords:
        value = literal(keyword.value, known)
        if keyword.arg is None:
            said |= {str(k): v for k, v in value.items()} if isinstance(value, Mapping) else {}
        elif value is not None:
            said[keyword.arg] = value
    return said
