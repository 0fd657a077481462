"""Words of tools, made fit for an excuse: one line that a person can read."""

import re

_BRANCHES = re.compile(r"^[\s│├└─]+", re.MULTILINE)
"""What the solver draws before a line to show what follows from what."""


def in_one_line(text: str) -> str:
    """Return a text of several lines, a solver's tree for instance, as one line."""
    return " ".join(line.strip() for line in _BRANCHES.sub("", text).splitlines() if line.strip())
