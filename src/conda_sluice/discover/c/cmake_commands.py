"""Reads the commands of a CMake project in the order in which they run, its options by default.

What an option switches off is left out. Both branches of any other `if` are read; what stands in
one is believed to exist, not to be installed.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from conda_sluice.discover.c.cmake_blocks import Blocks, Options
from conda_sluice.discover.reading import read_text

_TOKEN = re.compile(
    r"""\#\[(=*)\[.*?\]\1\] | \#[^\n]* | \[(=*)\[(?P<bracket>.*?)\]\2\] |
        "(?P<quoted>(?:\\.|[^"\\])*)" | (?P<open>\() | (?P<close>\)) |
        (?P<bare>(?:\\.|[^\s()#"\\])+)""",
    re.VERBOSE | re.DOTALL,
)
_VARIABLE = re.compile(r"\$\{([\w.]+)\}")
_PLACES = {"INCLUDEDIR": "include", "LIBDIR": "lib", "BINDIR": "bin", "DATADIR": "share"}
_ASIDE = re.compile(
    r"(?:unit)?tests?|testing|gtest|examples?|samples?|bench(?:marks?)?|fuzz(?:ing|ers?)?|docs?"
    r"|demos?",
    re.IGNORECASE,
)
"""Folders that a package is made without."""
_COPIES = re.compile(
    r"third_?party|3rd_?party|vendor(?:ed)?|externals?|submodules|subprojects|deps", re.IGNORECASE
)
"""Folders with copies of other projects, and sometimes with the choice between them."""
_OF_A_FILE = ("CMAKE_CURRENT_SOURCE_DIR", "CMAKE_CURRENT_LIST_DIR", "PROJECT_SOURCE_DIR")
"""Variables that are again what they were when a file below has been read."""
_MODULES = ("cmake", "CMake", "cmake/modules", "cmake/Modules", "CMakeModules", "Modules", ".")
_MOST = 20_000
"""No project has more commands than this."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command with its arguments; `is_certain` outside of every `if`, function and loop.

    `file` is where it stands, relative to the project; `is_switched` tells that it runs only where
    a variable is true whose value is not known.
    """

    name: str
    arguments: tuple[str, ...]
    is_certain: bool
    file: str = "CMakeLists.txt"
    is_switched: bool = False


@dataclass(slots=True)
class State:
    """What is known after the commands that were read: variables, options, the commands.

    `adders` are macros of the project's own that add the folder which they are called with.
    """

    root: Path
    variables: dict[str, str] = field(default_factory=dict)
    options: Options = field(default_factory=Options)
    commands: list[Command] = field(default_factory=list)
    seen: set[Path] = field(default_factory=set)
    adders: set[str] = field(default_factory=set)


def read_commands(root: Path, folder: str = "") -> State:
    """Read the CMake project whose top CMakeLists.txt lies in `folder` of the tree at `root`."""
    places = {f"CMAKE_INSTALL_{key}": value for key, value in _PLACES.items()}
    places |= {f"CMAKE_INSTALL_FULL_{key}": value for key, value in _PLACES.items()}
    state = State(root, variables=places)
    top = root / folder
    for name in ("CMAKE_SOURCE_DIR", "PROJECT_SOURCE_DIR"):
        state.variables[name] = str(top)
    _read_file(top / "CMakeLists.txt", state, depth=6, is_certain=True)
    return state


def parse_cmake(content: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the commands of a CMake file with their arguments, as written.

    Parentheses inside of arguments, as conditions have them, are arguments of their own.
    """
    name, depth, arguments = "", 0, list[str]()
    for token in _TOKEN.finditer(content):
        if token["open"]:
            if depth:
                arguments.append("(")
            depth += 1
        elif token["close"]:
            depth -= 1
            if depth == 0:
                yield name.lower(), tuple(arguments)
                arguments = []
            elif depth > 0:
                arguments.append(")")
            depth = max(depth, 0)
        elif (said := _first(token["bracket"], token["quoted"], token["bare"])) is not None:
            if depth:
                arguments.append(said)
            else:
                name = said


def _first(*said: str | None) -> str | None:
    return next((one for one in said if one is not None), None)


def _read_file(file: Path, state: State, *, depth: int, is_certain: bool) -> None:
    blocks = Blocks(state.options)
    folder = file.parent if file.name == "CMakeLists.txt" else None
    before = {name: state.variables[name] for name in _OF_A_FILE if name in state.variables}
    state.variables["CMAKE_CURRENT_LIST_DIR"] = str(file.parent)
    if folder:
        state.variables["CMAKE_CURRENT_SOURCE_DIR"] = str(folder)
    shown = file.relative_to(state.root).as_posix()
    macro: Sequence[str] = ()
    for name, raw in parse_cmake(read_text(file, state.root)):
        blocks.read(name, _with_known_files(raw, state) if name in ("if", "elseif") else raw)
        macro = raw if name in ("macro", "function") else macro
        if name == "add_subdirectory" and raw[:1] == tuple(f"${{{one}}}" for one in macro[1:2]):
            state.adders.add(macro[0].lower())
        if blocks.are_dead or len(state.commands) > _MOST:
            continue
        state.options.read(name, raw, is_certain=blocks.are_certain)
        arguments = tuple(_expanded(one, state.variables) for one in raw)
        certain = is_certain and blocks.are_certain
        state.commands.append(Command(name, arguments, certain, shown, blocks.are_switched))
        _remember(name, arguments, state, file.parent, is_certain=blocks.are_certain)
        inner = _named_file(name, arguments, state, file) if depth else None
        if inner:
            _read_file(inner, state, depth=depth - 1, is_certain=certain)
    state.variables |= before


def _named_file(name: str, arguments: Sequence[str], state: State, file: Path) -> Path | None:
    """Return the file of the project that a command reads, None where it reads none, or again."""
    is_top = file.name == "CMakeLists.txt"
    if arguments and is_top and (name == "add_subdirectory" or name in state.adders):
        below = _inside(file.parent, f"{arguments[0]}/CMakeLists.txt", state)
        return below if below and not _is_aside(below, state.root) else None
    if name == "externalproject_add" and is_top:
        source = after(arguments, "SOURCE_DIR")
        return _inside(file.parent, f"{source}/CMakeLists.txt", state) if source else None
    module = _find_module(file.parent, arguments[0], state) if name == "include" else None
    if module in state.seen:
        return None
    state.seen |= {module} if module else set()
    return module


def _with_known_files(condition: Sequence[str], state: State) -> tuple[str, ...]:
    """Answer in a condition whether files of the project exist: they are there to be looked at."""
    words = list(condition)
    for at in reversed([at for at, word in enumerate(words[:-1]) if word == "EXISTS"]):
        path = _expanded(words[at + 1], state.variables)
        asked = Path(path)
        if "$" not in path and asked.is_absolute() and asked.is_relative_to(state.root):
            words[at : at + 2] = ["TRUE" if asked.exists() else "FALSE"]
    return tuple(words)


def _find_module(folder: Path, module: str, state: State) -> Path | None:
    """Return the project's own file that `include(module)` reads, None for CMake's modules."""
    if module.endswith((".cmake", ".txt")):
        return _inside(folder, module, state) or _inside(state.root, module, state)
    said = state.variables.get("CMAKE_MODULE_PATH", "").split(";")
    places = [one for one in (*said, *_MODULES) if one]
    files = (_inside(state.root, f"{place}/{module}.cmake", state) for place in places)
    return next((file for file in files if file), None)


def _inside(folder: Path, path: str, state: State) -> Path | None:
    file = folder / path
    if "$" in path or not file.is_file():
        return None
    real, top = file.resolve(), state.root.resolve()
    return state.root / real.relative_to(top) if real.is_relative_to(top) else None


def _is_aside(file: Path, root: Path) -> bool:
    """Tell whether a CMakeLists.txt is for tests and the like, or for another project's copy."""
    *folders, parent = ("", *file.relative_to(root).parts[:-1])
    if any(_ASIDE.fullmatch(part) for part in (*folders, parent)):
        return True
    is_copy = any(_COPIES.fullmatch(part) for part in folders)
    is_project = "project" in {name for name, _ in parse_cmake(read_text(file, root))}
    return is_copy or (_COPIES.fullmatch(parent) is not None and is_project)


def _remember(
    name: str, arguments: Sequence[str], state: State, folder: Path, *, is_certain: bool
) -> None:
    """Take in what a command says of variables; what may run sets only what was not set."""
    match name, arguments:
        case "set", (variable, *values):
            _set(state, variable, values, is_certain=is_certain)
        case "list", ("APPEND", variable, *values) if is_certain:
            old = state.variables.get(variable)
            _set(state, variable, [old, *values] if old else values, is_certain=True)
        case "project", (project, *_):
            _remember_project(state, project, tuple(arguments))
            state.variables |= {"PROJECT_SOURCE_DIR": str(folder)}
            state.variables |= {f"{project}_SOURCE_DIR": str(folder)}
        case _:
            pass


def _set(state: State, variable: str, values: Sequence[str], *, is_certain: bool) -> None:
    kept = list(values[: values.index("CACHE")] if "CACHE" in values else values)
    kept = kept[:-1] if kept[-1:] == ["PARENT_SCOPE"] else kept
    kept = [one.replace(f"${{{variable}}}", "").strip(";") for one in kept]  # not set yet: empty
    if any("CMAKE_MATCH_" in one for one in kept):
        return  # only its own name tells what was found in a text
    if is_certain or variable not in state.variables:
        state.variables[variable] = ";".join(kept)


def _remember_project(state: State, project: str, arguments: tuple[str, ...]) -> None:
    state.variables["PROJECT_NAME"] = project
    state.variables.setdefault("CMAKE_PROJECT_NAME", project)
    if version := after(arguments, "VERSION"):
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


def after(arguments: Sequence[str], keyword: str) -> str:
    """Return the argument that follows `keyword`, "" where there is none or it is computed."""
    at = arguments.index(keyword) + 1 if keyword in arguments else len(arguments)
    return arguments[at] if at < len(arguments) and "$" not in arguments[at] else ""
