"""The number in the SONAME of the libraries that a CMake project makes."""

import re
from collections.abc import Collection, Sequence
from itertools import pairwise

from conda_sluice.discover.c.cmake.commands import Command
from conda_sluice.model.facts import VERSION_PARTS

_PART = re.compile(rf"\$\{{\w*?({'|'.join(VERSION_PARTS)})(?:_\w+)?\}}", re.IGNORECASE)
_WHOLE = re.compile(r"\$\{(?:CMAKE_)?PROJECT_VERSION\}")
_SONAME = re.compile(rf"(?:\d+|{'|'.join(VERSION_PARTS)})(?:\.(?:\d+|{'|'.join(VERSION_PARTS)}))*")


def abi_of(commands: Sequence[Command]) -> tuple[str, str]:
    """Return the number in the SONAME of the shared libraries, where they agree on one, and why.

    That is their SOVERSION, else their VERSION, as CMake has it. Parts that are the version's own
    under a name, `${TRIPS_VERSION_MAJOR}`, stand there as MAJOR, MINOR and PATCH.
    """
    programs = {
        one.arguments[0] for one in commands if one.name == "add_executable" and one.arguments
    }
    numbers = _named("SOVERSION", commands, ()) or _named("VERSION", commands, programs)
    known = {(abi, why) for abi, why in numbers if abi}
    return min(known) if len({abi for abi, _ in known}) == 1 else ("", "")


def _named(
    keyword: str, commands: Sequence[Command], programs: Collection[str]
) -> set[tuple[str, str]]:
    """Return the numbers that a property of targets has, each with why; those of programs not."""
    given = (
        (one, value)
        for one in commands
        if one.name in ("set_target_properties", "set_property")
        and not set(programs) & set(one.arguments)
        for word, value in pairwise(one.arguments)
        if word == keyword
    )
    return {(_number(value), f"{keyword} {value} in {one.file}") for one, value in given}


def _number(value: str) -> str:
    named = _PART.sub(lambda part: part[1].upper(), _WHOLE.sub(".".join(VERSION_PARTS), value))
    return named if _SONAME.fullmatch(named) else ""
