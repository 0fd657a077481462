"""A finished command."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """A finished command: exit code, and what it wrote to standard output and error together."""

    code: int
    output: str
    is_timeout: bool = False
