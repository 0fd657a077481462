"""Reads the commands of a CMake project in the order in which they run, its options by default.

What an option switches off is left out. Both branches of any other `if` are read; what stands in
one is believed to exist, not to be installed. Functions and macros of the project's own run where
they are called, and its own find modules where find_package asks for them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from conda_sluice.discover.c.cmake.blocks import TURNS, Blocks
from conda_sluice.discover.c.cmake.files import Files
from conda_sluice.discover.c.cmake.functions import Function, called
from conda_sluice.discover.c.cmake.options import DECLARES, Options
from conda_sluice.discover.c.cmake.remember import remember
from conda_sluice.discover.c.cmake.syntax import Said, after, end_of_block, parse_cmake
from conda_sluice.discover.c.cmake.variables import items_of
from conda_sluice.discover.reading import read_text

_PLACES = {"INCLUDEDIR": "include", "LIBDIR": "lib", "BINDIR": "bin", "DATADIR": "share"}
_OF_A_FILE = ("CMAKE_CURRENT_SOURCE_DIR", "CMAKE_CURRENT_LIST_DIR", "PROJECT_SOURCE_DIR")
"""Variables that are again what they were when a file below has been read."""
_MOST = 20_000
"""No project has more commands than this, or more calls and rounds of loops."""
_MOST_WORDS = 400_000
"""Arguments of all commands: a list that is given to many becomes as many."""
_DEEPEST = 16
"""Files and functions within each other."""
_MOST_ROUNDS = 100


@dataclass(frozen=True, slots=True)
class Command:
    """One command with its arguments; `is_certain` outside of every open `if`, loop and loader.

    `file` is where it stands, relative to the project; `is_switched` tells that it runs only where
    a variable is true whose value is not known. `module` is the package that a find module of the
    project's own looks for with it, and `is_demanded` tells that this package has to be there.
    """

    name: str
    arguments: tuple[str, ...]
    is_certain: bool
    file: str = "CMakeLists.txt"
    is_switched: bool = False
    module: str = ""
    is_demanded: bool = False


@dataclass(frozen=True, slots=True)
class _Place:
    """Where commands stand, and what is around them."""

    file: Path
    shown: str
    is_certain: bool = True
    is_switched: bool = False
    module: str = ""
    is_demanded: bool = False
    depth: int = _DEEPEST
    calls: frozenset[str] = frozenset()


@dataclass(slots=True)
class State:
    """What is known after the commands that were read: variables, options, the commands.

    `demanded` are the variables without which the project says that it cannot be built; `runs`
    counts the bodies that were run, and `words` the arguments.
    """

    root: Path
    files: Files
    options: Options = field(default_factory=Options)
    commands: list[Command] = field(default_factory=list)
    functions: dict[str, Function] = field(default_factory=dict)
    demanded: set[str] = field(default_factory=set)
    folder: Path = Path()
    runs: int = 0
    words: int = 0

    @property
    def is_full(self) -> bool:
        """Tell whether more was read than any project has."""
        return max(len(self.commands), self.runs) >= _MOST or self.words > _MOST_WORDS

    @property
    def variables(self) -> dict[str, str]:
        """Return what variables hold, as far as that is known."""
        return self.options.variables.texts


def read_commands(root: Path, folder: str = "") -> State:
    """Read the CMake project whose top CMakeLists.txt lies in `folder` of the tree at `root`."""
    state = State(root, Files(root))
    state.variables.update({f"CMAKE_INSTALL_{key}": value for key, value in _PLACES.items()})
    state.variables.update({f"CMAKE_INSTALL_FULL_{key}": value for key, value in _PLACES.items()})
    top = root / folder
    for name in ("CMAKE_SOURCE_DIR", "PROJECT_SOURCE_DIR"):
        state.variables[name] = str(top)
    _read_file(top / "CMakeLists.txt", state, _Place(top, ""))
    return state


def _read_file(file: Path, state: State, around: _Place) -> None:
    before = {name: state.variables[name] for name in _OF_A_FILE if name in state.variables}
    folder = state.folder
    state.variables["CMAKE_CURRENT_LIST_DIR"] = str(file.parent)
    if file.name == "CMakeLists.txt":
        state.folder = file.parent
        state.variables["CMAKE_CURRENT_SOURCE_DIR"] = str(file.parent)
    shown = file.relative_to(state.root).as_posix()
    place = replace(around, file=file, shown=shown, depth=around.depth - 1)
    _run(tuple(parse_cmake(read_text(file, state.root))), place, state)
    state.variables.update(before)
    state.folder = folder


def _run(body: Sequence[Said], place: _Place, state: State) -> None:
    """Run commands one after the other, up to a `return()` that surely is reached."""
    blocks = Blocks(state.options)
    at, state.runs, within = 0, state.runs + 1, place
    while at < len(body) and not state.is_full:
        name, raw = body[at]
        if name in TURNS:
            blocks.read(name, _with_known_files(raw, state) if name in ("if", "elseif") else raw)
            within = _within(place, blocks)
        if name in ("function", "macro", "foreach"):
            end = end_of_block(body, at)
            if not blocks.are_dead:
                _open(name, raw, body[at + 1 : end], within, state)
            at = end
        elif name == "message" and raw[:1] in (("FATAL_ERROR",), ("SEND_ERROR",)):
            missing = blocks.missing if place.is_certain else ""
            state.demanded |= {state.options.variables.expanded(missing)} - {""}
        elif name == "return" and blocks.are_certain:
            return
        elif not blocks.are_dead:
            _command(name, raw, within, state, is_sure=blocks.are_certain)
        at += 1


def _within(place: _Place, blocks: Blocks) -> _Place:
    if not blocks.stack:
        return place
    return replace(
        place,
        is_certain=place.is_certain and blocks.are_certain,
        is_switched=place.is_switched or blocks.are_switched,
    )


def _open(name: str, raw: Sequence[str], body: Sequence[Said], place: _Place, state: State) -> None:
    """Take in a function, or run a loop."""
    if name == "foreach":
        _loop(raw, body, place, state)
    elif raw:
        state.options.commands.add(raw[0].lower())
        state.functions[raw[0].lower()] = Function(
            tuple(raw[1:]), body, name == "macro", place.file, place.shown
        )


def _loop(raw: Sequence[str], body: Sequence[Said], place: _Place, state: State) -> None:
    """Run the body of a `foreach` for each item; once, as what may run, where none is known."""
    if not raw or not place.depth:
        return
    variables = state.options.variables
    items, are_sure = items_of(raw, variables)
    place = replace(place, depth=place.depth - 1, is_certain=place.is_certain and are_sure)
    if not are_sure and not items:
        variables.doubt(raw[:1])
        _run(body, place, state)
    for item in items[:_MOST_ROUNDS]:
        variables.put(raw[0], item, is_certain=True)
        _run(body, place, state)


def _command(name: str, raw: Sequence[str], place: _Place, state: State, *, is_sure: bool) -> None:
    """Take in one command that runs, or may run."""
    options = state.options
    arguments = options.variables.arguments(raw)
    state.words += len(arguments)
    function = state.functions.get(name)
    if name not in ("if", "elseif", "else"):
        options.seen.update(arguments[:2])  # what is not followed may set what it names
    if function:
        if place.depth and name not in place.calls:
            inner = replace(place, calls=place.calls | {name})
            _call(function, arguments, inner, state)
        return
    state.commands.append(
        Command(
            name,
            arguments,
            place.is_certain,
            place.shown,
            place.is_switched,
            place.module,
            place.is_demanded,
        )
    )
    if name in ("add_library", "add_executable") and is_sure:
        options.targets.update(arguments[:1])
    if name in DECLARES:
        options.declare(name, options.variables.arguments(raw, surely=True))
    remember(name, arguments, options, state.folder, is_sure=is_sure)
    if place.depth:
        _enter(name, arguments, place, state)


def _enter(name: str, arguments: Sequence[str], place: _Place, state: State) -> None:
    """Read the file of the project that a command reads, where it reads one."""
    said = state.variables.get("CMAKE_MODULE_PATH", "").split(";")
    match name, arguments:
        case "add_subdirectory", (folder, *_):
            inner = state.files.subdirectory(state.folder, folder)
        case "subdirs", folders:
            for folder in folders:
                _enter("add_subdirectory", (folder,), place, state)
            return
        case "externalproject_add", _ if source := after(arguments, "SOURCE_DIR"):
            inner = state.files.inside(state.folder, f"{source}/CMakeLists.txt")
        case "include", (module, *_):
            inner = state.files.once(state.files.module(place.file.parent, module, said))
        case "find_package", (package, *_) if "$" not in package and package != place.module:
            own = state.files.module(state.root, f"Find{package}", said)
            if inner := state.files.once(own, is_needed="REQUIRED" in arguments):
                _find(package, arguments, inner, place, state)
            return
        case _:
            return
    if inner:
        _read_file(inner, state, place)


def _find(
    package: str, arguments: Sequence[str], module: Path, place: _Place, state: State
) -> None:
    """Read a find module of the project's own: what it looks for is what the package is."""
    is_required = "REQUIRED" in arguments
    variables = state.options.variables
    components = [one for one in _components(arguments) if one != "REQUIRED"]
    variables.put(f"{package}_FIND_COMPONENTS", ";".join(components), is_certain=True)
    variables.put(f"{package}_FIND_REQUIRED", "1" if is_required else "", is_certain=True)
    for one in components:
        variables.put(f"{package}_FIND_REQUIRED_{one}", "1", is_certain=True)
    _read_file(module, state, replace(place, module=package, is_demanded=is_required))


def _components(arguments: Sequence[str]) -> Iterator[str]:
    at = next((i for i, one in enumerate(arguments) if one.endswith("COMPONENTS")), None)
    for word in arguments[at + 1 :] if at is not None else ():
        if not word.isupper() or word == "REQUIRED":
            yield word


def _call(function: Function, arguments: Sequence[str], place: _Place, state: State) -> None:
    """Run a function of the project's own with its arguments."""
    inner = replace(place, file=function.file, shown=function.shown, depth=place.depth - 1)
    with called(function, arguments, state.options.variables, is_certain=place.is_certain):
        _run(function.body, inner, state)


def _with_known_files(condition: Sequence[str], state: State) -> tuple[str, ...]:
    """Answer in a condition whether files of the project exist: they are there to be looked at."""
    words = list(condition)
    for at in reversed([at for at, word in enumerate(words[:-1]) if word == "EXISTS"]):
        path = state.options.variables.expanded(words[at + 1])
        asked = Path(path)
        if "$" not in path and asked.is_absolute() and asked.is_relative_to(state.root):
            words[at : at + 2] = ["TRUE" if asked.exists() else "FALSE"]
    return tuple(words)
