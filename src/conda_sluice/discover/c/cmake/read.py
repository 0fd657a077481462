"""What a CMake project says of itself: version, languages, what it looks for and installs."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from conda_sluice.discover.c.build_facts import BuildFacts
from conda_sluice.discover.c.cmake.abi import abi_of
from conda_sluice.discover.c.cmake.commands import Command, State, read_commands
from conda_sluice.discover.c.cmake.folders import headers_of_folders
from conda_sluice.discover.c.cmake.links import links, until_keyword
from conda_sluice.discover.c.cmake.syntax import after

_LANGUAGES = {"C": "c", "CXX": "cxx", "FORTRAN": "fortran", "CUDA": "cuda"}
_TOOLS = {
    "BISON": "bison",
    "FLEX": "flex",
    "Gettext": "gettext-tools",
    "Perl": "perl",
    "SWIG": "swig",
    **dict.fromkeys(("Python", "Python3", "PythonInterp"), "python"),
}
"""Programs that find_package finds and the build runs."""
_PROGRAMS = {"nasm": "nasm", "yasm": "yasm", "bison": "bison", "flex": "flex", "perl": "perl"}
_FILE_NAMES = {"add_library": "LIBRARY_OUTPUT_NAME", "add_executable": "RUNTIME_OUTPUT_NAME"}
"""Properties with the name of the file that a target becomes; OUTPUT_NAME is for either."""
_VERSION = re.compile(r"\d+(\.\d+)+[\w.]*")


def read_cmake(root: Path, folder: str = "") -> BuildFacts:
    """Read the CMake project in `folder` of the tree at `root`; all is empty where none is."""
    state = read_commands(root, folder)
    commands = state.commands
    project = next((one for one in commands if one.name == "project"), None)
    arguments = project.arguments if project else ()
    version, because = _version(arguments, state)
    abi, abi_because = abi_of(commands)
    return BuildFacts(
        name=arguments[0] if arguments else "",
        version=version,
        version_because=because,
        summary=after(arguments, "DESCRIPTION"),
        home=after(arguments, "HOMEPAGE_URL"),
        languages=_languages(arguments, commands) if project else (),
        is_sure_of_languages=project is not None,
        links=links(state),
        tools=_tools(commands),
        libraries=_targets(commands, "add_library"),
        headers=(*_headers(commands), *headers_of_folders(commands, root)),
        files=_files(commands),
        programs=_targets(commands, "add_executable"),
        packages=_packages(commands),
        pkg_configs=_installed_names(commands, ".pc"),
        can_install=any(one.name == "install" for one in commands),
        is_compiled=_is_compiled(commands),
        abi=abi,
        abi_because=abi_because,
        options=(
            *(f"{one}=OFF" for one in state.options.switched_off),
            *(f"{one}=ON" for one in state.options.switched_on),
            *_one_folder_of_libraries(commands),
        ),
    )


def _one_folder_of_libraries(commands: Sequence[Command]) -> Iterator[str]:
    """Yield the variables that may name another folder than lib on 64 bits, with what they get."""
    said = (one.arguments[:2] for one in commands if one.name == "set")
    for variable, value in dict.fromkeys(one for one in said if len(one) > 1):
        if value == "lib64" and variable != "CMAKE_INSTALL_LIBDIR":
            yield f"{variable}=lib"
        elif value == "64" and variable == "LIB_SUFFIX":
            yield f"{variable}="


def _version(arguments: Sequence[str], state: State) -> tuple[str, str]:
    """Return the version that variables hold, as project() or the usual names say it."""
    project = arguments[0] if arguments else ""
    said = after(arguments, "VERSION")
    if _VERSION.fullmatch(said):
        return said, "project() in CMakeLists.txt"
    prefixes = [project, project.upper(), project.upper().replace("-", "_"), "PROJECT"]
    prefixes += [one.removeprefix("LIB") for one in prefixes[1:3]] + [f"LIB{project.upper()}"]
    for name in ("PROJECT_VERSION", *(f"{one}_VERSION" for one in prefixes), "VERSION"):
        for variable in (name, f"{name}_STRING", f"{name}_FULL"):
            value = state.variables.get(variable, "").lstrip("v")
            if _VERSION.fullmatch(value):
                return value, f"{variable} in CMakeLists.txt"
    for prefix in (*prefixes, "VERSION"):
        if found := _version_of_parts(prefix, state.variables):
            return found, f"{prefix}'s version numbers in CMakeLists.txt"
    return "", ""


def _version_of_parts(prefix: str, variables: dict[str, str]) -> str:
    stems = (f"{prefix}_VERSION", prefix, f"{prefix}_VER")
    for stem in stems:
        numbers = [
            variables.get(f"{stem}_{part}", "")
            for part in ("MAJOR", "MINOR", "PATCH", "MICRO", "REVISION", "RELEASE", "BUILD")
        ]
        if numbers[0].isdigit() and numbers[1].isdigit():
            return ".".join(one for one in numbers if one.isdigit())
    return ""


def _languages(arguments: Sequence[str], commands: Sequence[Command]) -> tuple[str, ...]:
    """Return the languages whose compilers CMake wants to see; its default is C and C++."""
    words = list(arguments[1:])
    for keyword in ("VERSION", "DESCRIPTION", "HOMEPAGE_URL", "COMPAT_VERSION"):
        if keyword in words:
            at = words.index(keyword)
            del words[at : at + 2]
    enabled = [
        word
        for one in commands
        if one.name == "enable_language" and one.is_certain
        for word in one.arguments
    ]
    is_said = [word for word in words if word != "LANGUAGES"]
    said = {_LANGUAGES.get(word.upper(), "") for word in (*is_said, *enabled)}
    if not is_said:
        said |= {"c", "cxx"}
    return tuple(one for one in _LANGUAGES.values() if one in said)


def _tools(commands: Sequence[Command]) -> tuple[str, ...]:
    """Return the programs that are surely run while building."""
    found: dict[str, None] = {}
    for one in commands:
        if not one.is_certain:
            continue
        match one.name, one.arguments:
            case "find_package", (name, *words) if "REQUIRED" in words and name in _TOOLS:
                found[_TOOLS[name]] = None
            case "find_program", (_, *words) if "REQUIRED" in words:
                found |= {_PROGRAMS[word]: None for word in words if word in _PROGRAMS}
            case "enable_language", ("ASM_NASM", *_):
                found["nasm"] = None
            case _:
                pass
    return tuple(found)


def _is_compiled(commands: Sequence[Command]) -> bool:
    """Tell whether any installed target has sources; a project without targets may well have."""
    headers = {
        one.arguments[0]
        for one in commands
        if one.name == "add_library" and {"INTERFACE", "ALIAS", "IMPORTED"} & set(one.arguments)
    }
    installed = {
        target
        for one in commands
        if one.name == "install" and one.arguments[:1] == ("TARGETS",)
        for target in until_keyword(one.arguments[1:])
    }
    made = {
        one.arguments[0]
        for one in commands
        if one.name in ("add_library", "add_executable") and one.arguments
    }
    return not made or bool((installed or made) - headers)


def _targets(commands: Sequence[Command], maker: str) -> tuple[str, ...]:
    """Return the names under which targets of one kind are surely installed."""
    kinds = ("INTERFACE", "OBJECT", "STATIC", "MODULE", "ALIAS", "IMPORTED")
    made = {
        one.arguments[0]
        for one in commands
        if one.name == maker and one.arguments and not set(kinds) & set(one.arguments)
    }
    named = {_FILE_NAMES[maker], "OUTPUT_NAME"}
    given = [(target, said) for one in commands for target, said in _properties(one)]
    renamed = {
        target: name
        for target, said in given
        if named & set(said) and (name := _library_name(said, _FILE_NAMES[maker]))
    }
    computed = {target for target, said in given if {*named, "PREFIX"} & set(said)} - set(renamed)
    names = [
        renamed.get(target, target)
        for one in commands
        if one.is_certain and one.name == "install" and one.arguments[:1] == ("TARGETS",)
        for target in until_keyword(one.arguments[1:])
        if target in made - computed
    ]
    return tuple(dict.fromkeys(name for name in names if re.fullmatch(r"[\w.+-]+", name)))


def _properties(one: Command) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the targets that a command gives properties, with its words that say these."""
    if one.name == "set_target_properties" and "PROPERTIES" in one.arguments:
        at = one.arguments.index("PROPERTIES")
        yield from ((target, one.arguments[at + 1 :]) for target in one.arguments[:at])
    elif one.name == "set_property" and one.arguments[:1] == ("TARGET",):
        at = one.arguments.index("PROPERTY") if "PROPERTY" in one.arguments else 1
        yield from ((target, one.arguments[at + 1 :]) for target in one.arguments[1:at])


