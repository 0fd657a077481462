"""What is asked for: match specs of conda, sorted by where they can come from."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from packaging.requirements import InvalidRequirement, Requirement

from conda_sluice.errors import UsageError
from conda_sluice.model.package import PackageRecord
from conda_sluice.model.pypi import pypi_name
from conda_sluice.plan.requirement import required_name
from conda_sluice.seed.compilers import compiler_package
from conda_sluice.seed.machine import Machine

_FUNCTION = re.compile(r"(compiler|stdlib):([a-z]+)")
_NAME = re.compile(r"[A-Za-z0-9_.-]+")
_CLAUSE = re.compile(r"(>=|<=|==|!=|~=|>|<|=|)\s*([0-9][A-Za-z0-9.!_]*?)(\.?\*)?")


NOT_PYTHON = frozenset(
    {
        *("boost-cpp", "bzip2", "cairo", "cjson", "curl", "eigen", "expat", "fftw", "freetype"),
        *("gdal", "geos", "glib", "gmp", "gsl", "hdf5", "icu", "jpeg", "lapack", "libblas"),
        *("libcurl", "libffi", "libgit2", "libjpeg-turbo", "liblapack", "libpng", "libssh2"),
        *("libtiff", "libuv", "libxml2", "libxslt", "libzip", "lz4-c", "mpfr", "ncurses"),
        *("openblas", "openmpi", "openssl", "pcre2", "proj", "readline", "sqlite", "tk", "xz"),
        *("yaml", "yaml-cpp", "zlib", "zstd"),
    }
)
"""C libraries of conda-forge: what PyPI has under such a name is something else, or worse."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A match spec as it was asked for, and the name in it."""

    spec: str
    name: str


def parse_asked(specs: Iterable[str], machine: Machine) -> tuple[Asked, ...]:
    """Return the specs, once each, with `compiler:c` and `stdlib:c` as the packages they mean."""
    found = (_parse_one(spec.strip(), machine) for spec in specs)
    return tuple(dict.fromkeys(found))


def _parse_one(spec: str, machine: Machine) -> Asked:
    function = _FUNCTION.fullmatch(spec)
    if function:
        is_library = function[1] == "stdlib"
        package = f"sysroot_{machine.subdir}" if is_library else ""
        name = package or compiler_package(machine, function[2])
        if not name:
            raise UsageError(
                f"{spec!r} names no compiler that can be seeded",
                remedy="known are compiler:c, compiler:cxx, compiler:fortran and stdlib:c",
            )
        return Asked(name, name)
    plain = spec.rpartition("::")[2]
    found = _NAME.match(plain)
    if found is None:
        raise UsageError(f"{spec!r} is no match spec", remedy="write it as: name >=1.2")
    return Asked(plain, found[0].lower())


def is_provided(spec: str, records: Sequence[PackageRecord]) -> bool:
    """Tell whether one of the records satisfies a match spec."""
    return find_provided(spec, records) is not None


def find_provided(spec: str, records: Sequence[PackageRecord]) -> PackageRecord | None:
    """Return the last of the records that satisfy a match spec; raise UsageError for no spec."""
    import rattler
    from rattler.exceptions import InvalidMatchSpecError
    from rattler.package import BuildString

    try:
        wanted = rattler.MatchSpec(spec)
    except InvalidMatchSpecError as error:
        raise UsageError(
            f"{spec!r} is no match spec: {error}", remedy="write: name >=1.2"
        ) from error
    name = required_name(spec)
    for one in reversed(records):
        build = BuildString(one.build)
        if one.name == name and wanted.matches(
            rattler.PackageRecord(one.name, one.version, build, one.build_number, one.subdir)
        ):
            return one
    return None


def parse_wheel_requirement(spec: str) -> Requirement:
    """Return a match spec as a requirement for PyPI: `pytest >=7,<9`, `pytest 7.*`, `pytest =7`.

    Raise UsageError for what PyPI cannot be asked: alternatives (`|`) and build strings.
    """
    name = _NAME.match(spec)
    rest = spec[name.end() :].strip() if name else ""
    if name and name[0] in NOT_PYTHON:
        raise UsageError(
            f"{name[0]} is a C library, which PyPI does not have",
            remedy="package it with sluice, or name a channel that has it under `upstream:`",
        )
    try:
        clauses = [_as_clause(one.strip()) for one in rest.split(",")] if rest else []
        return Requirement(pypi_name(name[0] if name else "") + ",".join(filter(None, clauses)))
    except (_NotSimpleError, InvalidRequirement) as error:
        raise UsageError(
            f"PyPI cannot be asked for {spec!r}",
            remedy="use a name with version bounds only, such as: pytest >=7,<9",
        ) from error


class _NotSimpleError(Exception):
    pass


def _as_clause(text: str) -> str:
    if text == "*":
        return ""
    found = _CLAUSE.fullmatch(text)
    if not found:
        raise _NotSimpleError
    operator, version, star = found[1], found[2], found[3]
    if operator == "=" or (star and operator in {"", "=="}):
        return f"=={version}.*"
    if star and operator != "!=":
        return f"{operator}{version}"  # conda reads >=7.* as >=7
    return f"{operator or '=='}{version}{'.*' if star else ''}"
