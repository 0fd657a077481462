"""Which owner and which label an anaconda:// channel is (pure)."""

from dataclasses import dataclass

from conda_sluice.config.locations import MAIN
from conda_sluice.errors import UsageError
from conda_sluice.model.channel import ChannelRef

_SCHEME = "anaconda://"
_HIDDEN = "-hidden"


@dataclass(frozen=True, slots=True)
class Place:
    """One label of one owner; `main` is what clients read who name no label."""

    owner: str
    label: str

    @property
    def path(self) -> str:
        """Return the path of the channel below the URL at which clients read."""
        return self.owner if self.label == MAIN else f"{self.owner}/label/{self.label}"

    @property
    def companion(self) -> "Place":
        """Return the label under which the hidden packages of this one stand."""
        return Place(self.owner, self.label + _HIDDEN)


def place_of(channel: ChannelRef) -> Place:
    """Return the owner and label of an anaconda:// channel; raise UsageError for another one."""
    match channel.place.removeprefix(_SCHEME).split("/"):
        case [owner] if channel.place.startswith(_SCHEME) and owner:
            return Place(owner, MAIN)
        case [owner, "label", label] if channel.place.startswith(_SCHEME) and owner and label:
            return Place(owner, label)
        case _:
            raise UsageError(
                f"{channel.place} names no channel of anaconda.org",
                remedy="write anaconda://owner, or anaconda://owner/label/name",
            )
