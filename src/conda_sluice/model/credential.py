"""What opens a server to us: tokens, passwords and keys, none of which shows itself."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import quote, urlsplit, urlunsplit

HIDDEN = "***"
"""What stands in a text instead of a secret."""


class Secret:
    """A text that only `reveal` shows: not repr, str, format, JSON, pickle or asdict."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        object.__setattr__(self, "_value", value)

    def reveal(self) -> str:
        """Return the text, for the request that needs it and for nothing else."""
        value: str = object.__getattribute__(self, "_value")
        return value

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a secret does not change")

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a secret is not sent to another process: look it up there again")

    def __repr__(self) -> str:
        return HIDDEN

    def __bool__(self) -> bool:
        return bool(self.reveal())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self.reveal() == other.reveal()

    def __hash__(self) -> int:
        return hash(self.reveal())


class Service(StrEnum):
    """The kind of a server: which variables speak of it, and how it wants to be told a token."""

    PLAIN = "plain"
    QUETZ = "quetz"
    ANACONDA = "anaconda"


class TokenKind(StrEnum):
    """How a token is told: in which header, or in the path of the URL (`/t/<token>/`)."""

    BEARER = "bearer"
    CONDA = "conda"
    API_KEY = "api-key"
    API_TOKEN = "api-token"  # noqa: S105 - a kind, and no token


@dataclass(frozen=True, slots=True)
class Token:
    """A token; `source` says where it was found, for errors."""

    kind: TokenKind
    token: Secret
    source: str = ""


@dataclass(frozen=True, slots=True)
class Password:
    """A user and a password (HTTP Basic); `source` as for a token."""

    user: str
    password: Secret
    source: str = ""


@dataclass(frozen=True, slots=True)
class S3Keys:
    """Keys of an S3 server; `session` is empty where they last."""

    key_id: str
    key: Secret
    session: Secret = field(default_factory=lambda: Secret(""))
    source: str = ""


Credential = Token | Password | S3Keys


def headers_of(credential: Credential | None) -> Mapping[str, str]:
    """Return the headers that tell a credential; none for one that is told otherwise."""
    match credential:
        case Token(TokenKind.BEARER, token):
            return {"Authorization": f"Bearer {token.reveal()}"}
        case Token(TokenKind.API_KEY, token):
            return {"X-API-Key": token.reveal()}
        case Token(TokenKind.API_TOKEN, token):
            return {"Authorization": f"token {token.reveal()}"}
        case Password(user, password):
            return {"Authorization": f"Basic {basic(user, password.reveal())}"}
        case _:
            return {}


def url_with(credential: Credential | None, url: str) -> str:
    """Return the URL on the wire: with `/t/<token>` before its path where the token goes there."""
    if isinstance(credential, Token) and credential.kind is TokenKind.CONDA:
        parts = urlsplit(url)
        token = quote(credential.token.reveal(), safe="")
        return urlunsplit(parts._replace(path=f"/t/{token}{parts.path}"))
    return url


def secrets_of(credential: Credential | None) -> tuple[Secret, ...]:
    """Return what of a credential must not be shown, in every form in which it is sent."""
    match credential:
        case Token(token=token):
            return (token,)
        case Password(user, password):
            return password, Secret(basic(user, password.reveal()))
        case S3Keys(key=key, session=session):
            return key, session
        case None:
            return ()


def basic(user: str, password: str) -> str:
    """Return what HTTP Basic makes of a user and a password."""
    return base64.b64encode(f"{user}:{password}".encode()).decode()
