"""What setup.py says, read as text: nothing of it is ever run."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from conda_sluice.discover.python.literals import literal
from conda_sluice.discover.python.metadata import PythonMetadata
from conda_sluice.discover.python.script import Script, called, read_script

_FINDERS = ("find_packages", "find_namespace_packages", "find")
_FILE_FINDERS = frozenset({"glob", "iglob", "rglob", "listdir", "walk", "scandir"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionCall:
    """An extension module as setup.py declares it; what is computed is left out.

    `kind` is the class that is called, such as Extension or RustExtension. `is_certain` tells that
    it is built under no condition that only running would decide.
    """

    kind: str
    name: str = ""
    sources: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    language: str = ""
    is_certain: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupPy:
    """What setup.py says in literals.

    `looks_for_files` tells that it computes lists of files, which are not known then;
    `has_optional_extensions` that there are some which nobody asked for. `find_in` are the folders
    in which packages are found, `find_only` patterns of those that are taken, `requires` what the
    build wants, `tests_require` what its tests want, `script` is what runs.
    """

    metadata: PythonMetadata = field(default_factory=PythonMetadata)
    keywords: frozenset[str] = frozenset()
    extensions: tuple[ExtensionCall, ...] = ()
    has_optional_extensions: bool = False
    looks_for_files: bool = False
    modules: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    package_dir: tuple[tuple[str, str], ...] = ()
    find_in: tuple[str, ...] = ()
    find_only: tuple[str, ...] = ()
    cffi_modules: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    tests_require: tuple[str, ...] = ()
    version_scheme: str = ""
    script: Script = field(default_factory=Script)


def read_setup_py(root: Path, file: str = "setup.py", entries: Sequence[str] = ()) -> SetupPy:
    """Read setup.py below `root`, nothing where there is none; raise ProjectError at its line.

    Another `file` of this kind is called by its `entries`.
    """
    script = read_script(root / file, root, entries=entries)
    known = script.known
    call = next((one for one, _ in script.calls() if called(one) == "setup"), None)
    said = {} if call is None else _arguments(call, known)
    named = {} if call is None else {k.arg: True for k in call.keywords if k.arg}
    names = {called(one) for one, _ in script.calls()}
    extensions = tuple(
        _extension(one, known, is_certain=is_certain)
        for one, is_certain in script.calls()
        if is_extension(called(one))
    )
    return SetupPy(
        metadata=_metadata(
            said | ({"install_requires": []} if _needs_nothing(call, known) else {})
        ),
        keywords=frozenset(name for name, value in (named | said).items() if value),
        extensions=extensions,
        has_optional_extensions=any(map(is_extension, script.dead_calls)),
        looks_for_files=bool(names & _FILE_FINDERS),
        modules=_strings(said.get("py_modules")) or (),
        packages=_strings(said.get("packages")) or (),
        package_dir=_string_pairs(said.get("package_dir")),
        find_in=tuple(_searched(script)),
        find_only=tuple(_included(script)),
        cffi_modules=_strings(said.get("cffi_modules")) or (),
        requires=_strings(said.get("setup_requires")) or (),
        tests_require=_strings(said.get("tests_require")) or (),
        version_scheme=_version_scheme(said.get("use_scm_version"), said.get("pbr")),
        script=script,
    )


def _needs_nothing(call: ast.Call | None, known: Mapping[str, object]) -> bool:
    """Tell whether a call of setup surely says nothing of dependencies, not even in `**more`."""
    if call is None:
        return False
    spreads = [literal(one.value, known) for one in call.keywords if one.arg is None]
    names = {one.arg for one in call.keywords} | {
        name for spread in spreads if isinstance(spread, Mapping) for name in spread
    }
    return "install_requires" not in names and all(isinstance(one, Mapping) for one in spreads)


def is_extension(name: str) -> bool:
    """Tell whether a call of this name makes an extension module."""
    return name.endswith("Extension") or name in ("cythonize", "mypycify", "build_cmake_extension")


def _searched(script: Script) -> Iterator[str]:
    for call, _ in script.calls():
        if called(call) in _FINDERS:
            values = [literal(one, script.known) for one in call.args[:1]]
            values += [
                literal(one.value, script.known) for one in call.keywords if one.arg == "where"
            ]
            yield from (one for one in values if isinstance(one, str) and one not in (".", ""))


def _included(script: Script) -> Iterator[str]:
    """Yield the patterns of packages that are taken: `include`, or what their names begin with."""
    for call, _ in script.calls():
        if called(call) in _FINDERS:
            for one in call.keywords:
                if one.arg == "include":
                    yield from _strings(literal(one.value, script.known)) or ()
    for live in script.live:
        match live.node:
            case ast.ListComp(generators=[ast.comprehension(iter=ast.Call() as call, ifs=[test])]):
                if called(call) in _FINDERS:
                    yield from _beginnings(test)
            case _:
                pass


def _beginnings(test: ast.expr) -> Iterator[str]:
    match test:
        case ast.Call(func=ast.Attribute(attr="startswith"), args=[ast.Constant(value=str(text))]):
            yield f"{text}*"
        case _:
            pass


def _version_scheme(said: object, pbr: object) -> str:
    match said:
        case Mapping():
            return str(said.get("version_scheme", "guess-next-dev"))
        case True:
            return "guess-next-dev"
        case _:
            return "guess-next-dev" if pbr is True else ""


def _extension(call: ast.Call, known: Mapping[str, object], *, is_certain: bool) -> ExtensionCall:
    said = _arguments(call, known)
    values = [literal(argument, known) for argument in call.args]
    kind = called(call)
    if kind in ("cythonize", "mypycify"):
        return ExtensionCall(
            kind=kind,
            sources=_strings(values[0] if values else None) or (),
            language=str(said.get("language") or ""),
            is_certain=is_certain,
        )
    name = said.get("name", values[0] if values else "")
    sources = said.get("sources", values[1] if len(values) > 1 else None)
    return ExtensionCall(
        kind=kind,
        name=name if isinstance(name, str) else "",
        sources=_strings(sources) or (),
        libraries=_strings(said.get("libraries")) or (),
        language=str(said.get("language") or ""),
        is_certain=is_certain and said.get("optional") is not True,
    )


def _metadata(said: Mapping[str, object]) -> PythonMetadata:
    def word(key: str) -> str:
        value = said.get(key)
        return value.strip() if isinstance(value, str) else ""

    scripts, gui_scripts = _entry_points(said.get("entry_points"))
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
        scripts=scripts,
        gui_scripts=gui_scripts,
    )


def _entry_points(said: object) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
    """Return console and gui scripts of a table, or of a text in the form of entry_points.txt."""
    match said:
        case Mapping():
            return _strings(said.get("console_scripts")), _strings(said.get("gui_scripts"))
        case str():
            found: dict[str, list[str]] = {"console_scripts": [], "gui_scripts": []}
            here: list[str] = []
            for line in (raw.strip() for raw in said.splitlines()):
                if line.startswith("["):
                    here = found.setdefault(line.strip("[] "), [])
                elif line:
                    here.append(line)
            return tuple(found["console_scripts"]), tuple(found["gui_scripts"])
        case _:
            return None, None


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


def _arguments(call: ast.Call, known: Mapping[str, object]) -> dict[str, object]:
    said: dict[str, object] = {}
    for keyword in call.keywords:
        value = literal(keyword.value, known)
        if keyword.arg is None:
            said |= {str(k): v for k, v in value.items()} if isinstance(value, Mapping) else {}
        elif value is not None:
            said[keyword.arg] = value
    return said
