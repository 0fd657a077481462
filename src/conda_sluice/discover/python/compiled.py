"""Whether a Python project compiles anything, in which languages, against which C libraries."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from conda_sluice.discover.python.backend import own_backend_that_compiles
from conda_sluice.discover.python.extensions import compile_facts, why_compiled
from conda_sluice.discover.python.meson import facts_of_meson
from conda_sluice.discover.python.rust import compile_facts_of_rust
from conda_sluice.discover.python.script import read_script
from conda_sluice.discover.python.setup_py import SetupPy, read_setup_py
from conda_sluice.discover.python.sources import languages_of, ordered, sources_below
from conda_sluice.discover.reading import Table, read_text, table, text
from conda_sluice.model.facts import CompileFacts
from conda_sluice.model.pypi import requirement_name

_GENERATORS = {"pybind11": "cxx", "nanobind": "cxx", "cffi": "c", "cython": "c", "mypy": "c"}
_HATCH_HOOKS = {"cython": "c", "mypyc": "c", "cpp": "cxx", "pyo3": "rust", "zig": "c"}
"""Hatchling's build hooks that compile, with the language of what comes out."""


_WITH_SYSTEM = frozenset(
    {
        *("m", "c", "dl", "pthread", "rt", "util", "stdc++", "gcc", "gomp", "gcov", "python"),
        *("advapi32", "bcrypt", "comctl32", "comdlg32", "crypt32", "dbghelp", "gdi32", "imm32"),
        *("iphlpapi", "kernel32", "msmpi", "msvcrt", "netapi32", "ntdll", "ole32", "oleaut32"),
        *("pdh", "powrprof", "psapi", "secur32", "setupapi", "shell32", "shfolder", "shlwapi"),
        *("user32", "userenv", "uuid", "version", "winmm", "ws2_32", "wsock32", "wldap32"),
    }
)
"""Libraries that come with the compiler or with Windows."""


_OPENMP = re.compile(
    r"find_package\s*\(\s*OpenMP\b|\bdependency\s*\(\s*['\"]openmp['\"]", re.IGNORECASE
)
"""How CMake and Meson are asked for OpenMP."""

