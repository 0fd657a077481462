"""What every store refuses, in the same words whatever its channels lie on."""

from typing import Protocol

from conda_sluice.errors import ChangedError, ConflictError, DamagedError, MissingFileError
from conda_sluice.model.channel import ChannelRef


class PackageFile(Protocol):
    """A package file by its path within a channel."""

    @property
    def path(self) -> str:
        """Return `<subdir>/<file>`."""

    @property
    def sha256(self) -> str:
        """Return the sha256 that it should have."""


_RESTORE = "bring the file back from a copy, or build it again"


def conflict(file: PackageFile, where: str, *, held: str = "") -> ConflictError:
    """Return the error for a name that is taken; `held` is the sha256 of what has it, if known."""
    return ConflictError(
        _another(file, held),
        where,
        "a published file is never replaced: give the new one another build number",
    )


def another_file(file: PackageFile, where: str, *, held: str = "") -> DamagedError:
    """Return the error for a package that is to be taken out, and is not the one that is meant."""
    return DamagedError(_another(file, held), where, "look what it is: nothing was changed")


def absent(file: PackageFile, where: str) -> DamagedError:
    """Return the error for a package that a channel does not hold as its record says."""
    return DamagedError(
        f"does not hold {file.path} with sha256 {file.sha256}",
        where,
        "someone changed the channel meanwhile: run the command again",
    )


def changed(channel: ChannelRef) -> ChangedError:
    """Return the error for a channel that is in another state than the expected one."""
    return ChangedError(
        "changed since this was planned", str(channel), "nothing was done: plan again"
    )


def missing_file(where: str) -> MissingFileError:
    """Return the error for a package that the index names and that is not there."""
    return MissingFileError("is in the index of its channel, but not there", where, _RESTORE)


def wrong_file(found: str, expected: str, where: str) -> DamagedError:
    """Return the error for a file that is not what its record says; both are sha256, "" unknown."""
    return DamagedError(
        f"is not the file that its record describes: sha256 is {found or 'another'},"
        f" expected {expected or 'nothing that could be compared'}",
        where,
        f"do not use it; {_RESTORE}",
    )


def changed_file(where: str) -> DamagedError:
    """Return the error for a file of this machine that is not what its record says any more."""
    return DamagedError(
        "is not the file that its record describes: it changed since it was read",
        where,
        "build the package again",
    )


def _another(file: PackageFile, held: str) -> str:
    told = f"sha256 {held}, not {file.sha256}" if held else f"not that with sha256 {file.sha256}"
    return f"holds another file named {file.path} ({told})"
