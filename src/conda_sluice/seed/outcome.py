"""What became of a package that was to be seeded."""

from dataclasses import dataclass

from conda_sluice.model.names import PackageName


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeded:
    """The package was made and lies in the host channel; `seconds` is wall time."""

    name: PackageName
    version: str
    build: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AlreadySeeded:
    """The host channel holds this very package."""

    name: PackageName
    version: str
    build: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unavailable:
    """The machine and its package index do not have this; `remedy` says what would help.

    `is_needed` tells that it was asked for: otherwise it is worth a line and no error.
    """

    name: str
    reason: str
    remedy: str
    is_needed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedFailed:
    """Making the package went wrong, although the machine has what it is made of."""

    name: PackageName
    version: str
    reason: str


SeedOutcome = Seeded | AlreadySeeded | Unavailable | SeedFailed
