"""Reads CMakeLists.txt as far as packaging needs it: commands, plain variables, installed files.

What an option switches off is left out. Both branches of any other `if` are read; what stands in
one is believed to exist, not to be installed.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from conda_sluice.discover.cmake_blocks import Blocks, Options
from conda_sluice.discover.reading import read_text
from conda_sluice.model.facts import Link, LinkKind

_TOKEN = re.compile(
    r"""\#\[(=*)\[.*?\]\1\] | \#[^\n]* | \[(=*)\[(?P<bracket>.*?)\]\2\] |
        "(?P<quoted>(?:\\.|[^"\\])*)" | (?P<open>\() | (?P<close>\)) | (?P<bare>[^\s()#"]+)""",
    re.VERBOSE | re.DOTALL,
)
_VARIABLE = re.compile(r"\$\{([\w.]+)\}")
_LANGUAGES = {"C": "c", "CXX": "cxx", "FORTRAN": "fortran"}
_PLACES = {"INCLUDEDIR": "include", "LIBDIR": "lib", "BINDIR": "bin", "DATADIR": "share"}
_OF_CMAKE = frozenset(
    {
        *(
            "Threads",
            "Python",
            "Python3",
            "PythonInterp",
            "PythonLibs",
            "Git",
            "Doxygen",
            "LATEX",
            "Sphinx",
            "PkgConfig",
        ),
        *(
            "pybind11",
            "nanobind",
            "OpenMP",
            "CUDA",
            "CUDAToolkit",
            "Perl",
            "Java",
            "SWIG",
            "Cython",
        ),
    }
)
"""Packages of find_package that are programs, or come with the compiler or the language."""
_NOT_PACKAGED = frozenset(
    {"test", "tests", "example", "examples", "bench", "benchmark", "benchmarks"}
)
"""Folders that a package is made without: what they look for is no need of the package."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command with its arguments; `is_certain` outside of every `if`, function and loop."""

    name: str
    arguments: tuple[str, ...]
    is_certain: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CMakeFacts:
    """What CMakeLists.txt and the folders it adds say.

    Files are relative to the prefix; `libraries` and `programs` are names without suffix.
    """

    name: str = ""
    version: str = ""
    description: str = ""
    home: str = ""
    languages: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    libraries: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    pkg_configs: tuple[str, ...] = ()
    can_install: bool = False


@dataclass(slots=True)
class _State:
    variables: dict[str, str] = field(default_factory=dict)
    options: Options = field(default_factory=Options)
    commands: list[Command] = field(default_factory=list)


def read_cmake(root: Path) -> CMakeFacts:
    """Read the CMake project at `root`; every field is empty where there is none."""
    state = _State(variables={f"CMAKE_INSTALL_{k}": v for k, v in _PLACES.items()})
    state.variables |= {f"CMAKE_INSTALL_FULL_{k}": v for k, v in _PLACES.items()}
    _read_folder(root, root, state, depth=4, is_certain=True)
    commands = state.commands
    project = next((one for one in commands if one.name == "project"), None)
    arguments = project.arguments if project else ()
    return CMakeFacts(
        name=arguments[0] if arguments else "",
        version=_version(arguments, state.variables),
        description=_after(arguments, "DESCRIPTION"),
        home=_after(arguments, "HOMEPAGE_URL"),
        languages=_languages(arguments, commands) if project else (),
        links=_links(commands),
        libraries=_targets(commands, "add_library"),
        headers=_headers(commands),
        programs=_targets(commands, "add_executable"),
        packages=_packages(commands),
        pkg_configs=_installed_names(commands, ".pc"),
        can_install=any(one.name == "install" for one in commands),
    )


