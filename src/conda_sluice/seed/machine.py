"""What this machine has: facts gathered once, so that everything after is decided from values."""

import json
import os
import re
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Protocol, cast

from conda_sluice.effects import process
from conda_sluice.errors import ToolError
from conda_sluice.model.completed import Completed
from conda_sluice.model.names import Subdir

_PLATFORMS = {"x86_64": "linux-64", "aarch64": "linux-aarch64"}
_BINUTILS = (
    *("addr2line", "ar", "as", "c++filt", "elfedit", "gcc-ar", "gcc-nm", "gcc-ranlib", "gcov"),
    *("gprof", "ld", "ld.gold", "nm", "objcopy", "objdump", "ranlib", "readelf", "size"),
    *("strings", "strip"),
)
_PROBE = """
import json, os, sys, sysconfig
v = sysconfig.get_config_var
name = "python%d.%d" % sys.version_info[:2]
print(json.dumps({
    "executable": os.path.realpath(getattr(sys, "_base_executable", sys.executable)),
    "prefix": sys.base_prefix,
    "version": "%d.%d.%d" % sys.version_info[:3],
    "build": sys.version,
    "implementation": sys.implementation.name,
    "stdlib": sysconfig.get_path("stdlib"),
    "include": os.path.join(v("INCLUDEDIR") or "", name),
    "multiarch_include": os.path.join(v("INCLUDEDIR") or "", v("MULTIARCH") or "none", name),
    "library": os.path.join(v("LIBDIR") or "", v("INSTSONAME") or "none"),
    "library_folder": v("LIBDIR") or "",
    "wheels": v("WHEEL_PKG_DIR") or "",
}))
"""


class Run(Protocol):
    """Runs a command, as `conda_sluice.effects.process.run` does."""

    def __call__(
        self,
        argv: list[str],
        *,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        timeout: float | None = None,
    ) -> Completed:
        """Run a command to its end."""


Which = Callable[[str], str | None]
"""Finds a program, as `shutil.which` does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostPython:
    """A Python interpreter; paths are absolute, `build` is what `sys.version` says.

    `has_headers` tells that extensions can be compiled; `has_run_path` that its programs name the
    folder in which they look for their library.
    """

    executable: str
    prefix: str
    version: str
    build: str
    implementation: str
    stdlib: str
    include: str
    multiarch_include: str
    library: str
    library_folder: str
    wheels: str
    has_headers: bool = True
    has_run_path: bool = False

    @property
    def minor(self) -> str:
        """Return the version's first two numbers: `3.11`."""
        return ".".join(self.version.split(".")[:2])


@dataclass(frozen=True, slots=True, kw_only=True)
class HostR:
    """An R; `home`, `share`, `include` and `doc` are folders, `build` the version in full.

    `base` are the packages that belong to R itself, `libraries` the folders that hold more,
    `linear_algebra` the names and files of the shared BLAS and LAPACK that it is linked to.
    """

    home: str
    share: str
    include: str
    doc: str
    version: str
    build: str
    base: tuple[str, ...]
    libraries: tuple[str, ...]
    linear_algebra: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class HostTool:
    """A program with its version; `data` is a folder that it needs, "" for none."""

    path: str
    version: str
    data: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A machine: what it runs, and which of the tools it has (`tools` by name, sorted)."""

    subdir: Subdir
    os_id: str
    os_version: str
    os_name: str
    glibc: str
    python: HostPython
    r: HostR | None = None
    tools: tuple[tuple[str, HostTool], ...] = ()

    @property
    def triplet(self) -> str:
        """Return the prefix of the compilers' names: `x86_64-conda-linux-gnu`."""
        return f"{dict(_TRIPLETS)[self.subdir]}-conda-linux-gnu"

    def tool(self, name: str) -> HostTool | None:
        """Return the tool of that name, None where the machine has none."""
        return dict(self.tools).get(name)


