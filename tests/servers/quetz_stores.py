"""Stores of a quetz server, with a key that may do all, or with another one."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from conda_sluice.effects.credentials import Credentials
from conda_sluice.effects.http.patience import Patience
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.package import PackageRecord
from conda_sluice.stores.quetz.settling import Settling
from conda_sluice.stores.quetz.store import QuetzStore
from servers.kept import Kept
from servers.quetz import Quetz, shared_quetz

QUICK = Patience(tries=3, first_wait=0.01)


def a_quetz_store(key: str = "", *, settling: Settling | None = None) -> QuetzStore:
    """Return a store that shows this key, or none."""
    environ = {"QUETZ_API_KEY": key} if key else {}
    return QuetzStore(
        jobs=4,
        open_credentials=partial(
            Credentials, environ, Path("/nowhere"), ask_keyring=_asked_in_vain
        ),
        patience=QUICK,
        settling=settling,
    )


def damage(server: Quetz, channel: ChannelRef, record: PackageRecord) -> None:
    """Change the bytes of a package on the server's disk; its database does not notice."""
    path = server.file(channel, record.path)
    path.write_bytes(path.read_bytes()[:-1] + b"?")


@contextmanager
def quetz_channels(folder: Path) -> Iterator[Kept]:
    """Keep channels on the server of this process."""
    server = shared_quetz()
    yield Kept(
        a_quetz_store(server.admin),
        lambda name: server.channel(f"{name}-{secrets.token_hex(6)}"),
        lambda channel, record: damage(server, channel, record),
    )


def _asked_in_vain(host: str) -> None:
    return None
