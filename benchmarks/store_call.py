"""One call of a store, or of a peer, as a process of its own.

Usage: python store_call.py put CHANNEL PACKAGE... | copy SOURCE TARGET | reindex CHANNEL
       | index_fs CHANNEL | conda_index CHANNEL
"""

import asyncio
import os
import sys
from pathlib import Path

from big_channel import SUBDIR


def put(channel: str, *packages: str) -> None:
    from conda_sluice.effects.artifact import read_artifact
    from conda_sluice.stores.directory.store import DirectoryStore

    artifacts = [read_artifact(Path(package)) for package in packages]
    DirectoryStore().put(artifacts, _channel(channel))


def copy(source: str, target: str) -> None:
    from conda_sluice.model.names import Subdir
    from conda_sluice.stores.directory.store import DirectoryStore

    store = DirectoryStore()
    records = store.records(_channel(source), Subdir(SUBDIR))
    store.copy(records, _channel(source), _channel(target))


def reindex(channel: str) -> None:
    from conda_sluice.stores.directory.store import DirectoryStore

    DirectoryStore().reindex(_channel(channel))


def index_fs(channel: str) -> None:
    from rattler import Subdir
    from rattler.index import index_fs as rattler_index

    work = rattler_index(channel, Subdir(SUBDIR), write_zst=True, write_shards=False)
    asyncio.run(work)


def _channel(path: str) -> object:
    from conda_sluice.model.channel import ChannelRef

    return ChannelRef(Path(path).name, Path(path).as_uri())


if __name__ == "__main__":
    verb, *arguments = sys.argv[1:]
    {one.__name__: one for one in (put, copy, reindex, index_fs)}[verb](*arguments)
    sys.stdout.flush()
    os._exit(0)  # as sluice ends: the interpreter's own shutdown is no part of either
