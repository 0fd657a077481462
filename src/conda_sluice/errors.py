"""One tree of errors: what happened, where, what to do next; one exit code for each kind.

The codes are those of the table in docs/reference/exit-codes.md.
"""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(eq=False)
class SluiceError(Exception):
    """Say what happened, where (file:line:column or URL) and what to do next."""

    what: str
    where: str = ""
    remedy: str = ""

    exit_code: ClassVar[int] = 1

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        remedy = f"\n  {self.remedy}" if self.remedy else ""
        return f"{place}{self.what}{remedy}"


class UsageError(SluiceError):
    """The command line asks for something that cannot be."""

    exit_code = 2


class ConfigError(SluiceError):
    """channels.yaml, or a file that it names, is wrong."""

    exit_code = 2


class ProjectError(SluiceError):
    """A source tree cannot be packaged as it is."""

    exit_code = 2


class NotUnpackedError(ProjectError):
    """A file is read whose content was left in its archive: unpack that whole, and ask again."""


class VersionError(SluiceError):
    """A version or a version tag cannot be carried over to conda."""

    exit_code = 2


class RecipeError(SluiceError):
    """A recipe cannot be read, rendered or generated."""

    exit_code = 2


class PlanError(SluiceError):
    """The projects do not make a plan: a cycle, two packages of one name."""

    exit_code = 2


class PackageError(SluiceError):
    """A file is not a sound conda package."""

    exit_code = 2


class ConflictError(SluiceError):
    """A channel holds another file of the same name."""


class ChangedError(SluiceError):
    """A channel is not what it was when the change was planned."""


class RefusedError(SluiceError):
    """A change would take away what others stand on."""


class DamagedError(SluiceError):
    """A channel or ledger is not what its own records say."""


class MissingFileError(DamagedError):
    """A package that the index of a channel names is not there."""


class StoreError(SluiceError):
    """A store cannot be reached, read or written."""

    exit_code = 3


@dataclass(eq=False)
class AnswerError(StoreError):
    """A server refuses a request, or gives no answer; `status` is that of HTTP, 0 for none."""

    status: int = 0


class ToolError(SluiceError):
    """A program that is needed is missing or does not answer."""

    exit_code = 3


@dataclass(eq=False)
class BuildError(SluiceError):
    """A package could not be built; `tail` are the last lines of its log.

    `package` is its name where several were to be made, "" where nobody can tell.
    """

    tail: tuple[str, ...] = ()
    package: str = ""


class TaskTimeoutError(SluiceError):
    """A task took longer than it may and was ended, with every process that it started."""


class WorkerError(SluiceError):
    """A worker process ended in the middle of a task, or could not say what went wrong."""


class StoreWarning(UserWarning):
    """People should know it, and it is no error: a store lacks a protection, or lets us wait."""
