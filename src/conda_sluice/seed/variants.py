"""The variants file of a host channel: the values that its packages exist for."""

from conda_sluice.seed.compilers import major
from conda_sluice.seed.machine import Machine
from conda_sluice.seed.r import minor_version

VARIANTS_FILE = "conda_build_config.yaml"


def render_variants(machine: Machine) -> str:
    """Return the text of `conda_build_config.yaml`.

    Lists are written as blocks only: conda-build takes what stands in brackets at the end of a
    line for a selector, and drops the line.
    """
    lines = [f"# Written by sluice seed for {machine.os_name.replace('#', '')}: one value for each"]
    lines.append("# key, because a machine has one of each.")
    for key, value in _values(machine):
        lines += [f"{key}:", f'  - "{value}"']
    lines.append("pin_run_as_build:")
    for name in ("python", "r-base"):
        lines += [f"  {name}:", "    min_pin: x.x", "    max_pin: x.x"]
    return "\n".join(lines) + "\n"


def _values(machine: Machine) -> list[tuple[str, str]]:
    """Return each variant key with its one value."""
    minor = machine.python.minor
    values = [("python", minor), ("python_min", minor)]
    if machine.r is not None:
        values.append(("r_base", minor_version(machine.r)))
    languages = (("c", "gcc", "gcc"), ("cxx", "g++", "gxx"), ("fortran", "gfortran", "gfortran"))
    for language, program, package in languages:
        if tool := machine.tool(program):
            values.append((f"{language}_compiler", package))
            values.append((f"{language}_compiler_version", major(tool.version)))
    return [*values, ("c_stdlib", "sysroot"), ("c_stdlib_version", machine.glibc)]
