"""The number in the SONAME of the libraries that a CMake project makes."""

import re
from collections.abc import Iterator, Sequence

from conda_sluice.discover.c.cmake_commands import Command
from conda_sluice.model.facts import VERSION_PARTS

_PART = re.compile(rf"\$\{{\w*?({'|'.join(VERSION_PARTS)})(?:_\w+)?\}}")
_WHOLE = re.compile(r"\$\{(?:\w+_)?VERSION(?:_STRING)?\}")
_SONAME = re.compile(rf"(?:\d+|{'|'.join(VERSION_PARTS)})(?:\.(?:\d+|{'|'.join(VERSION_PARTS)}))*")


def abi_of(commands: Sequence[Command]) -> tuple[str, str]:
    """Return the number in the SONAME of the shared libraries, where they agree on one, and why.

    That is their SOVERSION, else their VERSION, as CMake has it. Parts that are the version's own
    under a name, `${TRIPS_VERSION_MAJOR}`, stand there as MAJOR, MINOR and PATCH.
    """
    programs = {
        one.arguments[0] for one in commands if one.name == "add_executable" and one.arguments
    }
    said = {
        (abi, f"{keyword} {value} in {one.file}")
        for one in commands
        if one.name in ("set_target_properties", "set_property")
        for keyword, value in _said(one, programs)
        if (abi := _number(value))
    }
    if len({abi for abi, _ in said}) != 1:
        return "", ""
    return min(said)


def _said(one: Command, programs: set[str]) -> Iterator[tuple[str, str]]:
    """Yield the property that becomes the SONAME; VERSION alone may be that of a program."""
    given = dict(zip(one.arguments, one.arguments[1:], strict=False))
    if "SOVERSION" in given:
        yield "SOVERSION", given["SOVERSION"]
    elif "VERSION" in given and not programs & set(one.arguments):
        yield "VERSION", given["VERSION"]


def _number(value: str) -> str:
    named = _PART.sub(r"\1", _WHOLE.sub(".".join(VERSION_PARTS), value))
    return named if _SONAME.fullmatch(named) else ""
