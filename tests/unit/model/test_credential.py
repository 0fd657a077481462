import copy
import json
import pickle
from dataclasses import asdict

import pytest

from conda_sluice.model.credential import (
    Password,
    S3Keys,
    Secret,
    Token,
    TokenKind,
    headers_of,
    secrets_of,
    url_with,
)

PLANTED = "pl4nted-s3cret-value"
A_TOKEN = Token(TokenKind.BEARER, Secret(PLANTED), "somewhere")
SHOWN = [repr, str, "{}".format, "{!r:>40}".format, lambda one: f"{one!s}"]


@pytest.mark.parametrize("show", SHOWN)
@pytest.mark.parametrize(
    "holder",
    [
        Secret(PLANTED),
        A_TOKEN,
        Password("user", Secret(PLANTED)),
        S3Keys("id", Secret(PLANTED), Secret(PLANTED)),
        [Secret(PLANTED)],
    ],
)
def test_secret_shows_itself_in_no_text(show, holder):
    text = show(holder) if not isinstance(holder, Secret) or "!r" not in str(show) else repr(holder)
    assert PLANTED not in text
    assert "***" in text


@pytest.mark.parametrize("send", [pickle.dumps, copy.deepcopy, asdict, json.dumps])
def test_secret_goes_into_no_data_that_is_kept_or_sent(send):
    with pytest.raises(TypeError):
        send(A_TOKEN)


def test_secret_does_not_change():
    with pytest.raises(AttributeError):
        Secret(PLANTED)._value = "other"


def test_secrets_are_equal_when_their_texts_are():
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert hash(Secret("a")) == hash(Secret("a"))
    assert not Secret("")


@pytest.mark.parametrize(
    ("kind", "headers"),
    [
        (TokenKind.BEARER, {"Authorization": f"Bearer {PLANTED}"}),
        (TokenKind.API_KEY, {"X-API-Key": PLANTED}),
        (TokenKind.API_TOKEN, {"Authorization": f"token {PLANTED}"}),
        (TokenKind.CONDA, {}),
    ],
)
def test_token_is_told_as_its_kind_asks(kind, headers):
    token = Token(kind, Secret(PLANTED))
    assert headers_of(token) == headers
    at = "https://lab/chan/noarch/repodata.json"
    with_token = f"https://lab/t/{PLANTED}/chan/noarch/repodata.json"
    assert url_with(token, at) == (with_token if kind is TokenKind.CONDA else at)


def test_password_is_told_as_http_basic_and_both_forms_are_secret():
    password = Password("u", Secret("p"))
    assert headers_of(password) == {"Authorization": "Basic dTpw"}
    assert Secret("dTpw") in secrets_of(password)


def test_no_credential_tells_nothing():
    assert headers_of(None) == {}
    assert url_with(None, "https://lab/chan") == "https://lab/chan"
    assert secrets_of(None) == ()
