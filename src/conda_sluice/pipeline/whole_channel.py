"""A channel with all of its subdirs."""

from collections.abc import Collection

from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.names import PackageName
from conda_sluice.model.package import PackageRecord
from conda_sluice.ports import Store


def read_channel(
    store: Store, channel: ChannelRef, names: Collection[PackageName] | None = None
) -> tuple[PackageRecord, ...]:
    """Return everything that a channel shows, or what it shows of some names."""
    return tuple(
        record
        for subdir in store.subdirs(channel)
        for record in store.records(channel, subdir, names=names)
    )
