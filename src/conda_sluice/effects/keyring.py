"""The keyring of this user's desktop, where the optional library `keyring` is installed."""

import json

from conda_sluice.effects.credential_files import parse_rattler_entry
from conda_sluice.errors import ConfigError
from conda_sluice.model.credential import Credential

SERVICE = "rattler"
"""Under which rattler and pixi store credentials, one entry for each host."""


def read_keyring(host: str) -> Credential | None:
    """Return what `rattler auth login` stored for a host.

    None where it stored nothing, where the library is not installed, and where this machine has
    no keyring that is open: a CI job has none, and asks nobody.
    """
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return None
    try:
        text = keyring.get_password(SERVICE, host)
    except KeyringError:  # none on this machine, or locked
        return None
    if not text:
        return None
    source = f"keyring entry {SERVICE}/{host}"
    try:
        said = json.loads(text)
    except ValueError:
        raise ConfigError(
            "this credential cannot be read: it is no JSON", source, "rattler auth login"
        ) from None
    return parse_rattler_entry(said, source)
