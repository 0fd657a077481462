"""Credentials for programs that take them from a file alone: a file that no disk ever holds."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from conda_sluice.effects.environ import environment_variable
from conda_sluice.model.credential import Credential, Password, S3Keys, Token, TokenKind

AUTH_FILE = "RATTLER_AUTH_FILE"


@contextmanager
def auth_in_memory(credentials: Mapping[str, Credential]) -> Iterator[None]:
    """Within the block RATTLER_AUTH_FILE names a file in memory with these credentials by host.

    What the file held that the variable named before is in it too, where the host is another.
    Child processes do not inherit it. Without credentials nothing changes. For single-threaded
    processes, as it changes the environment.
    """
    if not credentials:
        yield
        return
    given = os.environ.get(AUTH_FILE)
    entries = _entries(Path(given)) if given else {}
    entries |= {host: entry_of(credential) for host, credential in credentials.items()}
    descriptor = os.memfd_create("sluice-credentials")  # closed on exec
    try:
        os.write(descriptor, json.dumps(entries).encode())
        with environment_variable(AUTH_FILE, f"/proc/self/fd/{descriptor}"):
            yield
    finally:
        os.close(descriptor)


def entry_of(credential: Credential) -> dict[str, object]:
    """Return a credential as rattler writes it into its file."""
    match credential:
        case Token(TokenKind.BEARER, token):
            return {"BearerToken": token.reveal()}
        case Token(token=token):
            return {"CondaToken": token.reveal()}
        case Password(user, password):
            return {"BasicHTTP": {"username": user, "password": password.reveal()}}
        case S3Keys(key_id, key, session):
            keys = {"access_key_id": key_id, "secret_access_key": key.reveal()}
            return {"S3Credentials": {**keys, "session_token": session.reveal() or None}}


def _entries(path: Path) -> dict[str, object]:
    """Return what stands in the file, unknown kinds too; it was read, and found sound, before."""
    try:
        found = json.loads(path.read_text(encoding="utf-8") or "{}")
    except FileNotFoundError:
        return {}
    return found if isinstance(found, dict) else {}
