"""What an application needs to have pages."""

from typing import Protocol

from conda_sluice.model.view import Asked


class Pages(Protocol):
    """Makes pages, as HTML; raise SluiceError where that cannot be done."""

    def front(self, asked: Asked) -> str:
        """Return the page on the ladder."""

    def channel(self, name: str, asked: Asked) -> str:
        """Return the page on the channel that stands below `name`."""

    def package(self, name: str, asked: Asked) -> str | None:
        """Return the page on a package, None where nobody knows it."""

    def trouble(self, title: str, text: str, up: str) -> str:
        """Return a short page on what went wrong; `up` leads from it to the front page."""
