"""The machine's own Python as a conda package, and the package that names its ABI."""

from conda_sluice.model.names import NOARCH
from conda_sluice.seed.machine import HostPython, Machine
from conda_sluice.seed.package import RunExport, SeedPackage, host_package, named, template

_RELOCATED = ("bin/*", "lib/libpython*", "lib/*/lib-dynload/*")


def plan_python(machine: Machine) -> tuple[SeedPackage, ...]:
    """Return `python` and `python_abi`.

    Python exports what conda-forge's does: a compiled package gets `python_abi`, which holds it to
    this minor version, a noarch one gets `python`.
    """
    python = machine.python
    tag = abi_tag(python)
    exports = RunExport(weak=python_bounds(python)[1:], noarch=("python",))
    return (
        host_package(
            machine,
            "python",
            python.version,
            script="python.sh",
            files=("relocate_python.py",),
            env={
                "HOST_EXECUTABLE": python.executable,
                "HOST_PREFIX": python.prefix,
                "HOST_MINOR": python.minor,
                "HOST_STDLIB": python.stdlib,
                "HOST_INCLUDE": python.include,
                "HOST_MULTIARCH_INCLUDE": python.multiarch_include,
                "HOST_LIBRARY": python.library,
                "HOST_LIBRARY_FOLDER": python.library_folder,
            },
            summary=f"CPython {python.version}",
            license_id="Python-2.0",
            run_exports=exports,
            facts=f"{python.build} {python.has_headers}",
            suffix="_cpython",
            relocated=_RELOCATED if python.has_run_path else (),
        ),
        _plan_abi(python, tag),
    )


def abi_tag(python: HostPython) -> str:
    """Return the tag of its ABI: `cp311`."""
    return f"cp{python.minor.replace('.', '')}"


def python_bounds(python: HostPython) -> tuple[str, ...]:
    """Return what a compiled package needs of this Python."""
    major, minor = python.minor.split(".")
    return (
        f"python >={python.minor},<{major}.{int(minor) + 1}.0a0",
        f"python_abi {python.minor}.* *_{abi_tag(python)}",
    )


def _plan_abi(python: HostPython, tag: str) -> SeedPackage:
    """Return `python_abi`, which is the same on every machine."""
    recipe = {
        "package": {"name": "python_abi", "version": python.minor},
        "build": {"number": 0, "script": {"file": "nothing.sh"}},
        "requirements": {"run_constraints": [f"python {python.minor}.*"]},
        "about": {
            "license": "BSD-3-Clause",
            "summary": f"Holds compiled packages to the ABI of CPython {python.minor}",
        },
    }
    scripts = (("nothing.sh", template("nothing.sh")),)
    return named(recipe, f"0_{tag}", NOARCH, scripts)