def _library_name(properties: Sequence[str], own_property: str) -> str:
    """Return the name behind `lib` of the file that a target becomes, "" where it has no `lib`."""
    name = after(properties, own_property) or after(properties, "OUTPUT_NAME")
    if not name or "PREFIX" not in properties:
        return name
    at = properties.index("PREFIX") + 1
    file = (properties[at].strip('"') if at < len(properties) else "") + name
    return file.removeprefix("lib") if file.startswith("lib") else ""


def _headers(commands: Sequence[Command]) -> tuple[str, ...]:
    found = [
        f"{destination}/{PurePosixPath(file).name}"
        for one in commands
        if one.is_certain and one.name == "install" and one.arguments[:1] == ("FILES",)
        if (destination := after(one.arguments, "DESTINATION")).startswith("include")
        for file in until_keyword(one.arguments[1:])
        if re.fullmatch(r"(\$\{\w+_DIR\}/)?[\w./+-]+\.(h|hh|hpp|hxx)", file)
    ]
    return tuple(dict.fromkeys(found))


def _files(commands: Sequence[Command]) -> tuple[str, ...]:
    """Return the .pc and package files that surely are installed, where their folder is known."""
    found = [
        f"{destination}/{PurePosixPath(file).name}"
        for one in commands
        if one.is_certain and one.name == "install" and one.arguments[:1] == ("FILES",)
        if (destination := after(one.arguments, "DESTINATION").rstrip("/")).startswith(
            ("lib", "share")
        )
        for file in until_keyword(one.arguments[1:])
        if re.fullmatch(r"(\$\{\w+_DIR\}/|/)?[\w./+-]+(\.pc|[cC]onfig\.cmake)", file)
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
    found = (name.removesuffix(suffix) for name in names if name.endswith(suffix))
    return tuple(dict.fromkeys(name for name in found if re.fullmatch(r"[\w.+-]+", name)))
