"""Match specs as a v0 recipe writes them: their name, and the versions that conda-build completes.

The rules are those of conda-build's utils.py (ensure_valid_spec, apply_pin_expressions).
"""

import re
from collections.abc import Sequence

from conda_sluice.model.recipe import Pin, Requirement

_NEEDS_STAR = re.compile(r"([\w\d.\-_]+)\s+((?<![><=])[\w\d.\-_]+?(?!\*))(\s+[\w\d._]+)?$")
_NAME_END = re.compile(r"[\s=<>!~\[]")
_SPEC = re.compile(
    r"([A-Za-z0-9_*][\w.*-]*)"  # name
    r"(?:\s*((?:[<>=!~]\s*|(?<=\s))\S.*?))?"  # version
    r"(?:(?:(?<=[^=<>!~])=|\s+)([\w.*+^$-]+))?\s*"  # build
)
_CLAUSE = re.compile(r"\(*(?:==?|!=|~=|[<>]=?)?[A-Za-z0-9_.*+!-]+\)*")
_NUMBERS = re.compile(r"\d+(\.\d+)*")


def is_match_spec(text: str) -> bool:
    """Tell whether a requirement is a name, with a version spec and a build that conda reads.

    Regular expressions as versions are taken as they are.
    """
    spec = text.strip().rsplit("::", 1)[-1].partition("[")[0]
    found = _SPEC.fullmatch(spec)
    if found is None:
        return False
    version = "".join((found[2] or "").split())
    return (
        not version
        or version.startswith("^")
        or all(_CLAUSE.fullmatch(part) for part in re.split(r"[|,]", version.strip("()")))
    )


def spec_name(text: str) -> str:
    """Return the package name of a match spec, without a channel."""
    return _NAME_END.split(text.strip().rsplit("::", 1)[-1], maxsplit=1)[0]


def name_of(requirement: Requirement) -> str:
    """Return the package name of a match spec or a pin."""
    return requirement.name if isinstance(requirement, Pin) else spec_name(requirement)


def starred(text: str) -> str:
    """Return `name 1.2` as `name 1.2.*`, and anything else as it is."""
    match = _NEEDS_STAR.match(text)
    if match is None or match[3] or "*" in text or match[2] == "x.x":
        return text
    return f"{match[1]} {match[2]}.*"


def exact(text: str) -> str:
    """Return `name 1.2` as `name ==1.2`, which conda means and rattler-build wants said.

    Each alternative of `1.2|1.3.*` is treated so; versions with an operator or `*` stay.
    """
    parts = text.split()
    if len(parts) < 2:  # noqa: PLR2004 - a name alone
        return text
    version = re.sub(r"(^|[|,])(?=[^|,*]*(?:[|,]|$))(?=[\w])", r"\1==", parts[1])
    return " ".join([parts[0], version, *parts[2:]])


def inexact(text: str) -> str:
    """Return `name ==1.2` as `name 1.2`, which is how conda itself says it."""
    parts = text.split()
    if len(parts) < 2:  # noqa: PLR2004 - a name alone
        return text
    return " ".join([parts[0], re.sub(r"(^|[|,])==", r"\1", parts[1]), *parts[2:]])


def bounds(version: str, min_pin: str, max_pin: str) -> str | None:
    """Return `>=3.11,<3.12.0a0` for 3.11 and two pins such as `x.x`; "" pins leave a side open.

    None where the version does not say as much as the pins ask for, or is not plain numbers.
    """
    numbers = version.removesuffix(".*")
    if not _NUMBERS.fullmatch(numbers):
        return None
    parts = _segments(numbers)
    low, high = (pin.count("x") for pin in (min_pin, max_pin))
    if max(low, high) > len(parts):
        return None
    lower = f">={'.'.join(parts[:low])}" if low else ""
    upper = f"<{raised(parts[:high])}" if high else ""
    return ",".join(side for side in (lower, upper) if side)


def known_bounds(version: str, min_pin: str, max_pin: str) -> str:
    """Return the bounds of two pins on a version that is known in full: `>=1.2.3,<2.0a0`.

    A pin that asks for more segments than there are stops at the last; an upper bound on a segment
    that is no number is left out.
    """
    parts = _segments(version)
    low, high = (pin.count("x") for pin in (min_pin, max_pin))
    lower = f">={'.'.join(parts[:low])}" if low else ""
    first = parts[: min(high, len(parts))]
    if not first or not first[-1].isdigit():
        return lower
    return ",".join(side for side in (lower, f"<{raised(first)}") if side)


def raised(numbers: Sequence[str]) -> str:
    """Return the version that all with these first numbers lie below: 1.3.0a0 for 1.2."""
    return ".".join([*numbers[:-1], str(int(numbers[-1]) + 1), "0a0"])


def _segments(version: str) -> list[str]:
    """Return the segments of a version; `05` is the number 5."""
    return [str(int(part)) if part.isdecimal() else part for part in version.split(".")]