_TRIPLETS = tuple((subdir, machine) for machine, subdir in _PLATFORMS.items())


def inspect_machine(
    python: str = sys.executable,
    *,
    run: Run = process.run,
    which: Which = shutil.which,
    root: Path = Path("/"),
) -> Machine:
    """Look at this machine; its Python is the base of the interpreter `python`, this very one.

    Raise ToolError on what cannot be seeded: another system than Linux with glibc.
    """
    system = os.uname()
    if system.sysname != "Linux" or system.machine not in _PLATFORMS:
        raise ToolError(
            f"this is {system.sysname} on {system.machine}; a host channel can be made on Linux"
            " for x86_64 and aarch64",
            remedy="name a channel with Python and compilers under `upstream:` in channels.yaml",
        )
    release = _parse_os_release((root / "etc/os-release").read_text("utf-8"))
    return Machine(
        subdir=Subdir(_PLATFORMS[system.machine]),
        os_id=release.get("ID", "linux"),
        os_version=release.get("VERSION_ID", release.get("VERSION_CODENAME", "")),
        os_name=release.get("PRETTY_NAME", "Linux"),
        glibc=_glibc(),
        python=_inspect_python(python, run),
        r=_inspect_r(run, which),
        tools=_inspect_tools(run, which),
    )


def _glibc() -> str:
    name, _, version = (os.confstr("CS_GNU_LIBC_VERSION") or "").partition(" ")
    if name != "glibc":
        raise ToolError(
            "this machine's C library is not glibc",
            remedy="name a channel with Python and compilers under `upstream:` in channels.yaml",
        )
    return version


def _parse_os_release(text: str) -> dict[str, str]:
    """Return the fields of os-release(5)."""
    pairs = (line.split("=", 1) for line in text.splitlines() if "=" in line)
    return {key.strip(): value.strip().strip("\"'") for key, value in pairs if key[:1] != "#"}


def _inspect_python(python: str, run: Run) -> HostPython:
    result = run([python, "-I", "-c", _PROBE], timeout=60)
    if result.code != 0:
        raise ToolError(f"{python} does not answer: {result.output.strip()[-300:]}")
    facts = cast("dict[str, str]", json.loads(result.output.splitlines()[-1]))
    if facts["implementation"] != "cpython":
        raise ToolError(f"{python} is {facts['implementation']}, and only CPython can be seeded")
    known = {field.name for field in fields(HostPython)}
    program = Path(facts["executable"]).read_bytes()
    return HostPython(
        **{key: value for key, value in facts.items() if key in known},
        has_headers=(Path(facts["include"]) / "Python.h").is_file(),
        has_run_path=f"{facts['library_folder']}\0".encode() in program,
    )


def _inspect_r(run: Run, which: Which) -> HostR | None:
    program = which("R")
    if program is None:
        return None
    home = Path(_first_line(run, [program, "RHOME"]))
    build = _first_line(run, [program, "--version"])
    version = re.search(r"R version (\d+\.\d+\.\d+)", build)
    script = home / "bin/R"
    if version is None or not script.is_file():
        return None
    said = dict(re.findall(r"^(R_\w+_DIR)=(.+)$", script.read_text("utf-8"), re.MULTILINE))
    folders = {part: said.get(f"R_{part.upper()}_DIR", str(home / part)) for part in _R_PARTS}
    return HostR(
        home=str(home),
        version=version[1],
        build=build,
        base=_base_packages(home / "library"),
        libraries=_libraries(run, program) or (str(home / "library"),),
        linear_algebra=_linear_algebra(run, which, home),
        **folders,
    )


_R_PARTS = ("share", "include", "doc")


def _libraries(run: Run, program: str) -> tuple[str, ...]:
    """Ask R for the folders in which it looks for packages, without a user's own settings."""
    script = 'cat(.libPaths(), sep = "\\n")'
    result = run([program, "--vanilla", "--no-echo", "-e", script], timeout=60)
    return tuple(result.output.splitlines()) if result.code == 0 else ()


