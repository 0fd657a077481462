"""The programs that builds call: cmake, ninja, make, pkg-config; and gnuconfig, which is empty."""

from conda_sluice.seed.machine import HostTool, Machine
from conda_sluice.seed.package import SeedPackage, host_package

_LICENSES = {
    "cmake": "BSD-3-Clause",
    "ninja": "Apache-2.0",
    "make": "GPL-3.0-or-later",
    "pkg-config": "ISC",
}
TOOLS = tuple(_LICENSES)


def plan_tools(machine: Machine) -> tuple[SeedPackage, ...]:
    """Return those tools that the machine has."""
    found = ((name, machine.tool(name)) for name in TOOLS)
    tools = (_plan_tool(machine, name, tool) for name, tool in found if tool is not None)
    return (*tools, _plan_gnuconfig(machine))


def _plan_gnuconfig(machine: Machine) -> SeedPackage:
    """Return `gnuconfig` without files: each project's own config.sub knows this machine.

    Recipes ask for it, and copy what they find in it.
    """
    return host_package(
        machine,
        "gnuconfig",
        "0",
        script="nothing.sh",
        summary="Stands for newer copies of config.sub and config.guess",
        license_id="GPL-3.0-or-later WITH Autoconf-exception-generic-3.0",
    )


def _plan_tool(machine: Machine, name: str, tool: HostTool) -> SeedPackage:
    is_wrapped = name == "pkg-config"
    programs = [tool.path]
    if name == "cmake":
        programs.append(f"{tool.path.rpartition('/')[0]}/ctest")
    return host_package(
        machine,
        name,
        tool.version,
        script="pkg-config.sh" if is_wrapped else "program.sh",
        env={"HOST_PROGRAM": tool.path}
        if is_wrapped
        else {"HOST_PROGRAMS": " ".join(programs), "HOST_DATA": tool.data},
        summary=f"{name} {tool.version}",
        license_id=_LICENSES[name],
    )
