"""Reads R's DESCRIPTION: fields, continuation lines, lists of packages with bounds."""

import re
from collections.abc import Mapping
from pathlib import Path

from conda_sluice.discover.reading import read_text
from conda_sluice.errors import ProjectError
from conda_sluice.model.facts import RNeed

_FIELD = re.compile(r"([A-Za-z0-9@/_.-]+):[ \t]*(.*)")
_NEED = re.compile(r"([A-Za-z][\w.]*)\s*(?:\(\s*([<>=]{1,2})\s*([\d.-]+)\s*\))?")


def read_dcf(path: Path, root: Path) -> Mapping[str, str]:
    """Return the fields of a DESCRIPTION, each on one line; raise ProjectError with the line."""
    fields: dict[str, str] = {}
    name = ""
    for number, line in enumerate(read_text(path, root).splitlines(), 1):
        if not line.strip():
            continue
        if line[0] in " \t" and name:
            fields[name] = f"{fields[name]} {line.strip()}".strip()
        elif found := _FIELD.match(line):
            name = found[1]
            fields[name] = found[2].strip()
        elif not line.startswith("#"):
            raise ProjectError(
                f"{line.strip()[:60]!r} is no field",
                f"{path}:{number}",
                "write `Field: value`, and begin a continued line with a blank",
            )
    return fields


def parse_needs(field: str, where: str) -> tuple[RNeed, ...]:
    """Return the packages of a Depends, Imports, LinkingTo or Suggests field."""
    needs = []
    for item in field.split(","):
        if not item.strip():
            continue
        found = _NEED.fullmatch(item.strip())
        if not found:
            raise ProjectError(
                f"{item.strip()!r} is no dependency", where, "write it as: name (>= 1.2)"
            )
        bound = f"{found[2]} {found[3]}" if found[2] else ""
        needs.append(RNeed(found[1], bound))
    return tuple(needs)