def parse_cmake(content: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the commands of a CMake file with their arguments, as written."""
    name, depth, arguments = "", 0, list[str]()
    for token in _TOKEN.finditer(content):
        if token["open"]:
            depth += 1
        elif token["close"]:
            depth -= 1
            if depth == 0:
                yield name.lower(), tuple(arguments)
                arguments = []
            depth = max(depth, 0)
        else:
            said = token["bracket"] or token["quoted"] or token["bare"]
            if said is None:
                continue
            if depth:
                arguments.append(said)
            else:
                name = said


def _read_folder(root: Path, folder: Path, state: _State, *, depth: int, is_certain: bool) -> None:
    blocks = Blocks(state.options)
    for name, raw in parse_cmake(read_text(folder / "CMakeLists.txt", root)):
        blocks.read(name, raw)
        if blocks.are_dead:
            continue
        state.options.read(name, raw)
        arguments = tuple(_expanded(one, state.variables) for one in raw)
        certain = is_certain and blocks.are_certain
        state.commands.append(Command(name, arguments, certain))
        match name, arguments:
            case "set", (variable, *values):
                _remember(state, variable, values, is_certain=blocks.are_certain)
            case "project", (project, *_):
                _remember_project(state, project, arguments)
            case "add_subdirectory", (below, *_) if depth and _is_read(root, folder / below):
                _read_folder(root, folder / below, state, depth=depth - 1, is_certain=certain)
            case _:
                pass


def _is_read(root: Path, folder: Path) -> bool:
    is_inside = folder.resolve().is_relative_to(root.resolve())
    return is_inside and folder.name.lower() not in _NOT_PACKAGED


def _remember(state: _State, variable: str, values: Sequence[str], *, is_certain: bool) -> None:
    kept = list(values[: values.index("CACHE")] if "CACHE" in values else values)
    kept = kept[:-1] if kept[-1:] == ["PARENT_SCOPE"] else kept
    if is_certain or variable not in state.variables:
        state.variables[variable] = ";".join(kept)


def _remember_project(state: _State, project: str, arguments: tuple[str, ...]) -> None:
    state.variables["PROJECT_NAME"] = state.variables["CMAKE_PROJECT_NAME"] = project
    if version := _after(arguments, "VERSION"):
        numbers = [*version.split("."), "", "", ""]
        for prefix in ("PROJECT", project):
            parts = zip(("MAJOR", "MINOR", "PATCH"), numbers, strict=False)
            state.variables |= {f"{prefix}_VERSION_{part}": number for part, number in parts}
            state.variables[f"{prefix}_VERSION"] = version


def _expanded(said: str, variables: dict[str, str]) -> str:
    for _ in range(4):
        before = said
        said = _VARIABLE.sub(lambda found: variables.get(found[1], found[0])[:1000], said)
        if said == before or len(said) > 4000:  # noqa: PLR2004 - no name is so long
            break
    return said


def _after(arguments: Sequence[str], keyword: str) -> str:
    at = arguments.index(keyword) + 1 if keyword in arguments else len(arguments)
    return arguments[at] if at < len(arguments) and "$" not in arguments[at] else ""


def _version(arguments: Sequence[str], variables: dict[str, str]) -> str:
    project = arguments[0] if arguments else ""
    candidates = (
        _after(arguments, "VERSION"),
        *(
            _expanded(f"${{{name}}}", variables)
            for name in ("PROJECT_VERSION", f"{project}_VERSION")
        ),
        _expanded(f"${{{project.upper()}_VERSION}}", variables),
    )
    return next((one for one in candidates if re.fullmatch(r"\d+(\.\d+)+[\w.]*", one)), "")


def _languages(arguments: Sequence[str], commands: Sequence[Command]) -> tuple[str, ...]:
    keywords = ("VERSION", "DESCRIPTION", "HOMEPAGE_URL", "COMPAT_VERSION")
    words = list(arguments[1:])
    for keyword in keywords:
        if keyword in words:
            at = words.index(keyword)
            del words[at : at + 2]
    enabled = [one for c in commands if c.name == "enable_language" for one in c.arguments]
    is_said = [word for word in words if word != "LANGUAGES"]
    said = {_LANGUAGES.get(word.upper(), "") for word in (*is_said, *enabled)}
    if not is_said:
        said |= {"c", "cxx"}  # CMake's default
    return tuple(one for one in ("c", "cxx", "fortran") if one in said)


def _links(commands: Sequence[Command]) -> tuple[Link, ...]:
    """Return what is looked for outside of the project, each once."""
    found: dict[Link, None] = {}
    for one in commands:
        match one.name, one.arguments:
            case "find_package", (name, *_) if name not in _OF_CMAKE and "$" not in name:
                found[Link(LinkKind.CMAKE, name, "CMakeLists.txt")] = None
            case "pkg_check_modules" | "pkg_search_module", (_, *words):
                for name in words:
                    if re.fullmatch(r"[a-z][\w.+-]*([<>=]+[\w.]+)?", name):
                        module = re.split("[<>=]", name, maxsplit=1)[0]
                        found[Link(LinkKind.PKG_CONFIG, module, "CMakeLists.txt")] = None
            case _:
                pass
    return tuple(found)


def _targets(commands: Sequence[Command], maker: str) -> tuple[str, ...]:
    """Return the names under which targets of one kind are surely installed."""
    kinds = ("INTERFACE", "OBJECT", "STATIC", "MODULE", "ALIAS", "IMPORTED")
    made = {
        one.arguments[0]
        for one in commands
        if one.name == maker and one.arguments and not set(kinds) & set(one.arguments)
    }
    renamed = {
        one.arguments[0]: _after(one.arguments, "OUTPUT_NAME")
        for one in commands
        if one.name == "set_target_properties" and "OUTPUT_NAME" in one.arguments
    }
    names = [
        renamed.get(target, target)
        for one in commands
        if one.is_certain and one.name == "install" and one.arguments[:1] == ("TARGETS",)
        for target in _until_keyword(one.arguments[1:])
        if target in made
    ]
    return tuple(dict.fromkeys(name for name in names if re.fullmatch(r"[\w.+-]+", name)))


def _until_keyword(arguments: Sequence[str]) -> Iterator[str]:
    for argument in arguments:
        if argument.isupper() and argument.isalpha():
            return
        yield from argument.split(";")


def _headers(commands: Sequence[Command]) -> tuple[str, ...]:
    found = [
        f"{destination}/{PurePosixPath(file).name}"
        for one in commands
        if one.is_certain and one.name == "install" and one.arguments[:1] == ("FILES",)
        if (destination := _after(one.arguments, "DESTINATION")).startswith("include")
        for file in _until_keyword(one.arguments[1:])
        if re.fullmatch(r"(\$\{\w+_DIR\}/)?[\w./+-]+\.(h|hh|hpp|hxx)", file)
    ]
    return tuple(dict.fromkeys(found))


def _packages(commands: Sequence[Command]) -> tuple[str, ...]:
    """Return the names under which find_package finds what this project installs."""
    files = (
        PurePosixPath(argument).name
        for one in commands
        if one.name in ("install", "export", "configure_package_config_file")
        for argument in one.arguments
    )
    names = (re.fullmatch(r"([\w+-]+?)(?:-config|Config)\.cmake(?:\.in)?", file) for file in files)
    return tuple(dict.fromkeys(found[1] for found in names if found))


def _installed_names(commands: Sequence[Command], suffix: str) -> tuple[str, ...]:
    names = (
        PurePosixPath(argument).name
        for one in commands
        if one.name == "install"
        for argument in one.arguments
    )
    return tuple(
        dict.fromkeys(name.removesuffix(suffix) for name in names if name.endswith(suffix))
    )
