"""Stores behind the weather, each with its real server or double, and the same without weather."""

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from conda_sluice.effects.credentials import Credentials
from conda_sluice.effects.http.patience import Patience
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.stores import AnacondaOptions
from conda_sluice.stores.anaconda.settling import IndexWait
from conda_sluice.stores.anaconda.store import AnacondaStore
from conda_sluice.stores.directory.store import DirectoryStore
from conda_sluice.stores.http.store import HttpStore
from conda_sluice.stores.quetz.settling import Settling
from conda_sluice.stores.quetz.store import QuetzStore
from contract.storms import Stand
from factories import a_channel
from servers.anaconda_org import AnacondaOrg
from servers.anaconda_stores import a_label, a_store, an_org, an_owner, find_test_access
from servers.quetz import shared_quetz
from servers.quetz_stores import a_quetz_store
from servers.s3 import QUICK, S3Place, shared_s3
from servers.static import static_server
from servers.weather import BadWeather, Forecast, as_s3

HURRY = Patience(tries=4, first_wait=0.001, longest_wait=0.01, read=5.0, change=5.0)

HASTE = Settling(itself=1.0, nudged=2.0, supervised=3.0)

Behind = tuple[Stand, Sequence[BadWeather]]
Opened = Callable[[Path, Forecast], AbstractContextManager[Behind]]


def s3(kind: str) -> Opened:
    """Return what opens channels on moto or rclone."""

    @contextmanager
    def opened(folder: Path, forecast: Forecast) -> Iterator[Behind]:
        place = shared_s3(kind)
        told = replace(forecast, words=as_s3)
        with BadWeather(place.endpoint, told) as proxy:
            store = S3Place(proxy.url).own_store(jobs=4)
            store._server.patience = QUICK
            yield Stand(store, place.store(), lambda name: place.channel(folder, name)), [proxy]

    return opened


@contextmanager
def quetz(folder: Path, forecast: Forecast) -> Iterator[Behind]:
    """Open channels on a quetz server."""
    server = shared_quetz()
    with BadWeather(server.url, forecast) as proxy:

        def channel(name: str) -> ChannelRef:
            made = server.channel(f"{name}-{secrets.token_hex(6)}")
            return _moved(made, server.url, proxy.url)

        store = a_quetz_store(server.admin, settling=HASTE)
        yield Stand(store, CalmQuetz(store, proxy.url, server.url), channel), [proxy]


@dataclass(frozen=True)
class CalmQuetz:
    """Reads the channels of a store behind the weather without it."""

    store: QuetzStore
    outside: str
    inside: str

    def records(self, channel, subdir):
        return self.store.records(self._inside(channel), subdir)

    def hidden(self, channel, subdir):
        return self.store.hidden(self._inside(channel), subdir)

    def inspect(self, channel):
        return self.store.inspect(self._inside(channel))

    def _inside(self, channel):
        return _moved(channel, self.outside, self.inside)


def _moved(channel: ChannelRef, old: str, new: str) -> ChannelRef:
    return replace(channel, url=channel.url.replace(old, new), at=channel.at.replace(old, new))


def anaconda(channel: Callable[[AnacondaOrg, str], ChannelRef]) -> Opened:
    """Return what opens channels on the double of anaconda.org: API, storage and channels."""

    @contextmanager
    def opened(folder: Path, forecast: Forecast) -> Iterator[Behind]:
        with ExitStack() as stack:
            org = stack.enter_context(an_org())
            api, storage, channels = (
                stack.enter_context(BadWeather(url, forecast))
                for url in (org.api_url, org.storage_url, org.channels_url)
            )
            org.uploads.storage_url = storage.url
            store = AnacondaStore(
                AnacondaOptions(api=api.url, channels=channels.url),
                jobs=4,
                find_access=find_test_access,
                patience=HURRY,
                wait=IndexWait(seconds=3.0, first=0.01, longest=0.1),
            )
            stand = Stand(store, a_store(org), lambda name: channel(org, name))
            yield stand, [api, storage, channels]

    return opened


@contextmanager
def http(folder: Path, forecast: Forecast) -> Iterator[Behind]:
    """Open channels that are changed as folders, and read from a web server in the weather."""
    (folder / "www").mkdir()
    calm = DirectoryStore()
    with static_server(folder / "www") as server, BadWeather(server.url, forecast) as proxy:
        web = HttpStore(folder / "cache", patience=HURRY, find_credentials=_nobody)
        store = ReadFromAfar(calm, web, (folder / "www").as_uri(), proxy.url)
        yield Stand(store, calm, lambda name: a_channel(folder / "www", name)), [proxy]


@dataclass(frozen=True)
class ReadFromAfar:
    """Reads the channels of folders from a web server."""

    folders: DirectoryStore
    web: HttpStore
    inside: str
    outside: str

    def records(self, channel, subdir):
        return self.web.records(self._outside(channel), subdir)

    def get(self, record, channel, into):
        return self.web.get(record, self._outside(channel), into)

    def __getattr__(self, name):
        return getattr(self.folders, name)

    def _outside(self, channel):
        return replace(channel, url=channel.url.replace(self.inside, self.outside))


def _nobody() -> Credentials:
    return Credentials({}, Path("/nowhere"), ask_keyring=lambda _: None)


STANDS: dict[str, Opened] = {
    "s3-moto": s3("moto"),
    "s3-rclone": s3("rclone"),
    "quetz": quetz,
    "anaconda-labels": anaconda(a_label),
    "anaconda-owners": anaconda(an_owner),
    "http": http,
}
