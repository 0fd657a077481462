"""Explicit environment files: one URL for each package, with its sha256 (CEP 23)."""

import re

from conda_sluice.errors import UsageError
from conda_sluice.model.environment import LockedPackage, Solution

_MARK = "@EXPLICIT"
_PACKAGE = re.compile(r"(?P<url>\S+?)#(?:sha256[:=])?(?P<sha256>[0-9a-f]{64})")


def render_explicit(solution: Solution) -> str:
    """Return the text of an `@EXPLICIT` file, dependencies first."""
    lines = (f"{package.url}#sha256:{package.sha256}" for package in solution.packages)
    return "\n".join((_MARK, *lines, ""))


def parse_explicit(text: str) -> Solution:
    """Read an `@EXPLICIT` file in which every package has its sha256.

    Raise UsageError with the line's number otherwise: without the hash it says which name was
    installed, and not which file.
    """
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1)]
    written = [(number, line) for number, line in lines if line and not line.startswith("#")]
    if not written or written[0][1] != _MARK:
        raise UsageError("this is no explicit environment", remedy=f"its first line is {_MARK}")
    return Solution(tuple(_parse_line(number, line) for number, line in written[1:]))


def _parse_line(number: int, line: str) -> LockedPackage:
    found = _PACKAGE.fullmatch(line)
    if found is None:
        raise UsageError(
            f"{line!r} is no package URL with its sha256",
            f"line {number}",
            "write it as URL#sha256:HASH",
        )
    return LockedPackage(found["url"], found["sha256"])
