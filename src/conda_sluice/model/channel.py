"""Channels and the ladder that they make."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from conda_sluice.model.names import Subdir


@dataclass(frozen=True, slots=True)
class ChannelRef:
    """A channel by the name people use and the absolute URL where it lies (no trailing slash)."""

    name: str
    url: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class ChannelState:
    """The indexes of a channel by their digests: equal exactly when the indexes are the same."""

    digests: Mapping[Subdir, str] = field(default_factory=dict)
