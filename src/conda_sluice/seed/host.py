"""Which host packages a machine gives, and what it lacks."""

from conda_sluice.seed.compilers import plan_compilers
from conda_sluice.seed.machine import Machine
from conda_sluice.seed.outcome import Unavailable
from conda_sluice.seed.package import SeedPackage
from conda_sluice.seed.python import plan_python
from conda_sluice.seed.r import plan_r
from conda_sluice.seed.tools import TOOLS, plan_tools

_SLOW = {"cmake": 0, "python": 1, "r-base": 2}
_DEBIAN = {"ninja": "ninja-build", "g++": "g++", "gcc": "gcc"}


def plan_host(machine: Machine) -> tuple[SeedPackage, ...]:
    """Return every package that can be made of this machine itself, the slow ones first."""
    packages = (
        *plan_python(machine),
        *plan_r(machine),
        *plan_tools(machine),
        *plan_compilers(machine),
    )
    return tuple(sorted(packages, key=lambda one: (_SLOW.get(one.name, len(_SLOW)), one.name)))


def find_missing(machine: Machine) -> tuple[Unavailable, ...]:
    """Return what this machine lacks, each with what to install; none of it is an error yet."""
    names = {"gcc": f"gcc_{machine.subdir}", "g++": f"gxx_{machine.subdir}"}
    missing = [
        (names.get(tool, tool), _DEBIAN.get(tool, tool))
        for tool in ("gcc", "g++", *TOOLS)
        if machine.tool(tool) is None
    ]
    if machine.r is None:
        missing.insert(0, ("r-base", "r-base-core"))
    if not machine.python.has_headers:
        missing.insert(0, ("python headers", f"python{machine.python.minor}-dev"))
    return tuple(
        Unavailable(
            name=name,
            reason="this machine has none",
            remedy=f"on Debian: apt-get install {package}",
            is_needed=False,
        )
        for name, package in missing
    )
