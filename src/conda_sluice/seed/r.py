"""The machine's R as a conda package; packages beyond R's own are seeded one by one."""

from conda_sluice.seed.machine import HostR, Machine
from conda_sluice.seed.package import RunExport, SeedPackage, host_package


def plan_r(machine: Machine) -> tuple[SeedPackage, ...]:
    """Return `r-base` where the machine has R, and what stands for the libraries below it.

    It exports itself as conda-build's `pin_run_as_build` would pin it: R's packages are made for
    one minor version.
    """
    r = machine.r
    if r is None:
        return ()
    return (
        host_package(
            machine,
            "r-base",
            r.version,
            script="r.sh",
            env={
                "HOST_R_HOME": r.home,
                "HOST_R_SHARE": r.share,
                "HOST_R_INCLUDE": r.include,
                "HOST_R_DOC": r.doc,
                "HOST_R_PACKAGES": " ".join(r.base),
                "HOST_TRIPLET": machine.triplet,
            },
            summary=f"R {r.version}",
            license_id="GPL-2.0-or-later",
            run_exports=RunExport(weak=(f"r-base {r_bound(r)}",), noarch=("r-base",)),
            facts=r.build,
        ),
        *(_plan_linear_algebra(machine, r, name) for name in ("libblas", "liblapack")),
    )


def _plan_linear_algebra(machine: Machine, r: HostR, name: str) -> SeedPackage:
    """Return a package that leads the linker to the library to which the machine's R is linked.

    Recipes of R packages ask for it where these are linked to what R is linked to. Without such a
    library it holds nothing, and stands for what R has inside.
    """
    library = dict(r.linear_algebra).get(name, "")
    return host_package(
        machine,
        name,
        "0",
        script="linked.sh" if library else "nothing.sh",
        env={"HOST_LIBRARY": library, "HOST_NAME": name} if library else {},
        summary=f"Stands for the machine's {name.removeprefix('lib').upper()}",
        license_id="BSD-3-Clause",
    )


def minor_version(r: HostR) -> str:
    """Return the version's first two numbers: `4.2`."""
    return ".".join(r.version.split(".")[:2])


def r_bound(r: HostR) -> str:
    """Return the bound of a package that was made with this R: `>=4.2,<4.3.0a0`."""
    major, minor = minor_version(r).split(".")
    return f">={major}.{minor},<{major}.{int(minor) + 1}.0a0"
