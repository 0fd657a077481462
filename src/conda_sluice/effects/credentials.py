"""Which credential a server is shown: looked for in one order, at places that others write.

1. the environment: QUETZ_API_KEY (for QUETZ_SERVER_URL alone where that is set),
   BINSTAR_API_TOKEN, ANACONDA_API_TOKEN; AWS_* is read by boto3 and rattler themselves
2. rattler's auth file: RATTLER_AUTH_FILE, then ~/.rattler/credentials.json
3. the tokens of `anaconda login` (BINSTAR_CONFIG_DIR)
4. netrc (NETRC, else ~/.netrc)
5. the keyring, in which rattler stores its entries
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from conda_sluice.effects.credential_files import (
    read_anaconda_token,
    read_netrc,
    read_rattler_file,
    stored_tokens,
    token_folders,
)
from conda_sluice.effects.keyring import read_keyring
from conda_sluice.effects.scrub import learn
from conda_sluice.errors import ConfigError
from conda_sluice.model.credential import (
    Credential,
    Password,
    Secret,
    Service,
    Token,
    TokenKind,
    secrets_of,
)

QUETZ_KEY = "QUETZ_API_KEY"
QUETZ_SERVER = "QUETZ_SERVER_URL"
ANACONDA_TOKENS = ("BINSTAR_API_TOKEN", "ANACONDA_API_TOKEN")
"""In the order in which anaconda-client looks."""

_SECRET_NAMES = ("_TOKEN", "_API_KEY", "_ACCESS_KEY", "_SECRET_KEY", "_SECRET", "_PASSWORD")
"""How the names of variables end that hold secrets, whosoever they are."""


class Credentials:
    """Looks up credentials, each file once; what is found is kept in memory and nowhere else.

    `environ` is the process environment and `home` the user's folder.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        home: Path,
        *,
        ask_keyring: Callable[[str], Credential | None] = read_keyring,
    ) -> None:
        self._environ = environ
        self._home = home
        self._ask_keyring = ask_keyring
        self._asked: dict[str, Credential | None] = {}

    def __repr__(self) -> str:
        return "Credentials()"

    def __reduce__(self) -> tuple[object, ...]:
        return open_credentials, ()

    def of(self, url: str, service: Service = Service.PLAIN) -> Credential | None:
        """Return the credential for a URL of a server, in the form in which that takes it.

        None where nobody gave one. Raise ConfigError for a file that cannot be read.
        """
        host = urlsplit(url).hostname or ""
        found = (
            self._of_environment(url, service)
            or match_host(self.auth_file, url)
            or (
                read_anaconda_token(self._token_folders, url)
                if service is Service.ANACONDA
                else None
            )
            or self._netrc.get(host)
            or self._of_keyring(host)
        )
        return _as_taken_by(service, found)

    def places(self, service: Service = Service.PLAIN) -> tuple[str, ...]:
        """Return where a credential is looked for, in words for an error's remedy."""
        own = {
            Service.PLAIN: (),
            Service.QUETZ: (QUETZ_KEY,),
            Service.ANACONDA: ANACONDA_TOKENS,
        }[service]
        login = ("anaconda login",) if service is Service.ANACONDA else ()
        return (
            *own,
            "RATTLER_AUTH_FILE",
            "~/.rattler/credentials.json (rattler auth login)",
            *login,
            "~/.netrc",
            "the keyring",
        )

    @cached_property
    def auth_file(self) -> Mapping[str, Credential]:
        """Return the entries of rattler's auth files; those of RATTLER_AUTH_FILE win."""
        given = self._environ.get("RATTLER_AUTH_FILE")
        usual = read_rattler_file(self._home / ".rattler" / "credentials.json")
        return {**usual, **(read_rattler_file(Path(given)) if given else {})}

    def is_of_environment(self, credential: Token) -> bool:
        """Tell whether a credential was found in a variable, which wins over every file."""
        return credential.source in self._environ

    def secrets(self) -> Iterator[Secret]:
        """Yield every secret of the environment and of all files, asked for or not.

        The keyring cannot be listed. What cannot be read is passed over here, for no
        program can take a secret out of it; `of` says what is wrong with it.
        """
        for name, value in self._environ.items():
            if name.upper().endswith(_SECRET_NAMES):
                yield Secret(value)
        sources: tuple[Callable[[], Iterable[Credential]], ...] = (
            lambda: [*self.auth_file.values()],
            lambda: [token for _url, token in stored_tokens(self._token_folders)],
            lambda: [*self._netrc.values()],
        )
        for read in sources:
            with suppress(ConfigError, OSError):
                for credential in read():
                    yield from secrets_of(credential)

    @property
    def _token_folders(self) -> tuple[Path, ...]:
        return token_folders(self._environ, self._home)

    @cached_property
    def _netrc(self) -> Mapping[str, Password]:
        return read_netrc(Path(self._environ.get("NETRC") or self._home / ".netrc"))

    def _of_environment(self, url: str, service: Service) -> Credential | None:
        match service:
            case Service.QUETZ:
                only_for = self._environ.get(QUETZ_SERVER)
                key = self._environ.get(QUETZ_KEY)
                if key and (not only_for or _server(only_for) == _server(url)):
                    return Token(TokenKind.API_KEY, Secret(key), QUETZ_KEY)
            case Service.ANACONDA:
                for name in ANACONDA_TOKENS:
                    if token := self._environ.get(name):
                        return Token(TokenKind.API_TOKEN, Secret(token), name)
            case Service.PLAIN:
                pass
        return None

    def _of_keyring(self, host: str) -> Credential | None:
        if host not in self._asked:
            self._asked[host] = self._ask_keyring(host) if host else None
            learn(secrets_of(self._asked[host]))
        return self._asked[host]


def open_credentials() -> Credentials:
    """Return the credentials of this process and this user; none of them is shown from now on."""
    credentials = Credentials(os.environ, Path.home())
    learn(credentials.secrets())
    return credentials


def match_host(entries: Mapping[str, Credential], url: str) -> Credential | None:
    """Return the entry for a URL as rattler finds it: by its host without the port, then `*.host`.

    `*.lab` stands for `lab` and for every host below it, the nearest one first; an s3:// URL is
    looked for itself too, and then each folder above it.
    """
    host = urlsplit(url).hostname or ""
    if host in entries:
        return entries[host]
    if url.startswith("s3://"):
        while "/" in url.removeprefix("s3://"):
            if url in entries:
                return entries[url]
            url = url.rpartition("/")[0]
        return entries.get(url)
    while host:
        if f"*.{host}" in entries:
            return entries[f"*.{host}"]
        host = host.partition(".")[2]
    return None


def _as_taken_by(service: Service, credential: Credential | None) -> Credential | None:
    """Tell a conda token as the service's API wants it: there it is the same token."""
    if not isinstance(credential, Token) or credential.kind is not TokenKind.CONDA:
        return credential
    match service:
        case Service.QUETZ:
            return Token(TokenKind.API_KEY, credential.token, credential.source)
        case Service.ANACONDA:
            return Token(TokenKind.API_TOKEN, credential.token, credential.source)
        case Service.PLAIN:
            return credential


def _server(url: str) -> tuple[str, int | None]:
    parts = urlsplit(url.removeprefix("quetz+"))
    return parts.hostname or "", parts.port
