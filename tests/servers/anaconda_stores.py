"""Stores of the double of anaconda.org: a ladder of labels, and a ladder of owners."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from conda_sluice.effects.http.patience import Patience
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.credential import Secret
from conda_sluice.model.package import PackageRecord
from conda_sluice.model.stores import AnacondaOptions
from conda_sluice.stores.anaconda.access import Access
from conda_sluice.stores.anaconda.place import place_of
from conda_sluice.stores.anaconda.settling import IndexWait
from conda_sluice.stores.anaconda.store import AnacondaStore
from servers.anaconda_org import AnacondaOrg
from servers.anaconda_state import Account
from servers.kept import Kept

TOKEN = "tk-a1b2c3d4-contract"
OWNER = "lab"
RUNGS = ("unstable", "testing", "stable")


def find_test_access(api: str) -> Access:
    """Return the token of everybody in these tests."""
    return Access(Secret(TOKEN), "the test", ("the test",))


def find_no_access(api: str) -> Access:
    """Return no token."""
    return Access(Secret(""), places=("ANACONDA_API_TOKEN", "anaconda login"))


def an_org(**more: object) -> AnacondaOrg:
    """Return a double with an owner, and an organisation for each rung, all of one user."""
    rungs = [Account(login=name, members=frozenset({OWNER})) for name in RUNGS]
    return AnacondaOrg(Account(login=OWNER, token=TOKEN), *rungs, **more)


def options_of(org: AnacondaOrg) -> AnacondaOptions:
    """Return where the double answers."""
    return AnacondaOptions(api=org.api_url, channels=org.channels_url)


def a_store(org: AnacondaOrg, *, jobs: int = 4, seconds: float = 5.0, **more: object):
    """Return a store that asks the double, without long pauses."""
    return AnacondaStore(
        options_of(org),
        jobs=jobs,
        find_access=more.pop("find_access", find_test_access),
        patience=Patience(tries=3, first_wait=0.01, longest_wait=1.0),
        wait=IndexWait(seconds=seconds, first=0.02, longest=0.2),
        **more,
    )


def a_label(org: AnacondaOrg, label: str, owner: str = OWNER) -> ChannelRef:
    """Return the channel of a label."""
    path = owner if label == "main" else f"{owner}/label/{label}"
    return ChannelRef(label, f"{org.channels_url}/{path}", f"anaconda://{path}")


def an_owner(org: AnacondaOrg, owner: str) -> ChannelRef:
    """Return the channel of an owner: what has the label main."""
    return ChannelRef(owner, f"{org.channels_url}/{owner}", f"anaconda://{owner}")


def damage(org: AnacondaOrg, channel: ChannelRef, record: PackageRecord) -> None:
    """Change the bytes that the storage has; list and index keep saying what they said."""
    file = org.files(place_of(channel).owner)[record.path]
    object.__setattr__(file, "data", file.data[:-1] + b"?")


@contextmanager
def anaconda_labels(folder: Path) -> Iterator[Kept]:
    """Keep channels as labels of one owner."""
    with an_org() as org:
        yield replace(_kept(org, lambda name: a_label(org, name)), shares_names=True)


@contextmanager
def anaconda_owners(folder: Path) -> Iterator[Kept]:
    """Keep each channel at an owner of its own."""
    with an_org() as org:
        yield _kept(org, lambda name: an_owner(org, name))


def _kept(org: AnacondaOrg, channel: Callable[[str], ChannelRef]) -> Kept:
    return Kept(a_store(org), channel, lambda channel, record: damage(org, channel, record))
