"""Environments: what was asked for, what the solver answered."""

from dataclasses import dataclass

from conda_sluice.model.package import PackageRecord


@dataclass(frozen=True, slots=True)
class ChannelSource:
    """A channel to solve from, by its URL."""

    url: str


@dataclass(frozen=True, slots=True)
class RecordSource:
    """Records to solve from as if they were the channel at `url`: a channel as it will be.

    Each record comes with the URL from which its file can be fetched.
    """

    url: str
    records: tuple[tuple[PackageRecord, str], ...]


SolveSource = ChannelSource | RecordSource
"""Where packages may come from, in order of priority."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildNeeds:
    """The match specs of the two environments of a build."""

    build: tuple[str, ...]
    host: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LockedPackage:
    """One package of an environment: where it came from and its sha256."""

    url: str
    sha256: str

    def __str__(self) -> str:
        return f"{self.url}#sha256={self.sha256}"


@dataclass(frozen=True, slots=True)
class Solution:
    """The exact packages of an environment, dependencies first."""

    packages: tuple[LockedPackage, ...]


@dataclass(frozen=True, slots=True)
class Unsolvable:
    """The solver's own explanation, and the channels that were looked at."""

    reason: str
    channels: tuple[str, ...]
