"""A finished command."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """A finished command: exit code, and what it wrote to standard output and error together.

    `errors` is standard error where it was asked to be kept apart, "" otherwise.
    """

    code: int
    output: str
    is_timeout: bool = False
    errors: str = ""
