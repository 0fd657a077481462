"""What the commands of a CMake project leave behind in variables."""

from collections.abc import Sequence
from pathlib import Path

from conda_sluice.discover.c.cmake.options import Options
from conda_sluice.discover.c.cmake.syntax import after
from conda_sluice.discover.c.cmake.variables import run
from conda_sluice.model.library_names import SPARED, package_with

_SETTERS = frozenset(
    {
        *("file", "get_filename_component", "execute_process", "math", "get_property"),
        *("get_target_property", "separate_arguments", "get_cmake_property", "cmake_path"),
    }
)
"""Commands that set variables which they name, to what is not followed."""


def remember(
    name: str, arguments: Sequence[str], options: Options, folder: Path, *, is_sure: bool
) -> None:
    """Take in what a command says of variables; `folder` is the one that it stands in."""
    variables = options.variables
    if run(name, arguments, variables, is_certain=is_sure):
        return
    match name, arguments:
        case "project", (project, *_):
            options.project = options.project or project.lower()
            _remember_project(variables.texts, project, arguments)
            for one in (project, "PROJECT"):
                variables.texts[f"{one}_SOURCE_DIR"] = str(folder)
        case "find_package", (package, *_) if is_sure and _is_taken(package, arguments):
            for one in (package, package.upper()):
                variables.default(f"{one}_FOUND", "TRUE")
        case "pkg_check_modules" | "pkg_search_module", (prefix, *modules) if is_sure:
            names = [one for one in modules if not one.isupper()]
            if names and all(_is_taken(_module(one), arguments) for one in names):
                variables.default(f"{prefix}_FOUND", "TRUE")
        case _ if name in _SETTERS:
            variables.doubt(arguments)
        case _:
            pass


def _is_taken(package: str, arguments: Sequence[str]) -> bool:
    """Tell whether a package will be there: it is required, or recipes take it where they can."""
    known = package_with(package)
    return "REQUIRED" in arguments or (bool(known) and known not in SPARED)


def _module(asked: str) -> str:
    return asked.partition("<")[0].partition(">")[0].partition("=")[0]


def _remember_project(variables: dict[str, str], project: str, arguments: Sequence[str]) -> None:
    variables["PROJECT_NAME"] = project
    variables.setdefault("CMAKE_PROJECT_NAME", project)
    if version := after(arguments, "VERSION"):
        numbers = [*version.split("."), "", "", ""]
        for prefix in ("PROJECT", project):
            parts = zip(("MAJOR", "MINOR", "PATCH"), numbers, strict=False)
            variables |= {f"{prefix}_VERSION_{part}": number for part, number in parts}
            variables[f"{prefix}_VERSION"] = version
