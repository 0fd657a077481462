"""The files in which other programs keep credentials: read, and never written."""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote_plus, unquote_plus

from conda_sluice.errors import ConfigError
from conda_sluice.model.credential import (
    Credential,
    Password,
    S3Keys,
    Secret,
    Token,
    TokenKind,
)


def read_rattler_file(path: Path) -> Mapping[str, Credential]:
    """Return the credentials of a file of rattler's by host, `*.host` or s3:// URL.

    {} where there is none. Raise ConfigError for one that is not what rattler writes.
    """
    text = _read(path)
    if text is None:
        return {}
    try:
        written = json.loads(text) if text.strip() else {}
    except ValueError:  # what it says might quote the file
        written = None
    if not isinstance(written, dict):
        raise _unreadable(path, "it is no JSON object", "write it anew: rattler auth login")
    found = {str(host): parse_rattler_entry(said, str(path)) for host, said in written.items()}
    return {host: one for host, one in found.items() if one is not None}


def parse_rattler_entry(said: object, source: str) -> Credential | None:
    """Return the credential of one entry, None for a kind that nobody can tell a server (OAuth).

    Raise ConfigError for an entry that is not what rattler writes.
    """
    match said:
        case {"BearerToken": str(token)}:
            return Token(TokenKind.BEARER, Secret(token), source)
        case {"CondaToken": str(token)}:
            return Token(TokenKind.CONDA, Secret(token), source)
        case {"BasicHTTP": {"username": str(user), "password": str(password)}}:
            return Password(user, Secret(password), source)
        case {"S3Credentials": {"access_key_id": str(key_id), "secret_access_key": str(key)} as s3}:
            return S3Keys(key_id, Secret(key), Secret(str(s3.get("session_token") or "")), source)
        case {"OAuth": _}:
            return None
        case _:
            raise _unreadable(
                Path(source), "an entry is of no known kind", "write it anew: rattler auth login"
            )


def token_folders(environ: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    """Return where anaconda-client and conda keep tokens, in the order they look."""
    given = environ.get("BINSTAR_CONFIG_DIR")
    if given:
        return Path(given) / "data", Path(given) / "data" / "tokens"
    config = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
    data = Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    return (
        data / "binstar",
        config / "binstar",
        home / ".continuum" / "anaconda-client" / "tokens",
    )


def read_anaconda_token(folders: tuple[Path, ...], url: str) -> Token | None:
    """Return the token that `anaconda login` stored for a server's API."""
    for folder in folders:
        for spelled in (url.rstrip("/"), url.rstrip("/") + "/"):
            path = folder / f"{quote_plus(spelled)}.token"
            text = (_read(path) or "").strip()
            if text:
                return Token(TokenKind.API_TOKEN, Secret(text), str(path))
    return None


def stored_tokens(folders: tuple[Path, ...]) -> Iterator[tuple[str, Token]]:
    """Yield the URL and the token of every server that `anaconda login` knows."""
    for folder in folders:
        for path in sorted(folder.glob("*.token")) if folder.is_dir() else ():
            text = (_read(path) or "").strip()
            if text:
                token = Token(TokenKind.API_TOKEN, Secret(text), str(path))
                yield unquote_plus(path.name.removesuffix(".token")), token


def read_netrc(path: Path) -> Mapping[str, Password]:
    """Return the passwords of a netrc file by host, {} where there is none.

    Its `default` is left out: nobody means to show a password to every server. Raise ConfigError
    for a file that is no netrc.
    """
    if _read(path) is None:
        return {}
    import netrc  # every command starts by looking for such a file, and few people have one

    try:
        hosts = netrc.netrc(str(path)).hosts
    except (netrc.NetrcParseError, ValueError) as error:
        line = getattr(error, "lineno", None)
        raise _unreadable(
            path, f"line {line} is no netrc" if line else "it is no netrc", "correct it"
        ) from None  # what Python says of it might quote the password
    return {
        host: Password(login, Secret(password), str(path))
        for host, (login, _account, password) in hosts.items()
        if host != "default" and password
    }


def _read(path: Path) -> str | None:
    """Return the text of a file, None where there is none; raise ConfigError if it is unreadable.

    A file that is named and cannot be read is an error: without it a private channel would look
    empty or wrong, and nobody could tell why.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    except UnicodeDecodeError:
        raise _unreadable(path, "it is no text", "write it anew") from None
    except OSError as error:
        raise _unreadable(
            path, error.strerror or os.strerror(error.errno or 0), "let this user read it"
        ) from error


def _unreadable(path: Path, why: str, remedy: str) -> ConfigError:
    return ConfigError(f"these credentials cannot be read: {why}", where=str(path), remedy=remedy)
