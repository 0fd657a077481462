"""`sluice copy` with ends that are no folders: whole, resumed, and where its history lies."""

import json
import os

import pytest

from conda_sluice.model.channel import ChannelRef
from conda_sluice.stores.directory.store import DirectoryStore
from factories import an_artifact
from servers.anaconda_stores import OWNER, TOKEN, an_org, options_of
from servers.static import static_server

pytestmark = pytest.mark.integration

PLANTED = "pl4nted-s3cret-value"


@pytest.fixture
def www(tmp_path):
    folder = tmp_path / "www"
    channel = ChannelRef("chan", (folder / "chan").as_uri())
    made = [
        an_artifact(tmp_path / "files", "trips", version, text=os.urandom(400_000).hex())
        for version in ("1.1", "1.2.0", "1.2.1")
    ]
    made.append(an_artifact(tmp_path / "files", "other", depends=("trips >=1.2",)))
    DirectoryStore().put(made, channel)
    return folder


@pytest.fixture
def server(www):
    with static_server(www) as running:
        yield running


@pytest.fixture(autouse=True)
def _home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("RATTLER_AUTH_FILE", "NETRC", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)


def held(folder):
    channel = ChannelRef("chan", folder.as_uri())
    return [one.file.split("-h")[0] for one in DirectoryStore().records(channel, "noarch")]


def test_packages_of_a_web_server_come_into_a_folder(sluice, server, tmp_path):
    answer = sluice("copy", f"{server.url}/chan", tmp_path / "lab" / "here", "trips 1.2.*")
    assert answer.code == 0, answer
    assert held(tmp_path / "lab" / "here") == ["trips-1.2.0", "trips-1.2.1"]
    assert (tmp_path / "lab" / ".ledger" / "trips").is_dir()
    again = sluice("copy", f"{server.url}/chan", tmp_path / "lab" / "here", "trips 1.2.*")
    assert (again.code, "has them already" in again.out) == (0, True)
    assert not list((tmp_path / "cache" / "copy").iterdir())


def test_copy_that_is_cut_off_goes_on_where_it_was(sluice, server, tmp_path):
    size = sum(path.stat().st_size for path in (tmp_path / "files").glob("trips-*"))
    server.cuts = [10**9, 10**9, 300_000]  # two arrive, the third breaks off, then all is dark
    server.ends_with_cuts = True
    target = tmp_path / "here"
    answer = sluice("copy", f"{server.url}/chan", target, "trips")
    assert answer.code == 3, answer
    assert held(target) == []
    sent = server.sent
    server.is_down = server.ends_with_cuts = False
    answer = sluice("copy", f"{server.url}/chan", target, "trips")
    assert answer.code == 0, answer
    assert len(held(target)) == 3
    assert server.sent - sent < size / 3  # at most the rest of one file, and the indexes


def test_dependencies_come_along_from_a_web_server(sluice, server, tmp_path):
    answer = sluice("copy", f"{server.url}/chan", tmp_path / "here", "other", "--with-dependencies")
    assert answer.code == 0, answer
    assert held(tmp_path / "here") == ["other-1.2.3", "trips-1.2.1"]


def test_web_server_is_no_target(sluice, server, tmp_path):
    for option in ((), ("--dry-run",)):
        answer = sluice("copy", tmp_path / "www" / "chan", f"{server.url}/copy", "trips", *option)
        assert answer.code == 2
        assert "can only be read" in answer.err
    assert not (tmp_path / "cache" / "copy").exists()


def test_nothing_that_matches_is_told(sluice, server, tmp_path):
    answer = sluice("copy", f"{server.url}/chan", tmp_path / "here", "nothing")
    assert answer.code == 2
    assert "no package matches 'nothing'" in answer.err


def test_damaged_package_is_refused_and_nothing_changes(sluice, server, www, tmp_path):
    file = next((www / "chan" / "noarch").glob("trips-1.1-*"))
    file.write_bytes(b"x" * file.stat().st_size)
    answer = sluice("copy", f"{server.url}/chan", tmp_path / "here", "trips", "--format", "json")
    assert answer.code == 1
    assert "record describes" in answer.err
    assert held(tmp_path / "here") == []


def test_packages_go_into_a_bucket_and_out_of_it_again(sluice, server, moto_s3, tmp_path):
    channel = moto_s3.channel(tmp_path)
    config = {
        "version": 1,
        "ladder": [{"name": "lab", "url": channel.url}],
        "stores": {"s3": {"endpoint": moto_s3.endpoint, "addressing": "path"}},
        "ledger": "./ledger",
    }
    sluice.write(json.dumps(config))
    answer = sluice("copy", f"{server.url}/chan", "lab", "trips 1.2.*")
    assert answer.code == 0, answer
    assert {path for path in moto_s3.paths(channel) if path.endswith(".conda")} == {
        f"noarch/trips-1.2.{number}-h0123456_0.conda" for number in (0, 1)
    }
    answer = sluice("copy", channel.url, tmp_path / "back", "trips", "--format", "json")
    assert answer.code == 0, answer
    assert answer.json["changes"][0]["outcome"] == "done"
    assert held(tmp_path / "back") == ["trips-1.2.0", "trips-1.2.1"]


def test_packages_go_from_a_bucket_to_a_label_and_the_history_to_the_users_folder(
    sluice, www, moto_s3, tmp_path, monkeypatch
):
    channel = moto_s3.channel(tmp_path)
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto_s3.endpoint)
    assert sluice("copy", www / "chan", channel.url, "trips").code == 0  # no channels.yaml at all
    assert any("/.ledger/" in path for path in all_keys(moto_s3, channel))
    with an_org() as org:
        monkeypatch.setenv("ANACONDA_API_TOKEN", TOKEN)
        options = options_of(org)
        config = {
            "version": 1,
            "ladder": [{"name": "here", "url": "./here"}],
            "stores": {"anaconda": {"api": options.api, "channels": options.channels}},
        }
        sluice.write(json.dumps(config))
        answer = sluice("copy", channel.url, f"anaconda://{OWNER}/label/new", "trips 1.2.*")
        assert answer.code == 0, answer
        held_there = sorted(org.files(OWNER))
        assert [path.split("-h")[0] for path in held_there] == [
            "noarch/trips-1.2.0",
            "noarch/trips-1.2.1",
        ]
        again = sluice("copy", channel.url, f"anaconda://{OWNER}/label/new", "trips 1.2.*")
        assert "has them already" in again.out
        back = sluice("copy", f"anaconda://{OWNER}/label/new", tmp_path / "back", "trips")
        assert back.code == 0, back
    assert held(tmp_path / "back") == ["trips-1.2.0", "trips-1.2.1"]


def all_keys(place, channel):
    bucket, _ = place.key(channel, "")
    listed = place.client.list_objects_v2(Bucket=bucket)["Contents"]
    return [one["Key"] for one in listed]
