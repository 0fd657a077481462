"""Sizes, days and names of gates, as people write them."""

import re
from datetime import UTC, datetime

from conda_sluice.model.config import Gate

_UNITS = ("B", "kB", "MB", "GB")
_STEP = 1000


def size_of(count: int) -> str:
    """Return a number of bytes with its unit."""
    size, units = float(count), list(_UNITS)
    while size >= _STEP and len(units) > 1:
        size, units = size / _STEP, units[1:]
    return f"{size:.0f} {units[0]}" if units[0] == "B" else f"{size:.1f} {units[0]}"


def day_of(timestamp: int) -> str:
    """Return the day of milliseconds since 1970, "" where there is none or it is no day."""
    try:
        return datetime.fromtimestamp(timestamp / 1000, UTC).date().isoformat() if timestamp else ""
    except (OverflowError, OSError, ValueError):
        return ""


def kind_of_gate(gate: Gate) -> str:
    """Return what channels.yaml calls a gate: `SignedTagGate` is `signed-tag`."""
    name = type(gate).__name__.removesuffix("Gate")
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()
