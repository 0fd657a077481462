"""Which conda packages a set of wheels becomes: names, dependencies, build strings. Pure."""

import hashlib
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from packaging.requirements import Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name

from conda_sluice.errors import PackageError
from conda_sluice.model.names import NOARCH, PackageName, Subdir
from conda_sluice.model.pypi import conda_bound, conda_name, conda_spec
from conda_sluice.model.version import conda_version
from conda_sluice.seed.machine import Machine
from conda_sluice.seed.package import FORMAT, SeedPackage, glibc_bound, named, template
from conda_sluice.seed.python import python_bounds
from conda_sluice.seed.wheel import Wheel

_OF_PYTHON = re.compile(r"\b(?:python_version|python_full_version|implementation_version)\b")
_OF_SYSTEM = re.compile(r"\b(?:os_name|sys_platform|platform_\w+)\b")
_MANYLINUX = re.compile(r"manylinux_(\d+)_(\d+)_\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelPackage:
    """A conda package to make of a wheel; `recipe` is None where whl2conda makes it."""

    name: PackageName
    version: str
    build: str
    subdir: Subdir
    depends: tuple[str, ...]
    wheel: Wheel
    recipe: SeedPackage | None = None


def plan_wheels(
    wheels: Sequence[Wheel],
    machine: Machine,
    environment: Mapping[str, str],
    names: Mapping[str, str],
) -> tuple[WheelPackage, ...]:
    """Return the package of each wheel.

    `environment` are the values of PEP 508 markers for the machine's Python; `names` are conda
    names that were asked for, by normalised PyPI name.
    """
    by_name = {wheel.name: wheel for wheel in wheels}
    return tuple(_plan_one(wheel, by_name, machine, environment, names) for wheel in wheels)


def _plan_one(
    wheel: Wheel,
    by_name: Mapping[str, Wheel],
    machine: Machine,
    environment: Mapping[str, str],
    names: Mapping[str, str],
) -> WheelPackage:
    libraries = {
        conda_spec(one, names)
        for one in _needed(wheel, by_name, environment)
        if canonicalize_name(one.name) != wheel.name
    }
    subdir = NOARCH if wheel.can_be_noarch else machine.subdir
    base = _noarch_base(wheel, machine) if wheel.can_be_noarch else _platform_base(wheel, machine)
    depends = (*base, *sorted(libraries))
    digest = hashlib.sha256(json.dumps([FORMAT, wheel.sha256, depends]).encode()).hexdigest()[:7]
    python = "" if wheel.can_be_noarch else machine.python.minor.replace(".", "")
    package = WheelPackage(
        name=conda_name(wheel.name, names),
        version=conda_version(wheel.version),
        build=f"py{python}h{digest}_0",
        subdir=subdir,
        depends=depends,
        wheel=wheel,
    )
    return package if wheel.can_be_noarch else _with_recipe(package, machine)


def _needed(
    wheel: Wheel,
    by_name: Mapping[str, Wheel],
    environment: Mapping[str, str],
    extras: Collection[str] = (),
    seen: frozenset[tuple[str, str]] = frozenset(),
) -> Iterator[Requirement]:
    """Give what a wheel needs here; conda has no extras, so what they bring is needed by itself."""
    for requirement in wheel.requires:
        if not _is_active(requirement, environment, extras):
            continue
        yield requirement
        name = canonicalize_name(requirement.name)
        wanted = {one for one in requirement.extras if (name, one) not in seen}
        if wanted and name in by_name:
            known = seen | {(name, one) for one in wanted}
            yield from _only_by(by_name[name], by_name, environment, wanted, known)


def _only_by(
    wheel: Wheel,
    by_name: Mapping[str, Wheel],
    environment: Mapping[str, str],
    extras: Collection[str],
    seen: frozenset[tuple[str, str]],
) -> Iterator[Requirement]:
    own = tuple(one for one in wheel.requires if not _is_active(one, environment, ()))
    for requirement in _needed(wheel, by_name, environment, extras, seen):
        if requirement in own or requirement not in wheel.requires:
            yield requirement


def _is_active(
    requirement: Requirement, environment: Mapping[str, str], extras: Collection[str]
) -> bool:
    if requirement.marker is None:
        return True
    values = [{**environment, "extra": extra} for extra in ("", *extras)]
    return any(requirement.marker.evaluate(one) for one in values)


def _noarch_base(wheel: Wheel, machine: Machine) -> tuple[str, ...]:
    """Return the Python that a noarch package needs: this very minor where markers asked for it."""
    markers = " ".join(str(one.marker) for one in wheel.requires if one.marker is not None)
    system = ("__linux",) if _OF_SYSTEM.search(markers) else ()
    if _OF_PYTHON.search(markers):
        return (*system, python_bounds(machine.python)[0])
    try:
        bound = conda_bound(SpecifierSet(wheel.requires_python))
    except InvalidSpecifier as error:
        raise PackageError(f"Requires-Python is not sound: {error}", wheel.path.name) from error
    return (*system, f"python {bound}".strip())


def _platform_base(wheel: Wheel, machine: Machine) -> tuple[str, ...]:
    found = [_MANYLINUX.fullmatch(one) for one in wheel.platforms]
    versions = sorted((int(one[1]), int(one[2])) for one in found if one)
    glibc = f"__glibc >={versions[0][0]}.{versions[0][1]},<3.0.a0" if versions else ""
    return (glibc or glibc_bound(machine), *python_bounds(machine.python))


def _with_recipe(package: WheelPackage, machine: Machine) -> WheelPackage:
    """Add the recipe that unpacks a wheel; run paths are left as the wheel's maker set them."""
    recipe = {
        "package": {"name": package.name, "version": package.version},
        "build": {
            "number": 0,
            "script": {
                "file": "wheel.sh",
                "env": {
                    "HOST_EXECUTABLE": machine.python.executable,
                    "HOST_MINOR": machine.python.minor,
                    "WHEEL": str(package.wheel.path),
                },
            },
            "dynamic_linking": {"missing_dso_allowlist": ["**"], "binary_relocation": False},
        },
        "requirements": {"run": list(package.depends)},
        "about": {
            "summary": package.wheel.summary or f"{package.wheel.name} from PyPI",
            "description": f"The wheel {package.wheel.path.name} of PyPI, by `sluice seed`.",
        },
    }
    scripts = tuple((one, template(one)) for one in ("wheel.sh", "unpack_wheel.py"))
    seed = named(recipe, package.build, package.subdir, scripts)
    return WheelPackage(
        name=package.name,
        version=package.version,
        build=package.build,
        subdir=package.subdir,
        depends=package.depends,
        wheel=package.wheel,
        recipe=seed,
    )
