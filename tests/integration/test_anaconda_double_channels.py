"""The double of conda.anaconda.org is a channel for conda clients: by label, by token, late."""

import asyncio
import hashlib
import json
import subprocess
import sys
import time

import pytest
import requests
import zstandard

from factories import an_artifact
from servers.anaconda_clients import a_client, an_anaconda_org

pytestmark = pytest.mark.integration

TRIPS = "noarch/trips-1.2.3-h0123456_0.conda"


@pytest.fixture
def org():
    with an_anaconda_org() as running:
        yield running


@pytest.fixture
def ada(org):
    with a_client(org) as client:
        yield client


@pytest.fixture
def trips(tmp_path):
    return an_artifact(tmp_path / "in", text="where to")


def get(url, **headers):
    return requests.get(url, headers=headers, timeout=5)


def names_in(url):
    index = get(f"{url}/noarch/repodata.json").json()
    return {*index["packages"], *index["packages.conda"]}


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Return what solves for a package and installs it with the real client of conda channels."""

    async def run(url, spec, token):
        from rattler import Channel, Gateway, solve
        from rattler import install as rattler_install
        from rattler.networking import AuthenticationMiddleware, Client
        from rattler.repo_data.gateway import SourceConfig

        credentials = tmp_path / "auth.json"
        credentials.write_text(json.dumps({"127.0.0.1": token} if token else {}))
        monkeypatch.setenv("RATTLER_AUTH_FILE", str(credentials))
        client = Client([AuthenticationMiddleware()])
        gateway = Gateway(
            cache_dir=tmp_path / "cache",
            default_config=SourceConfig(cache_action="no-cache"),
            client=client,
        )
        records = await solve([Channel(url)], [spec], gateway=gateway, platforms=["noarch"])
        await rattler_install(
            records,
            target_prefix=tmp_path / "env",
            cache_dir=tmp_path / "pkgs",
            show_progress=False,
            client=client,
        )
        return sorted(f"{one.name.normalized} {one.version}" for one in records)

    return lambda url, spec, token=None: asyncio.run(run(url, spec, token))


def test_records_come_from_the_packages_themselves(ada, org, tmp_path):
    new = an_artifact(tmp_path / "in", "new", depends=("old >=1",))
    old = an_artifact(tmp_path / "in", "old", extension=".tar.bz2")
    built = an_artifact(tmp_path / "in", "built", subdir="linux-64")
    for one in (new, old, built):
        ada.put(one, "unstable")
    url = f"{org.channel_url('ada', 'unstable')}/noarch/repodata.json"
    index = get(url).json()
    record = index["packages.conda"]["new-1.2.3-h0123456_0.conda"]
    assert (record["name"], record["depends"]) == ("new", ["old >=1"])
    data = new.path.read_bytes()
    assert record["sha256"] == hashlib.sha256(data).hexdigest()
    assert (record["md5"], record["size"]) == (hashlib.md5(data).hexdigest(), len(data))
    assert list(index["packages"]) == ["old-1.2.3-h0123456_0.tar.bz2"]
    assert index["info"] == {"subdir": "noarch"}
    assert json.loads(zstandard.decompress(get(f"{url}.zst").content)) == index
    other = get(url.replace("noarch", "linux-64")).json()
    assert list(other["packages.conda"]) == ["built-1.2.3-h0123456_0.conda"]


def test_each_label_is_a_channel_and_main_needs_no_name(ada, org, tmp_path):
    for name, labels in (("a", ()), ("b", ("testing",)), ("c", ("main", "testing"))):
        ada.put(an_artifact(tmp_path / "in", name), *labels)
    a, b, c = (f"{name}-1.2.3-h0123456_0.conda" for name in "abc")
    assert names_in(org.channel_url("ada")) == {a, c}
    assert names_in(f"{org.channels_url}/ada/label/main") == {a, c}
    assert names_in(org.channel_url("ada", "testing")) == {b, c}
    assert get(f"{org.channel_url('ada')}/noarch/{b}").status_code == 404
    assert get(f"{org.channel_url('ada', 'testing')}/noarch/{b}").status_code == 200
    ada.api.remove_channel("testing", "ada", "b")
    assert names_in(org.channel_url("ada", "testing")) == {c}
    assert get(f"{org.channel_url('ada', 'testing')}/noarch/{b}").status_code == 404


def test_what_is_not_there_is_404(org, ada, trips):
    ada.put(trips)
    paths = (
        "nobody/noarch/repodata.json",
        "ada/label/nothing/noarch/repodata.json",
        "ada/no-such-subdir/repodata.json",
        "ada/noarch/current_repodata.json",
        "ada/noarch/repodata_shards.msgpack.zst",
        "ada/noarch/other-1.0-0.conda",
        "ada/channeldata.json",
        "ada",
    )
    statuses = {path: get(f"{org.channels_url}/{path}").status_code for path in paths}
    assert statuses == dict.fromkeys(paths, 404)
    assert names_in(org.channel_url("eve")) == set()
    assert requests.post(org.channel_url("ada"), timeout=5).status_code == 405


def test_channel_of_a_missing_label_may_be_empty_instead():
    with an_anaconda_org(missing_labels_are_empty=True) as org:
        assert names_in(org.channel_url("ada", "nothing")) == set()


def test_files_are_given_whole_in_part_or_not_again(ada, org, trips):
    ada.put(trips)
    url, data = f"{org.channel_url('ada')}/{TRIPS}", trips.path.read_bytes()
    whole = get(url)
    assert whole.content == data
    assert get(url, **{"If-None-Match": whole.headers["ETag"]}).status_code == 304
    part = get(url, Range="bytes=10-19")
    assert (part.status_code, part.content) == (206, data[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(data)}"
    assert get(url, Range="bytes=100-").content == data[100:]
    assert get(url, Range="bytes=-7").content == data[-7:]
    assert get(url, Range=f"bytes={len(data)}-").status_code == 416
    head = requests.head(url, timeout=5)
    assert (head.headers["Content-Length"], head.content) == (str(len(data)), b"")


def test_index_has_an_etag_until_it_changes(ada, org, trips, tmp_path):
    ada.put(trips)
    url = f"{org.channel_url('ada')}/noarch/repodata.json"
    first = get(url)
    assert "max-age=1200" in first.headers["Cache-Control"]
    known = {"If-None-Match": first.headers["ETag"]}
    assert get(url, **known).status_code == 304
    ada.put(an_artifact(tmp_path / "in", "new"))
    assert get(url, **known).status_code == 200


def test_private_packages_are_seen_with_a_token_only(ada, org, trips):
    ada.put(trips, public=False)
    bare, own = org.channel_url("ada"), org.channel_url("ada", token="tk-ada")
    name = TRIPS.split("/")[1]
    assert names_in(bare) == names_in(org.channel_url("ada", token="tk-eve")) == set()
    assert names_in(own) == {name}
    assert get(f"{bare}/{TRIPS}").status_code == 401
    assert get(f"{org.channel_url('ada', token='tk-eve')}/{TRIPS}").status_code == 403
    assert get(f"{org.channel_url('ada', token='tk-wrong')}/{TRIPS}").status_code == 401
    assert get(f"{own}/{TRIPS}").content == trips.path.read_bytes()
    for kind in ("token", "Bearer"):
        assert get(f"{bare}/{TRIPS}", Authorization=f"{kind} tk-ada").status_code == 200


def test_repodata_lags_behind_the_api_and_files_do_not(ada, org, trips, tmp_path):
    ada.put(trips, "unstable")
    url = org.channel_url("ada", "unstable")
    org.stale_repodata(1000)
    new = ada.put(an_artifact(tmp_path / "in", "new"), "unstable")
    ada.api.remove_dist("ada", "trips", "1.2.3", TRIPS)
    assert names_in(url) == {TRIPS.split("/")[1]}
    assert get(f"{url}/{TRIPS}").status_code == 404
    assert get(f"{url}/{new}").status_code == 200
    assert len(ada.api.show_channel("unstable", "ada")["files"]) == 1
    org.stale_repodata(0)
    assert names_in(url) == {new.split("/")[1]}


def test_repodata_that_lags_behind_catches_up(ada, org, trips):
    org.stale_repodata(0.1)
    ada.put(trips)
    deadline = time.monotonic() + 10
    while not names_in(org.channel_url("ada")):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_rattler_installs_from_a_label(ada, org, tmp_path, install):
    ada.put(an_artifact(tmp_path / "in", "old", text="old"), "unstable")
    ada.put(an_artifact(tmp_path / "in", "new", depends=("old",), text="new"), "unstable")
    assert install(org.channel_url("ada", "unstable"), "new") == ["new 1.2.3", "old 1.2.3"]
    assert (tmp_path / "env" / "share" / "old.txt").read_text() == "old"


@pytest.mark.parametrize("token", [{"CondaToken": "tk-ada"}, {"BearerToken": "tk-ada"}])
def test_rattler_installs_private_packages_with_stored_credentials(ada, org, trips, install, token):
    from rattler.exceptions import SolverError

    ada.put(trips, "unstable", public=False)
    url = org.channel_url("ada", "unstable")
    with pytest.raises(SolverError):
        install(url, "trips")
    assert install(url, "trips", token) == ["trips 1.2.3"]


def test_rattler_follows_a_channel_to_the_storage(trips, tmp_path, install):
    with an_anaconda_org(redirects=True) as org, a_client(org) as ada:
        ada.put(trips, public=False)
        url = org.channel_url("ada", token="tk-ada")
        assert install(url, "trips") == ["trips 1.2.3"]
        assert (org.log[-1].server, org.log[-1].status) == ("storage", 200)


UPLOAD = """
import json, sys
from rattler_build import upload_package_to_anaconda
upload_package_to_anaconda([sys.argv[1]], "ada", **json.loads(sys.argv[2]))
"""


def test_rattler_build_uploads_without_asking_whether_the_file_is_there(org, tmp_path):
    file = an_artifact(tmp_path / "in", about={"summary": "What it is."}).path

    def upload(**more):
        start = len(org.log)
        options = {"channel": ["unstable"], "api_key": "tk-ada", "url": org.api_url, **more}
        # It holds the interpreter's lock while it waits for an answer: a process of its own.
        argv = [sys.executable, "-c", UPLOAD, str(file), json.dumps(options)]
        done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=60)
        steps = [(one.method, one.path.split("/")[1], one.status) for one in org.log[start:]]
        return steps, done.stderr

    posted = [("POST", "stage", 200), ("POST", "packages", 201), ("POST", "commit", 200)]
    registered = [("GET", "package", 404), ("POST", "package", 200)]
    registered += [("GET", "release", 404), ("POST", "release", 200)]
    updated = [("GET", "package", 200), ("PATCH", "package", 200)]
    updated += [("GET", "release", 200), ("PATCH", "release", 200)]
    assert upload() == ([*registered, *posted], "")
    assert org.labels("ada") == {TRIPS: ("unstable",)}
    steps, said = upload()
    assert steps == [*updated, ("POST", "stage", 409)]
    assert f"file {file.name} already exists" in said
    removed = [*updated, ("POST", "stage", 409), ("DELETE", "dist", 200)]
    assert upload(force=True) == ([*removed, *updated, *posted], "")
