"""Channels and the ladder that they make."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from conda_sluice.model.names import Subdir


@dataclass(frozen=True, slots=True)
class ChannelRef:
    """A channel by the name people use and the absolute URL at which clients read it.

    `at` is where it is kept, where that is another URL than clients read: `anaconda://owner`,
    `quetz+https://host/channel`. No URL ends in a slash.
    """

    name: str
    url: str
    at: str = ""

    @property
    def place(self) -> str:
        """Return the URL by which its store knows the channel."""
        return self.at or self.url

    @property
    def folder(self) -> Path | None:
        """Return the folder of this machine in which the channel lies, None elsewhere."""
        parts = urlsplit(self.url)
        return Path(unquote(parts.path)) if parts.scheme == "file" else None

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class ChannelState:
    """The indexes of a channel by their digests: equal exactly when the indexes are the same."""

    digests: Mapping[Subdir, str] = field(default_factory=dict)
