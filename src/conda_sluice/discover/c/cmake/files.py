"""Which files of its own a CMake project reads: folders below, modules, find modules."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from conda_sluice.discover.c.cmake.syntax import parse_cmake
from conda_sluice.discover.reading import read_text

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
_MODULES = ("cmake", "CMake", "cmake/modules", "cmake/Modules", "CMakeModules", "Modules", ".")


@dataclass(frozen=True, slots=True)
class Files:
    """The files of the project at `root`; `seen` are modules that were read, as needs or not."""

    root: Path
    seen: set[tuple[Path, bool]] = field(default_factory=set)

    def subdirectory(self, folder: Path, below: str) -> Path | None:
        """Return the CMakeLists.txt of a folder, None where it is none that a package needs."""
        file = self.inside(folder, f"{below}/CMakeLists.txt")
        return file if file and not self._is_aside(file) else None

    def module(self, folder: Path, module: str, said: Sequence[str]) -> Path | None:
        """Return the project's own file that `include(module)` reads, None for CMake's modules.

        `said` is CMAKE_MODULE_PATH.
        """
        if module.endswith((".cmake", ".txt")):
            return self.inside(folder, module) or self.inside(self.root, module)
        places = [one for one in (*said, *_MODULES) if one]
        files = (self.inside(self.root, f"{place}/{module}.cmake") for place in places)
        return next((file for file in files if file), None)

    def once(self, module: Path | None, *, is_needed: bool = False) -> Path | None:
        """Return a module the first time that it is asked for, and the first time as a need."""
        if module is None or {(module, True), (module, is_needed)} & self.seen:
            return None
        self.seen.add((module, is_needed))
        return module

    def inside(self, folder: Path, path: str) -> Path | None:
        """Return a file of the project, None where it is none, or lies outside."""
        file = folder / path
        if "$" in path or not file.is_file():
            return None
        real, top = file.resolve(), self.root.resolve()
        return self.root / real.relative_to(top) if real.is_relative_to(top) else None

    def _is_aside(self, file: Path) -> bool:
        """Tell whether a CMakeLists.txt is for tests and the like, or another project's copy."""
        *folders, parent = ("", *file.relative_to(self.root).parts[:-1])
        if any(_ASIDE.fullmatch(part) for part in (*folders, parent)):
            return True
        if any(_COPIES.fullmatch(part) for part in folders):
            return True
        commands = parse_cmake(read_text(file, self.root))
        return _COPIES.fullmatch(parent) is not None and any(
            one == "project" for one, _ in commands
        )
