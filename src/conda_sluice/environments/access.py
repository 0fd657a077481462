"""How py-rattler reaches channels: mirrors, S3 servers, and credentials that only we know of."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from conda_sluice.effects.auth_memory import auth_in_memory
from conda_sluice.effects.aws import aws_endpoint, aws_region
from conda_sluice.effects.credentials import Credentials, match_host, open_credentials
from conda_sluice.model.credential import Credential, Service, Token, TokenKind
from conda_sluice.model.stores import Addressing, StoreOptions

if TYPE_CHECKING:
    import rattler
    from rattler.networking.middleware import S3Config

_USUAL_REGION = "us-east-1"
"""The one to which servers in a lab answer."""

_RETRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What a client is made of: it holds no secret, and finds them anew in each process.

    `cache_dir` keeps extracted packages and indexes; `stores` says which servers keep channels.
    """

    cache_dir: Path
    stores: StoreOptions = field(default_factory=StoreOptions)

    def open_client(self) -> "rattler.Client":
        """Return a client with the credentials of `effects/credentials.py`.

        Those of rattler's own files, of netrc and of the keyring it looks up by itself.
        """
        from rattler.networking import (
            AuthenticationMiddleware,
            Client,
            GCSMiddleware,
            MirrorMiddleware,
            OciMiddleware,
            RetryMiddleware,
            S3Middleware,
        )

        mirrors = {url: list(others) for url, others in self.stores.mirrors}
        with self.credentials_at_hand():
            return Client(
                [
                    RetryMiddleware(_RETRIES),  # the first, so that it asks the next mirror
                    *([MirrorMiddleware(mirrors)] if mirrors else []),
                    AuthenticationMiddleware(),
                    OciMiddleware(),
                    GCSMiddleware(),
                    S3Middleware(self._buckets()),
                ],
                user_agent="conda-sluice",
            )

    @contextmanager
    def credentials_at_hand(self) -> Iterator[None]:
        """Let rattler, which reads files alone, find within the block what only we know of."""
        with auth_in_memory(self._known_to_us(open_credentials())):
            yield

    def is_far(self, url: str, *, knows_logins: bool) -> bool:
        """Tell whether a builder that reads folders and the web cannot read this channel.

        `knows_logins` where it finds credentials as rattler does.
        """
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"}:
            return parts.scheme != "file"
        if any(url == start or url.startswith(f"{start}/") for start, _ in self.stores.mirrors):
            return True
        if knows_logins:
            return False
        credentials = open_credentials()
        return bool((parts.hostname or "") in self._known_to_us(credentials) or credentials.of(url))

    def _known_to_us(self, credentials: Credentials) -> Mapping[str, Credential]:
        """Return by host the tokens of quetz and anaconda, as the channels' hosts take them."""
        found: dict[str, Credential] = {}
        for place in self.stores.places:
            scheme, _, rest = place.partition("://")
            if scheme.startswith("quetz+"):
                url = f"{scheme.removeprefix('quetz+')}://{rest}"
                token = credentials.of(url, Service.QUETZ)
            elif scheme == "anaconda":
                url = self.stores.anaconda.channels
                token = credentials.of(self.stores.anaconda.api, Service.ANACONDA)
            else:
                continue
            if not isinstance(token, Token) or token.kind not in _OF_AN_API:
                continue
            if credentials.is_of_environment(token) or not match_host(credentials.auth_file, url):
                found[urlsplit(url).hostname or ""] = Token(TokenKind.CONDA, token.token)
        return found

    def _buckets(self) -> "dict[str, S3Config]":
        """Return how to reach each bucket; {} leaves it to AWS's own settings."""
        from rattler.networking.middleware import S3Config

        told = self.stores.s3
        endpoint = told.endpoint or aws_endpoint()
        if not (endpoint or told.region or told.addressing is not Addressing.AUTO):
            return {}
        region = told.region or aws_region() or _USUAL_REGION
        config = S3Config(
            endpoint or f"https://s3.{region}.amazonaws.com",
            region,
            "path" if is_path_style(told.addressing, endpoint) else "virtual-host",
        )
        places = [urlsplit(place) for place in self.stores.places]
        return {one.netloc: config for one in places if one.scheme == "s3"}


_OF_AN_API = frozenset({TokenKind.API_KEY, TokenKind.API_TOKEN})


def is_path_style(addressing: Addressing, endpoint: str) -> bool:
    """Tell whether the bucket goes into the path: `auto` means so with an endpoint."""
    return addressing is Addressing.PATH or (addressing is Addressing.AUTO and bool(endpoint))
