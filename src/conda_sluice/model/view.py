"""The ladder as it is shown to those who browse it."""

from dataclasses import dataclass

from conda_sluice.model.config import Rung
from conda_sluice.model.explanation import Explanation
from conda_sluice.model.package import PackageRecord


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader asks of a page: `base` is the URL of this server as the reader knows it.

    It has no slash at its end. `search` are words of which every one must be in a package's name.
    """

    base: str
    search: str = ""
    number: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelView:
    """A channel and what it holds.

    `name` is what people call it; `url` where it lies, "" where it is served below its name;
    `rung` its rules, None for a channel that dependencies come from.
    """

    name: str
    url: str = ""
    rung: Rung | None = None
    records: tuple[PackageRecord, ...] = ()
    hidden: tuple[PackageRecord, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderView:
    """The channels of the ladder, lowest first, and those that dependencies come from."""

    rungs: tuple[ChannelView, ...]
    upstream: tuple[ChannelView, ...] = ()

    @property
    def channels(self) -> tuple[ChannelView, ...]:
        """Return all channels."""
        return (*self.rungs, *self.upstream)

    def behind(self, channel: ChannelView) -> tuple[ChannelView, ...]:
        """Return the channels that somebody who installs from this one needs, itself the first."""
        if channel not in self.rungs:
            return (channel,)
        return (*self.rungs[self.rungs.index(channel) :], *self.upstream)


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageView:
    """A package: what is told of it, and each channel with its files of that name only."""

    told: Explanation
    ladder: LadderView
