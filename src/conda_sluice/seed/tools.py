"""The programs that builds call, from cmake to automake; and gnuconfig, which is empty."""

from conda_sluice.seed.machine import HostTool, Machine
from conda_sluice.seed.package import SeedPackage, host_package

_LICENSES = {
    "cmake": "BSD-3-Clause",
    "ninja": "Apache-2.0",
    "make": "GPL-3.0-or-later",
    "pkg-config": "ISC",
    "autoconf": "GPL-3.0-or-later WITH Autoconf-exception-generic-3.0",
    "automake": "GPL-2.0-or-later",
    "libtool": "GPL-2.0-or-later",
    "m4": "GPL-3.0-or-later",
    "bison": "GPL-3.0-or-later",
    "flex": "BSD-2-Clause-Flex",
}
_SCRIPTS = {
    "autoconf": ("autoconf", "autoheader", "autom4te", "autoreconf", "autoupdate"),
    "automake": ("automake", "aclocal"),
    "libtool": ("libtoolize",),
    "m4": ("m4",),
    "bison": ("bison",),
    "flex": ("flex",),
}
"""Programs that know where the machine keeps what they read: they are called there."""

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
    folder = tool.path.rpartition("/")[0]
    script, env = "program.sh", {"HOST_PROGRAMS": tool.path, "HOST_DATA": tool.data}
    if name == "pkg-config":
        script, env = "pkg-config.sh", {"HOST_PROGRAM": tool.path}
    elif name == "cmake":
        env["HOST_PROGRAMS"] += f" {folder}/ctest"
    elif name in _SCRIPTS:
        programs = (f"{folder}/{one}" for one in _SCRIPTS[name])
        script, env = "called.sh", {"HOST_PROGRAMS": " ".join(programs)}
    return host_package(
        machine,
        name,
        tool.version,
        script=script,
        env=env,
        summary=f"{name} {tool.version}",
        license_id=_LICENSES[name],
    )