_LINEAR_ALGEBRA = re.compile(r"^\s*(lib(?:blas|lapack))\.so\S*\s+=>\s+(/\S+)", re.MULTILINE)


def _linear_algebra(run: Run, which: Which, home: Path) -> tuple[tuple[str, str], ...]:
    """Return the files of BLAS and LAPACK by name; nothing where R has its own inside."""
    ldd = which("ldd")
    results = [run([ldd, str(home / one)], timeout=60) for one in _LINKED_PARTS if ldd]
    found = [pair for one in results for pair in _LINEAR_ALGEBRA.findall(one.output)]
    return tuple(sorted(dict(found).items()))


_LINKED_PARTS = ("lib/libR.so", "modules/lapack.so")


def _base_packages(library: Path) -> tuple[str, ...]:
    """Return the packages of R itself; its translations are left out, they are a third of it."""
    descriptions = sorted(library.glob("*/DESCRIPTION"))
    return tuple(
        one.parent.name
        for one in descriptions
        if one.parent.name != "translations"
        and re.search(r"^Priority:\s*base\s*$", one.read_text("utf-8", "replace"), re.MULTILINE)
    )


_VERSIONED: tuple[tuple[str, str, str], ...] = (
    ("gcc", "-dumpfullversion", r"(\d[\d.]*)"),
    ("g++", "-dumpfullversion", r"(\d[\d.]*)"),
    ("gfortran", "-dumpfullversion", r"(\d[\d.]*)"),
    ("cmake", "--version", r"cmake version (\d[\d.]*)"),
    ("ninja", "--version", r"(\d+(?:\.\d+)*)"),
    ("make", "--version", r"GNU Make (\d[\d.]*)"),
    ("pkg-config", "--version", r"(\d[\d.]*)"),
    ("autoconf", "--version", r"autoconf \(GNU Autoconf\) (\d[\d.]*)"),
    ("automake", "--version", r"automake \(GNU automake\) (\d[\d.]*)"),
    ("libtool", "--version", r"libtoolize \(GNU libtool\) (\d[\d.]*)"),
    ("m4", "--version", r"m4 \(GNU M4\) (\d[\d.]*)"),
    ("bison", "--version", r"bison \(GNU Bison\) (\d[\d.]*)"),
    ("flex", "--version", r"flex (\d[\d.]*)"),
)
_PROGRAMS = {"libtool": "libtoolize"}
"""What a tool is asked by, where it is called otherwise: not all bring a program of their name."""
_COPIED = frozenset({"cmake", "ninja", "make"})


def _inspect_tools(run: Run, which: Which) -> tuple[tuple[str, HostTool], ...]:
    found = {name: HostTool(path, "") for name in _BINUTILS if (path := which(name))}
    for name, option, pattern in _VERSIONED:
        path = which(_PROGRAMS.get(name, name))
        if path is None or (name in _COPIED and not _is_program(Path(path))):
            continue
        version = re.search(pattern, _first_line(run, [path, option]))
        data = _cmake_data(Path(path)) if name == "cmake" else ""
        if version is not None and (name != "cmake" or data):
            found[name] = HostTool(path, version[1], data)
    return tuple(sorted(found.items()))


def _is_program(path: Path) -> bool:
    """Tell whether a file is a program of its own: a wrapper script cannot be copied."""
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def _cmake_data(program: Path) -> str:
    """Return the folder of CMake's modules, which lies beside the folder of the program."""
    share = program.resolve().parent.parent / "share"
    found = sorted(share.glob("cmake-*/Modules/CMake.cmake"))
    return str(found[-1].parent.parent) if found else ""


def _first_line(run: Run, argv: list[str]) -> str:
    result = run(argv, timeout=60)
    return result.output.strip().partition("\n")[0] if result.code == 0 else ""
