"""py-rattler reads private channels with credentials from each place that people use."""

import json
import os

import pytest

from conda_sluice.environments.rattler import RattlerEnvironments
from conda_sluice.errors import StoreError
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.environment import ChannelSource, Solution
from conda_sluice.model.names import Subdir
from conda_sluice.model.stores import AnacondaOptions, StoreOptions
from conda_sluice.stores.directory.store import DirectoryStore
from factories import an_artifact
from servers.static import Login, static_server

pytestmark = pytest.mark.integration

LINUX = Subdir("linux-64")
PLANTED = "pl4nted-s3cret-value"


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home folder of one's own, in which nobody has logged in anywhere."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    for name in ("RATTLER_AUTH_FILE", "NETRC", "BINSTAR_CONFIG_DIR", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, "")  # so that what a test sets is undone
        monkeypatch.delenv(name)
    return folder


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "www"
    channel = ChannelRef("private", (folder / "private").as_uri())
    DirectoryStore().put(
        [
            an_artifact(tmp_path / "files", "base"),
            an_artifact(tmp_path / "files", "top", depends=("base",)),
        ],
        channel,
    )
    return folder


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return str(path)


def installed(environments, url, prefix):
    """Solve and install, and return the URLs that the prefix remembers."""
    answer = environments.solve(["top"], [ChannelSource(url)], LINUX)
    assert isinstance(answer, Solution), answer
    environments.install(answer, prefix)
    files = sorted((prefix / "conda-meta").glob("*.json"))
    assert PLANTED not in "".join(file.read_text(encoding="utf-8") for file in files)
    return [json.loads(file.read_text(encoding="utf-8"))["url"] for file in files]


BASIC = Login(user="ci", password=PLANTED)
BEARER = Login(bearer=PLANTED)
TOKEN = Login(token=PLANTED)
ENTRIES = {
    BASIC: {"BasicHTTP": {"username": "ci", "password": PLANTED}},
    BEARER: {"BearerToken": PLANTED},
    TOKEN: {"CondaToken": PLANTED},
}


@pytest.mark.parametrize("login", ENTRIES, ids=["basic", "bearer", "token"])
@pytest.mark.parametrize("path", ["given.json", ".rattler/credentials.json"])
def test_rattlers_auth_file_opens_a_channel(home, folder, tmp_path, login, path):
    written = write(home / path, json.dumps({"127.0.0.1": ENTRIES[login]}))
    if path == "given.json":
        os.environ["RATTLER_AUTH_FILE"] = written  # `home` puts it back
    with static_server(folder, login) as server:
        url = f"{server.url}/private"
        urls = installed(RattlerEnvironments(tmp_path / "cache"), url, tmp_path / "env")
    assert [one.rpartition("/")[0] for one in urls] == [f"{url}/noarch"] * 2


def test_netrc_opens_a_channel(home, folder, tmp_path):
    write(home / ".netrc", f"machine 127.0.0.1 login ci password {PLANTED}\n")
    with static_server(folder, BASIC) as server:
        url = f"{server.url}/private"
        assert installed(RattlerEnvironments(tmp_path / "cache"), url, tmp_path / "env")


def test_key_of_quetz_in_the_environment_opens_its_channels(home, folder, tmp_path, monkeypatch):
    monkeypatch.setenv("QUETZ_API_KEY", PLANTED)
    (folder / "get").mkdir()
    (folder / "private").rename(folder / "get" / "private")
    with static_server(folder, TOKEN) as server:
        stores = StoreOptions(places=(f"quetz+{server.url}/private",))
        environments = RattlerEnvironments(tmp_path / "cache", stores)
        assert installed(environments, f"{server.url}/get/private", tmp_path / "env")
        assert "RATTLER_AUTH_FILE" not in os.environ


def test_token_of_anaconda_opens_the_host_of_its_channels(home, folder, tmp_path, monkeypatch):
    with static_server(folder, TOKEN) as server:
        options = AnacondaOptions(api="https://api.lab", channels=server.url)
        stores = StoreOptions(anaconda=options, places=("anaconda://private",))
        environments = RattlerEnvironments(tmp_path / "cache", stores)
        write(home / ".continuum/anaconda-client/tokens/https%3A%2F%2Fapi.lab.token", PLANTED)
        assert installed(environments, f"{server.url}/private", tmp_path / "of-login")
        write(home / ".continuum/anaconda-client/tokens/https%3A%2F%2Fapi.lab.token", "other")
        monkeypatch.setenv("ANACONDA_API_TOKEN", PLANTED)
        assert installed(environments, f"{server.url}/private", tmp_path / "of-variable")


def test_variable_wins_over_the_file_that_is_given_and_the_rest_of_it_stays(
    home, folder, tmp_path, monkeypatch
):
    monkeypatch.setenv("QUETZ_API_KEY", PLANTED)
    entries = {"127.0.0.1": {"CondaToken": "old"}, "127.0.0.2": {"BearerToken": PLANTED}}
    monkeypatch.setenv("RATTLER_AUTH_FILE", write(home / "given.json", json.dumps(entries)))
    with (
        static_server(folder, TOKEN) as quetz,
        static_server(folder, BEARER, host="127.0.0.2") as other,
    ):
        stores = StoreOptions(places=(f"quetz+{quetz.url}/private",))
        environments = RattlerEnvironments(tmp_path / "cache", stores)
        assert installed(environments, f"{quetz.url}/private", tmp_path / "one")
        assert installed(environments, f"{other.url}/private", tmp_path / "two")


def test_channel_that_lets_nobody_in_is_an_error_without_secrets(home, folder, tmp_path):
    write(home / ".netrc", f"machine 127.0.0.1 login ci password {PLANTED}\n")
    with static_server(folder, BEARER) as server, pytest.raises(StoreError) as raised:
        installed(RattlerEnvironments(tmp_path / "cache"), f"{server.url}/private", tmp_path / "e")
    assert PLANTED not in str(raised.value)
    assert "401" in str(raised.value)


def test_mirrors_are_read_instead_and_the_channel_keeps_its_name(home, folder, tmp_path):
    with static_server(folder) as dead, static_server(folder) as mirror:
        dead.is_down = True
        stores = StoreOptions(mirrors=(("https://lab.invalid", (dead.url, mirror.url)),))
        environments = RattlerEnvironments(tmp_path / "cache", stores)
        urls = installed(environments, "https://lab.invalid/private", tmp_path / "env")
        assert all(url.startswith("https://lab.invalid/private/") for url in urls)
        assert mirror.sent > 0
