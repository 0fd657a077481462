"""The keyring is a library that may be missing."""

import sys
import types

import pytest

from conda_sluice.effects.keyring import read_keyring
from conda_sluice.errors import ConfigError
from conda_sluice.model.credential import Secret, Token, TokenKind


class _KeyringError(Exception):
    pass


@pytest.fixture
def entries(monkeypatch):
    """Put a library `keyring` there that holds these entries."""
    held = {}

    def get_password(service, host):
        answer = held.get((service, host))
        if isinstance(answer, Exception):
            raise answer
        return answer

    library, errors = types.ModuleType("keyring"), types.ModuleType("keyring.errors")
    library.get_password, errors.KeyringError = get_password, _KeyringError
    monkeypatch.setitem(sys.modules, "keyring", library)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)
    return held


def test_entry_of_rattler_is_read(entries):
    entries["rattler", "lab"] = '{"BearerToken": "x"}'
    assert read_keyring("lab") == Token(TokenKind.BEARER, Secret("x"), "keyring entry rattler/lab")
    assert read_keyring("other") is None


def test_machine_without_a_keyring_has_nothing(entries):
    entries["rattler", "lab"] = _KeyringError("no backend")
    assert read_keyring("lab") is None


def test_library_that_is_not_installed_has_nothing(monkeypatch):
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert read_keyring("lab") is None


def test_entry_that_is_none_is_told_without_its_text(entries):
    entries["rattler", "lab"] = "s3cret"
    with pytest.raises(ConfigError) as raised:
        read_keyring("lab")
    assert "s3cret" not in str(raised.value)
