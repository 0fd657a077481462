"""Where credentials are looked for, in which order, and what is said of what cannot be read."""

import json
import pickle
from pathlib import Path

import pytest

from conda_sluice.effects.credentials import Credentials, match_host
from conda_sluice.errors import ConfigError
from conda_sluice.model.credential import (
    Password,
    S3Keys,
    Secret,
    Service,
    Token,
    TokenKind,
    headers_of,
    secrets_of,
)

LAB = "https://lab.example:8443/get/chan"


@pytest.fixture
def places(tmp_path):
    return Places(tmp_path)


class Places:
    """The files of a user, and the environment."""

    def __init__(self, home):
        self.home = home
        self.environ = {}
        self.keyring = {}
        self.asked = []

    def write(self, path, text):
        file = self.home / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return str(file)

    def auth_file(self, entries, path=".rattler/credentials.json"):
        return self.write(path, json.dumps(entries))

    def open(self):
        return Credentials(self.environ, self.home, ask_keyring=self._ask)

    def _ask(self, host):
        self.asked.append(host)
        return self.keyring.get(host)

    def fill_all(self):
        self.environ["QUETZ_API_KEY"] = "of-environment"
        self.environ["RATTLER_AUTH_FILE"] = self.auth_file(
            {"lab.example": {"CondaToken": "of-given-file"}}, "given.json"
        )
        self.auth_file({"lab.example": {"CondaToken": "of-usual-file"}})
        self.write(".netrc", "machine lab.example login u password of-netrc\n")
        self.keyring["lab.example"] = Token(TokenKind.BEARER, Secret("of-keyring"))


def told(credential):
    return secrets_of(credential)[0].reveal() if credential else None


def test_nobody_gave_a_credential(places):
    assert places.open().of(LAB) is None


def test_places_are_looked_at_in_the_order_that_is_documented(places):
    places.fill_all()
    found = [told(places.open().of(LAB, Service.QUETZ))]
    del places.environ["QUETZ_API_KEY"]
    found.append(told(places.open().of(LAB, Service.QUETZ)))
    del places.environ["RATTLER_AUTH_FILE"]
    found.append(told(places.open().of(LAB, Service.QUETZ)))
    (places.home / ".rattler" / "credentials.json").unlink()
    found.append(told(places.open().of(LAB, Service.QUETZ)))
    (places.home / ".netrc").unlink()
    found.append(told(places.open().of(LAB, Service.QUETZ)))
    assert found == ["of-environment", "of-given-file", "of-usual-file", "of-netrc", "of-keyring"]


def test_keyring_is_asked_last_and_once(places):
    places.keyring["lab.example"] = Token(TokenKind.BEARER, Secret("of-keyring"))
    credentials = places.open()
    assert told(credentials.of(LAB)) == told(credentials.of(LAB)) == "of-keyring"
    assert places.asked == ["lab.example"]


def test_key_of_quetz_is_for_quetz_servers_alone(places):
    places.environ["QUETZ_API_KEY"] = "of-environment"
    assert places.open().of(LAB) is None
    assert headers_of(places.open().of(LAB, Service.QUETZ)) == {"X-API-Key": "of-environment"}


def test_key_of_quetz_is_for_its_own_server_where_that_is_named(places):
    places.environ |= {"QUETZ_API_KEY": "of-environment", "QUETZ_SERVER_URL": "https://other"}
    assert places.open().of(LAB, Service.QUETZ) is None
    places.environ["QUETZ_SERVER_URL"] = "https://lab.example:8443/"
    assert told(places.open().of(LAB, Service.QUETZ)) == "of-environment"


def test_variables_of_anaconda_win_in_the_order_of_its_own_client(places):
    places.environ["ANACONDA_API_TOKEN"] = "second"
    assert told(places.open().of("https://api.lab", Service.ANACONDA)) == "second"
    places.environ["BINSTAR_API_TOKEN"] = "first"
    found = places.open().of("https://api.lab", Service.ANACONDA)
    assert headers_of(found) == {"Authorization": "token first"}
    assert found.source == "BINSTAR_API_TOKEN"


@pytest.mark.parametrize(
    ("variable", "folder"),
    [
        ("", ".continuum/anaconda-client/tokens"),
        ("", ".config/binstar"),
        ("", ".local/share/binstar"),
        ("BINSTAR_CONFIG_DIR", "given/data/tokens"),
        ("BINSTAR_CONFIG_DIR", "given/data"),
    ],
)
def test_token_of_anaconda_login_is_found(places, variable, folder):
    if variable:
        places.environ[variable] = str(places.home / "given")
    places.write(f"{folder}/http%3A%2F%2Flab%3A8850.token", "stored\n")
    credentials = places.open()
    assert told(credentials.of("http://lab:8850", Service.ANACONDA)) == "stored"
    assert told(credentials.of("http://lab:8850/", Service.ANACONDA)) == "stored"
    assert credentials.of("http://lab:8851", Service.ANACONDA) is None
    assert credentials.of("http://lab:8850") is None  # it is no token for other servers
    assert Secret("stored") in set(credentials.secrets())


