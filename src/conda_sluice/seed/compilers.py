"""The machine's compilers: wrappers under conda-forge's names, and what their use asks of users."""

from conda_sluice.seed.machine import HostTool, Machine
from conda_sluice.seed.package import RunExport, SeedPackage, host_package
from conda_sluice.seed.tools import TOOLS

_GPL = "GPL-3.0-only WITH GCC-exception-3.1"
_DRIVERS = {
    "gcc": (("cc", "gcc"), ("gcc", "gcc"), ("cpp", "cpp")),
    "gxx": (("c++", "g++"), ("g++", "g++")),
    "gfortran": (("gfortran", "gfortran"),),
}
_NOT_BINUTILS = frozenset({"gcc", "g++", "gfortran", *TOOLS})


def plan_compilers(machine: Machine) -> tuple[SeedPackage, ...]:
    """Return the compilers that the machine has, its C library, and the runtimes of both."""
    packages = [_plan_stdlib(machine)]
    gcc = machine.tool("gcc")
    if gcc is None:
        return tuple(packages)
    packages += [_plan_compiler(machine, "gcc", gcc), _plan_runtime(machine, "libgcc", gcc)]
    if gxx := machine.tool("g++"):
        packages += [_plan_compiler(machine, "gxx", gxx), _plan_runtime(machine, "libstdcxx", gxx)]
    if fortran := machine.tool("gfortran"):
        packages += [
            _plan_compiler(machine, "gfortran", fortran),
            _plan_runtime(machine, "libgfortran", fortran),
        ]
    return tuple(packages)


def compiler_package(machine: Machine, language: str) -> str:
    """Return the package that `compiler(language)` names here, "" for a language not known."""
    names = {"c": "gcc", "cxx": "gxx", "fortran": "gfortran"}
    return f"{names[language]}_{machine.subdir}" if language in names else ""


def major(version: str) -> str:
    """Return the first number of a compiler's version, which is what variants name."""
    return version.partition(".")[0]


def _plan_compiler(machine: Machine, name: str, tool: HostTool) -> SeedPackage:
    runtimes = {"gcc": (), "gxx": ("libstdcxx",), "gfortran": ("libgfortran",)}[name]
    exports = tuple(f"{one} >={major(tool.version)}" for one in ("libgcc", *runtimes))
    gcc = f"gcc_{machine.subdir}"
    return host_package(
        machine,
        f"{name}_{machine.subdir}",
        tool.version,
        script="compiler.sh",
        files=(f"{name}.activate.sh", f"{name}.deactivate.sh"),
        env={
            "HOST_TRIPLET": machine.triplet,
            "HOST_SCRIPT": name,
            "HOST_PROGRAMS": " ".join(_programs(machine, name, tool)),
        },
        run=() if name == "gcc" else (f"{gcc} =={tool.version}",),
        run_exports=RunExport(strong=exports),
        summary=f"Wrappers for the {name} {tool.version}",
        license_id=_GPL,
    )


def _programs(machine: Machine, name: str, tool: HostTool) -> list[str]:
    """Return `wrapper=program` for the compiler, and for the linker's family beside gcc."""
    folder = tool.path.rpartition("/")[0]
    pairs = [f"{wrapper}={folder}/{program}" for wrapper, program in _DRIVERS[name]]
    if name != "gcc":
        return pairs
    return pairs + [f"{one}={it.path}" for one, it in machine.tools if one not in _NOT_BINUTILS]


def _plan_runtime(machine: Machine, name: str, tool: HostTool) -> SeedPackage:
    return host_package(
        machine,
        name,
        tool.version,
        script="nothing.sh",
        summary=f"Stands for the {name} {tool.version}",
        license_id=_GPL,
    )


def _plan_stdlib(machine: Machine) -> SeedPackage:
    return host_package(
        machine,
        f"sysroot_{machine.subdir}",
        machine.glibc,
        script="nothing.sh",
        run_exports=RunExport(strong=(f"__glibc >={machine.glibc},<3.0.a0",)),
        summary=f"Stands for the C library, glibc {machine.glibc}",
        license_id="LGPL-2.1-or-later",
    )
