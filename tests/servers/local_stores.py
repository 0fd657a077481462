"""Stores of this machine, for the contract suite."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.package import PackageRecord
from conda_sluice.ports import Store
from factories import a_channel
from fakes import FakeStore
from servers.kept import Kept


def local(make: Callable[[], Store]) -> Callable[[Path], AbstractContextManager[Kept]]:
    """Return what keeps channels in folders, or in memory."""

    @contextmanager
    def kept(folder: Path) -> Iterator[Kept]:
        store = make()
        yield Kept(store, lambda name: a_channel(folder, name), lambda *what: _damage(store, *what))

    return kept


def _damage(store: Store, channel: ChannelRef, record: PackageRecord) -> None:
    if isinstance(store, FakeStore):
        store.damage(channel, record)
        return
    path = Path(channel.url.removeprefix("file://")) / record.path
    path.write_bytes(path.read_bytes()[:-1] + b"?")
