"""What a server answered, and what it means when it is not what was hoped for."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlsplit

from conda_sluice.effects.scrub import bare_url
from conda_sluice.errors import StoreError

TRANSIENT = frozenset({429, 500, 502, 503, 504})
"""After these it is worth while to ask once more."""

CONFLICT = 409
"""Something is there already, or somebody else changes it at this moment: look, then ask again."""

_NO_ACCESS = frozenset({401, 403, 407})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Status, headers (their names in lower case) and body of one answer."""

    url: str
    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(default=b"", repr=False)

    def json(self) -> object:
        """Return the body as parsed JSON; raise StoreError where it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise StoreError(
                "does not answer with JSON", self.url, "look whether the URL is that of the server"
            ) from error


def shown(url: str) -> str:
    """Return a URL as it may be told: without user, conda token, query and fragment."""
    try:
        parts = urlsplit(url)
    except ValueError:  # such as an IPv6 address that is none
        return "a URL"
    return bare_url(parts._replace(query="", fragment="").geturl())


def refusal(status: int, url: str, *, login: str) -> StoreError:
    """Return the error for a status that nobody asked for.

    `login` says where credentials are looked for.
    """
    try:
        words = f"{status} ({HTTPStatus(status).phrase})"
    except ValueError:
        words = str(status)
    what = f"answers {words}"
    if status in _NO_ACCESS:
        what = f"does not let this user in: {words}"
    return StoreError(what, shown(url), _remedy(status, login))


def _remedy(status: int, login: str) -> str:
    if status in _NO_ACCESS:
        return login
    if status == HTTPStatus.NOT_FOUND:
        return "look whether the URL in channels.yaml is right"
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return "ask who runs the server to allow larger files"
    if status in TRANSIENT or status == CONFLICT:
        return "it was asked several times; try again later, or ask who runs the server"
    return ""
