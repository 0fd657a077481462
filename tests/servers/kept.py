"""A store for the contract suite, with what only those who run its server can do."""

from collections.abc import Callable
from dataclasses import dataclass

from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.package import PackageRecord
from conda_sluice.ports import Store


@dataclass(frozen=True, slots=True)
class Kept:
    """`channel` makes a reference to a channel of that name in the store.

    `damage` changes the bytes of a package behind the back of its record. `shares_names` where a
    file name stands for one file in all channels, because they are labels on the same files.
    """

    store: Store
    channel: Callable[[str], ChannelRef]
    damage: Callable[[ChannelRef, PackageRecord], None]
    shares_names: bool = False