def test_conda_token_is_told_to_an_api_as_it_takes_it(places):
    places.auth_file({"lab.example": {"CondaToken": "x"}})
    kinds = {one: places.open().of(LAB, one).kind for one in Service}
    assert kinds == {
        Service.PLAIN: TokenKind.CONDA,
        Service.QUETZ: TokenKind.API_KEY,
        Service.ANACONDA: TokenKind.API_TOKEN,
    }


def test_every_kind_of_entry_that_rattler_writes_is_read(places):
    s3 = {"access_key_id": "id", "secret_access_key": "key", "session_token": None}
    places.auth_file(
        {
            "a": {"BearerToken": "x"},
            "b": {"CondaToken": "x"},
            "c": {"BasicHTTP": {"username": "u", "password": "x"}},
            "s3://bucket": {"S3Credentials": s3},
            "e": {"OAuth": {"access_token": "not for us"}},
        }
    )
    path = str(places.home / ".rattler" / "credentials.json")
    assert places.open().auth_file == {
        "a": Token(TokenKind.BEARER, Secret("x"), path),
        "b": Token(TokenKind.CONDA, Secret("x"), path),
        "c": Password("u", Secret("x"), path),
        "s3://bucket": S3Keys("id", Secret("key"), Secret(""), path),
    }


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://lab.example/x", "host"),
        ("https://lab.example:9000/x", "host"),  # the port does not matter
        ("https://a.lab.example/x", "near"),
        ("https://b.a.lab.example/x", "near"),
        ("https://other.example/x", "far"),
        ("https://example/x", "far"),
        ("https://elsewhere/x", None),
        ("s3://bucket/pre/chan", "prefix"),
        ("s3://bucket/other", "bucket"),
        ("s3://none/other", None),
    ],
)
def test_entries_are_matched_as_rattler_does(url, found):
    entries = {
        "lab.example": "host",
        "*.lab.example": "near",
        "*.example": "far",
        "s3://bucket/pre": "prefix",
        "s3://bucket": "bucket",
    }
    made = {host: Token(TokenKind.BEARER, Secret(said)) for host, said in entries.items()}
    assert told(match_host(made, url)) == found


def test_default_of_a_netrc_is_shown_to_nobody(places):
    places.write(".netrc", "machine lab.example login u password one\ndefault login d password two")
    assert told(places.open().of(LAB)) == "one"
    assert places.open().of("https://elsewhere/x") is None


def test_netrc_may_lie_elsewhere(places):
    places.environ["NETRC"] = places.write("given", "machine lab.example login u password one")
    assert told(places.open().of(LAB)) == "one"


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"lab.example": "s3cret"}', '{"lab.example": {"Bearer": "s3cret"}}']
)
def test_broken_auth_file_is_named_and_not_quoted(places, text):
    path = places.write(".rattler/credentials.json", text)
    with pytest.raises(ConfigError) as raised:
        places.open().of(LAB)
    assert raised.value.where == path
    assert "s3cret" not in str(raised.value)
    assert list(places.open().secrets()) == []


def test_broken_netrc_is_named_and_not_quoted(places):
    path = places.write(".netrc", "machine lab.example\nlogin u passwort s3cret\n")
    with pytest.raises(ConfigError, match="is no netrc") as raised:
        places.open().of(LAB)
    assert raised.value.where == path
    assert "s3cret" not in str(raised.value)


def test_folder_that_must_not_be_looked_into_hides_no_other_secret(places, monkeypatch):
    places.environ["THE_TOKEN"] = "from-the-environment"
    places.write(".netrc", "machine lab.example login me password of-netrc\n")
    usual = Path.is_dir

    def is_dir(path):
        if "anaconda-client" in path.parts:
            raise PermissionError(13, "Permission denied", str(path))
        return usual(path)

    monkeypatch.setattr(Path, "is_dir", is_dir)
    found = {one.reveal() for one in places.open().secrets()}
    assert {"from-the-environment", "of-netrc"} <= found


def test_all_secrets_are_known_before_anybody_asks(places):
    places.fill_all()
    places.environ |= {"AWS_SECRET_ACCESS_KEY": "of-aws", "GITHUB_TOKEN": "of-ci", "LANG": "C"}
    found = {one.reveal() for one in places.open().secrets()}
    assert found >= {"of-environment", "of-given-file", "of-netrc", "of-aws", "of-ci"}
    assert "C" not in found


def test_credentials_are_looked_up_anew_in_another_process(places, monkeypatch):
    monkeypatch.setenv("HOME", str(places.home))
    places.environ["QUETZ_API_KEY"] = "of-environment"
    sent = pickle.dumps(places.open())
    assert b"of-environment" not in sent
    assert isinstance(pickle.loads(sent), Credentials)


def test_places_name_what_a_person_can_do(places):
    said = places.open().places(Service.ANACONDA)
    assert said[0] == "BINSTAR_API_TOKEN"
    assert "anaconda login" in said
