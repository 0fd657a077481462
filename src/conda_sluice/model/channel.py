"""Channels and the ladder that they make."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChannelRef:
    """A channel by the name people use and the absolute URL where it lies (no trailing slash)."""

    name: str
    url: str

    def __str__(self) -> str:
        return self.name
