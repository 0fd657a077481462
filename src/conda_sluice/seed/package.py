"""A package to seed: an ordinary v1 recipe with its scripts, named before it is built."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

from conda_sluice.model.names import NOARCH, PackageName, Subdir
from conda_sluice.seed.machine import Machine

FORMAT = 1
"""Raised when seeded packages change in a way that recipe and scripts do not show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedPackage:
    """A package to build: `recipe` is a v1 recipe, `scripts` the files (name, text) beside it."""

    name: PackageName
    version: str
    build: str
    subdir: Subdir
    recipe: Mapping[str, object]
    scripts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunExport:
    """What a seeded package adds to the requirements of those that build with it."""

    strong: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    noarch: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, list[str]]:
        """Return the parts that are not empty, as a v1 recipe spells them."""
        parts = {"strong": self.strong, "weak": self.weak, "noarch": self.noarch}
        return {key: list(value) for key, value in parts.items() if value}


def host_package(
    machine: Machine,
    name: str,
    version: str,
    *,
    script: str,
    summary: str,
    license_id: str,
    env: Mapping[str, str] | None = None,
    files: tuple[str, ...] = (),
    run: tuple[str, ...] = (),
    run_exports: RunExport | None = None,
    facts: str = "",
    suffix: str = "",
    relocated: tuple[str, ...] = (),
) -> SeedPackage:
    """Describe a package that is made of this machine's files by the bash template `script`.

    `env` are the script's variables, `files` more templates that it reads, `facts` whatever else
    makes this host's package another than the next one's, `suffix` an end of the build string.
    `license_id` is SPDX, "" where nobody says it so.
    `relocated` are globs of files whose run path is moved into the prefix; they must have one.
    """
    scripts = tuple((one, template(one)) for one in (script, *files))
    recipe: dict[str, object] = {
        "package": {"name": name, "version": version},
        "build": {
            "number": 0,
            "script": {"file": script, "env": dict(env or {})},
            "dynamic_linking": {
                "missing_dso_allowlist": ["**"],
                "binary_relocation": list(relocated) or False,
            },
        },
        "requirements": {
            "run": [glibc_bound(machine), *run],
            "run_exports": (run_exports or RunExport()).as_dict(),
        },
        "about": {
            **({"license": license_id} if license_id else {}),
            "summary": f"{summary}, of a machine with {machine.os_name}",
            "description": _caution(machine),
        },
    }
    build = f"h{_digest(machine, recipe, scripts, facts)}_0{suffix}"
    return named(recipe, build, machine.subdir, scripts)


def named(
    recipe: Mapping[str, object],
    build: str,
    subdir: Subdir,
    scripts: tuple[tuple[str, str], ...] = (),
) -> SeedPackage:
    """Return the package of a recipe, with its build string written into it."""
    section = {**_section(recipe, "build"), "string": build}
    if subdir == NOARCH:
        section.setdefault("noarch", "generic")
    package = _section(recipe, "package")
    return SeedPackage(
        name=PackageName(str(package["name"])),
        version=str(package["version"]),
        build=build,
        subdir=subdir,
        recipe={**recipe, "build": section},
        scripts=scripts,
    )


def glibc_bound(machine: Machine) -> str:
    """Return what a program linked on this machine needs of the C library."""
    return f"__glibc >={machine.glibc},<3.0.a0"


def template(name: str) -> str:
    """Return the text of a template."""
    folder = resources.files("conda_sluice.seed") / "templates"
    return (folder / name).read_text("utf-8")


def _caution(machine: Machine) -> str:
    return (
        f"Made by `sluice seed` out of the files of one machine. It runs only on {machine.os_name}"
        f" ({machine.os_id} {machine.os_version}, glibc {machine.glibc}): it uses the shared"
        " libraries of that release, which are not packed. No dependency can express this."
    )


def _digest(
    machine: Machine,
    recipe: Mapping[str, object],
    scripts: tuple[tuple[str, str], ...],
    facts: str,
) -> str:
    host = (machine.os_id, machine.os_version, machine.glibc, machine.subdir)
    said = json.dumps([FORMAT, host, recipe, scripts, facts], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:7]


def _section(recipe: Mapping[str, object], key: str) -> dict[str, object]:
    section = recipe.get(key)
    return dict(section) if isinstance(section, dict) else {}