_OFF = re.compile(r"\boption\s*\(\s*(\w+)\s+\"[^\"]*\"\s*(?:OFF|FALSE|NO|0)?\s*\)", re.IGNORECASE)
"""Options of CMake that are off where nobody switches them on."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """What is compiled, and the words that say why."""

    facts: CompileFacts
    because: str


def find_compiled(
    root: Path, pyproject: Table, setup: SetupPy, backend: str, requires: Sequence[str]
) -> Compiled | None:
    """Return what has to be compiled, None for a project of Python alone.

    `requires` are the build requirements, those of an in-tree backend among them.
    """
    found = _find(root, pyproject, setup, backend, requires)
    if found is None:
        return None
    links = {(one.kind, one.name): one for one in reversed(found.facts.links)}
    foreign = [
        one
        for one in reversed(links.values())
        if one.name.lower() not in _WITH_SYSTEM and not one.is_switched
    ]
    openmp = ("openmp",) if _has_openmp(root, setup) else ()
    tools = (*found.facts.tools, *openmp)
    return Compiled(replace(found.facts, links=tuple(foreign), tools=tools), found.because)


def _has_openmp(root: Path, setup: SetupPy) -> bool:
    """Tell whether loops are run in parallel by OpenMP, whose runtime compilers do not bring."""
    if any("-fopenmp" in one for one in setup.script.strings(only_certain=True)):
        return True
    cmake = _without_comments(read_text(root / "CMakeLists.txt", root))
    meson = _without_comments(read_text(root / "meson.build", root))
    return any(_OPENMP.search(one) for one in (_without_options(cmake), meson))


def _without_comments(content: str) -> str:
    return re.sub(r"#.*", "", content)


def _without_options(cmake: str) -> str:
    """Return CMakeLists.txt without what options that are off switch on."""
    for option in _OFF.findall(cmake):
        block = rf"\bif\s*\(\s*{option}\s*\).*?\bend(?=if\b)"
        cmake = re.sub(block, "", cmake, flags=re.DOTALL | re.IGNORECASE)
    return cmake


def _find(  # noqa: PLR0911 - one return for each backend
    root: Path, pyproject: Table, setup: SetupPy, backend: str, requires: Sequence[str]
) -> Compiled | None:
    match backend.partition(".")[0].partition(":")[0]:
        case "mesonpy":
            facts = facts_of_meson(root)
            return Compiled(facts, "meson.build compiles") if facts else None
        case "scikit_build_core":
            return _cmake(root, pyproject, "pyproject.toml names scikit-build-core")
        case "py_build_cmake":
            return _cmake(root, pyproject, "pyproject.toml names py-build-cmake")
        case "maturin":
            facts = compile_facts_of_rust(root, pyproject)
            return Compiled(facts, "pyproject.toml names maturin")
        case "sipbuild":
            facts = CompileFacts(languages=("c", "cxx"))
            return Compiled(facts, "pyproject.toml names sip")
        case "hatchling":
            return _hatch(root, pyproject)
        case "poetry" | "pdm":
            return _by_script(root, pyproject) or _by_sources(root, requires)
        case _:
            return (
                _setuptools(root, pyproject, setup)
                or _own_backend(root, pyproject)
                or _by_sources(root, requires)
            )


def _setuptools(root: Path, pyproject: Table, setup: SetupPy) -> Compiled | None:
    because = why_compiled(root, pyproject, setup, "setup.py")
    if not because:
        return None
    return Compiled(compile_facts(root, pyproject, setup, "setup.py"), because)


def _own_backend(root: Path, pyproject: Table) -> Compiled | None:
    file = own_backend_that_compiles(root, pyproject)
    languages = languages_of(root, sources_below(root)) if file else ()
    if not languages:
        return None
    return Compiled(CompileFacts(languages=languages), f"{file} calls a compiler")


def _by_script(root: Path, pyproject: Table) -> Compiled | None:
    """Read the build script that poetry or pdm is told to run."""
    poetry, pdm = table(pyproject, "tool", "poetry"), table(pyproject, "tool", "pdm", "build")
    file = (
        text(poetry, "build")
        or text(table(poetry, "build"), "script")
        or text(pdm, "setup-script")
        or (text(pdm, "custom-hook") or "pdm_build.py" if pdm.get("run-setuptools") else "")
    )
    if not file or ".." in file or file.startswith("/"):
        return None
    script = read_setup_py(root, file, entries=("build", "pdm_build_update_setup_kwargs"))
    because = why_compiled(root, pyproject, script, file)
    return Compiled(compile_facts(root, pyproject, script, file), because) if because else None


def _hatch(root: Path, pyproject: Table) -> Compiled | None:
    """Look for a build hook of Hatchling that compiles."""
    build = table(pyproject, "tool", "hatch", "build")
    hooks = {**table(build, "hooks"), **table(build, "targets", "wheel", "hooks")}
    for name, settings in hooks.items():
        is_off = isinstance(settings, dict) and settings.get("enable-by-default") is False
        if is_off:
            continue
        if name == "scikit-build":
            return _cmake(root, pyproject, "pyproject.toml has Hatchling's hook scikit-build")
        if name in _HATCH_HOOKS:
            languages = ordered((_HATCH_HOOKS[name], *languages_of(root, sources_below(root))))
            because = f"pyproject.toml has Hatchling's hook {name}"
            return Compiled(CompileFacts(languages=languages), because)
        if name == "custom" and (found := _custom_hook(root, settings)):
            return found
    return None


def _custom_hook(root: Path, settings: object) -> Compiled | None:
    file = text(settings, "path") if isinstance(settings, dict) else ""
    file = file or "hatch_build.py"
    if ".." in file or file.startswith("/"):
        return None
    script = read_script(root / file, root, entries=("CustomBuildHook", "initialize"))
    if not {"infer_tag", "pure_python"} & set(script.strings()):
        return None
    languages = languages_of(root, sources_below(root))
    if not languages:
        return None
    return Compiled(CompileFacts(languages=ordered(languages)), f"{file} makes a wheel with a tag")


def _cmake(root: Path, pyproject: Table, because: str) -> Compiled:
    from conda_sluice.discover.c.cmake.read import read_cmake

    folder = text(table(pyproject, "tool", "scikit-build", "cmake"), "source-dir")
    is_inside = ".." not in folder and not folder.startswith("/")
    cmake = read_cmake(root, folder if is_inside and folder != "." else "")
    facts = CompileFacts(
        languages=ordered(cmake.languages) or ("c", "cxx"),
        tools=("cmake", "ninja"),
        links=cmake.links,
    )
    return Compiled(facts, because)


def _by_sources(root: Path, requires: Sequence[str]) -> Compiled | None:
    """Believe in compiling where a generator of extensions is asked for and has its sources."""
    names = [requirement_name(one) for one in requires]
    generator = next((one for one in names if one in _GENERATORS), "")
    sources = sources_below(root) if generator else ()
    if not sources:
        return None
    languages = ordered((*languages_of(root, sources), _GENERATORS[generator]))
    because = f"the build asks for {generator} and {sources[0]} is there"
    return Compiled(CompileFacts(languages=languages), because)
