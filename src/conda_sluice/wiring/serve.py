"""The ladder over HTTP: which pages are made of what, on which socket."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote

from conda_sluice.errors import SluiceError, UsageError
from conda_sluice.model.names import parse_package_name
from conda_sluice.model.view import Asked
from conda_sluice.pipeline.bench import Bench
from conda_sluice.pipeline.view import Standing, ladder_view, package_view, standing
from conda_sluice.report.browse.channel import channel_page
from conda_sluice.report.browse.front import front_page
from conda_sluice.report.browse.package import package_page
from conda_sluice.report.browse.trouble import trouble_page
from conda_sluice.serving.addresses import Addresses, addresses_of
from conda_sluice.serving.latest import Latest

_PATIENCE = 0.7
"""Seconds that a page waits for the gates; then it says that they are still being asked."""

_ASKING = "The gates are still being asked; load the page again in a moment."

_MAX_AGE = 30.0
"""Seconds after which the gates are asked again: git, the clock and the ledger change as well."""


@dataclass(frozen=True, slots=True)
class Served:
    """A server that listens: its URL, its channels by name and URL.

    `run` serves until SIGTERM; it raises KeyboardInterrupt after Ctrl-C.
    """

    url: str
    channels: tuple[tuple[str, str], ...]
    run: Callable[[], None]


@contextmanager
def served(
    bench: Bench, host: str, port: int, tell: Callable[[SluiceError], None]
) -> Iterator[Served]:
    """Listen, and give what is to be run; `tell` is told what keeps a page from being made.

    Raise UsageError where the address cannot be used, or no channel is a folder.
    """
    from conda_sluice.serving.app import make_app
    from conda_sluice.serving.server import listen, serve, url_of

    config = bench.config
    addresses = addresses_of(config.channels, config.upstream, bench.local_roots)
    if not addresses.names:
        raise UsageError("no channel is a folder: there is nothing to serve", str(config.file))
    pages = LadderPages(bench, addresses)
    listening = listen(host, port)
    try:
        url = url_of(listening, host)
        pages.begin()
        yield Served(
            url=url,
            channels=tuple((one, f"{url}/{quote(one)}") for one in addresses.names.values()),
            run=partial(serve, make_app(addresses, pages, tell), listening),
        )
    finally:
        listening.close()


class LadderPages:
    """Implements `Pages` for a ladder; what lies in folders is read anew for each page."""

    def __init__(self, bench: Bench, addresses: Addresses) -> None:
        self._bench = bench
        self._served = addresses.names
        self._standing: Latest[Standing] = Latest(
            lambda: standing(bench, self._served),
            self._state,
            max_age=_MAX_AGE,
            clock=time.monotonic,
        )

    def begin(self) -> None:
        """Begin to ask the gates."""
        with suppress(SluiceError):  # is told to whoever asks for a page
            self._standing.begin()

    def front(self, asked: Asked) -> str:
        """Return the page on the ladder."""
        known, gates = self._ask()
        ladder = ladder_view(self._bench, self._served, known)
        return front_page(ladder, known.steps, asked, self._now(), gates=gates)

    def channel(self, name: str, asked: Asked) -> str:
        """Return the page on the channel that stands below `name`."""
        ladder = ladder_view(self._bench, self._served, Standing())
        (channel,) = (one for one in ladder.channels if not one.url and one.name == name)
        return channel_page(ladder, channel, asked, self._now())

    def package(self, name: str, asked: Asked) -> str | None:
        """Return the page on a package, None where nobody knows it."""
        package = parse_package_name(name)
        known, gates = self._ask()
        view = package_view(self._bench, self._served, known, package)
        return None if view is None else package_page(view, asked, self._now(), gates=gates)

    def trouble(self, title: str, text: str, up: str) -> str:
        """Return a short page on what went wrong."""
        return trouble_page(title, text, up, self._now())

    def _ask(self) -> tuple[Standing, str]:
        """Return what the gates say, and what there is to say of it where they cannot say it."""
        try:
            known = self._standing.get(_PATIENCE)
        except SluiceError as error:
            return Standing(), f"What the gates say is not known: {error.what}"
        return (known, "") if known is not None else (Standing(), _ASKING)

    def _now(self) -> str:
        return self._bench.clock()[:19].replace("T", " ")

    def _state(self) -> tuple[object, ...]:
        store, channels = self._bench.store, self._bench.config.channels
        return tuple(
            tuple(sorted(store.state(one).digests.items()))
            for one in channels
            if one in self._served
        )
