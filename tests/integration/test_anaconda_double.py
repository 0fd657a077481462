"""The double of anaconda.org answers the real client's Python API as that client demands."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from types import SimpleNamespace

import pytest
import requests
from binstar_client import errors

from factories import an_artifact
from servers.anaconda_clients import a_client, an_anaconda_org

pytestmark = pytest.mark.integration

TRIPS = "noarch/trips-1.2.3-h0123456_0.conda"


@pytest.fixture
def org():
    with an_anaconda_org() as running:
        yield running


@pytest.fixture
def connect(org):
    """Return what makes a client for a token."""
    with ExitStack() as stack:
        yield lambda *token: stack.enter_context(a_client(org, *token))


@pytest.fixture
def ada(connect):
    return connect()


@pytest.fixture
def eve(connect):
    return connect("tk-eve")


@pytest.fixture
def trips(tmp_path):
    return an_artifact(tmp_path / "in")


def refusal_of(call, *args, **kwargs):
    """Return class, status and text of what the client raises."""
    with pytest.raises(errors.BinstarError) as caught:
        call(*args, **kwargs)
    return SimpleNamespace(
        kind=type(caught.value), status=caught.value.args[1], text=caught.value.args[0]
    )


def test_upload_makes_a_file_that_everything_tells_of(ada, org, trips):
    ada.register(trips)
    ada.upload(trips, "unstable", dependencies={"depends": []}, description="built today")
    data = trips.path.read_bytes()
    file = ada.api.distribution("ada", "trips", "1.2.3", TRIPS)
    assert (file["basename"], file["description"]) == (TRIPS, "built today")
    assert file["full_name"] == f"ada/trips/1.2.3/{TRIPS}"
    assert file["sha256"] == hashlib.sha256(data).hexdigest()
    assert file["md5"] == hashlib.md5(data).hexdigest()
    assert (file["size"], file["labels"]) == (len(data), ["unstable"])
    package = ada.api.package("ada", "trips")
    assert (package["name"], package["owner"]["login"]) == ("trips", "ada")
    assert (package["public"], package["summary"]) == (True, "What it is.")
    assert package["package_types"] == ["conda"]
    assert [release["version"] for release in package["releases"]] == ["1.2.3"]
    assert package["files"] == [file]
    release = ada.api.release("ada", "trips", "1.2.3")
    assert release["distributions"] == [file]
    assert release["public_attrs"]["summary"] == "What it is."
    assert [one["name"] for one in ada.api.user_packages("ada", platform="noarch")] == ["trips"]
    assert ada.api.user_packages("ada", platform="linux-64") == []
    assert [one["owner"] for one in ada.api.search("rip")] == ["ada"]
    assert ada.api.search("train") == []


def test_upload_goes_over_the_wire_in_three_steps_and_the_token_stays_at_the_api(ada, org, trips):
    ada.register(trips)
    start = len(org.log)
    ada.upload(trips)
    seen = [(one.server, one.method, one.path, one.status) for one in org.log[start:]]
    assert seen == [
        ("api", "POST", f"/stage/ada/trips/1.2.3/{TRIPS}", 200),
        ("storage", "POST", "/packages", 201),
        ("api", "POST", f"/commit/ada/trips/1.2.3/{TRIPS}", 200),
    ]
    assert org.log[start + 1].received > trips.path.stat().st_size
    refused = requests.post(
        f"{org.storage_url}/packages", headers={"Authorization": "token tk-ada"}, timeout=5
    )
    assert (refused.status_code, "InvalidArgument" in refused.text) == (400, True)


def test_upload_without_labels_is_in_main(ada, org, trips):
    ada.put(trips)
    assert org.labels("ada") == {TRIPS: ("main",)}


def test_file_that_is_staged_and_posted_but_not_committed_is_nowhere(ada, org, trips):
    ada.register(trips)
    org.fail_next("POST", "^/commit/", 503)
    assert refusal_of(ada.upload, trips).kind is errors.ServerError
    assert len(org.uploads.staged) == 1
    where = ("ada", "trips", "1.2.3", TRIPS)
    assert refusal_of(ada.api.distribution, *where).kind is errors.NotFound
    assert refusal_of(ada.api.download, *where).kind is errors.NotFound
    assert ada.api.package("ada", "trips")["files"] == []
    assert ada.api.release("ada", "trips", "1.2.3")["distributions"] == []
    assert ada.api.show_channel("main", "ada")["files"] == []
    channel = org.channel_url("ada")
    assert requests.get(f"{channel}/{TRIPS}", timeout=5).status_code == 404
    index = requests.get(f"{channel}/noarch/repodata.json", timeout=5).json()
    assert index["packages.conda"] == {}
    ada.upload(trips)
    assert org.labels("ada") == {TRIPS: ("main",)}


def test_second_file_of_a_name_is_refused_when_it_is_staged(ada, org, trips, tmp_path):
    ada.put(trips)
    other = an_artifact(tmp_path / "other", text="not the same")
    refusal = refusal_of(ada.upload, other, "unstable")
    assert (refusal.kind, refusal.status) == (errors.Conflict, 409)
    assert org.files("ada")[TRIPS].data == trips.path.read_bytes()
    assert org.labels("ada") == {TRIPS: ("main",)}


def test_bytes_that_are_not_the_announced_ones_are_refused(ada, org, trips, monkeypatch):
    ada.register(trips)
    assert refusal_of(ada.upload, trips, sha256="0" * 64).status == 400
    monkeypatch.setattr("binstar_client.compute_hash", lambda *_, **__: ("0" * 64, "AAAA", 0))
    refusal = refusal_of(ada.upload, trips, size=1)
    assert refusal.status == 400
    assert org.files("ada") == {}


def test_wrong_content_md5_is_the_invalid_digest_of_the_storage(ada, org, trips, monkeypatch):
    ada.register(trips)
    size = trips.path.stat().st_size
    monkeypatch.setattr("binstar_client.compute_hash", lambda *_, **__: ("", "AAAA", size))
    refusal = refusal_of(ada.upload, trips)
    assert refusal.kind is errors.BinstarError
    assert (refusal.status, "Content-MD5" in refusal.text) == (400, True)


def test_file_that_is_no_package_or_another_one_is_refused(ada, org, trips, tmp_path):
    other = an_artifact(tmp_path / "other", subdir="linux-64")
    ada.register(trips)
    trips.path.write_bytes(other.path.read_bytes())
    assert "linux-64" in refusal_of(ada.upload, trips).text
    trips.path.write_bytes(b"no package")
    assert "no conda package" in refusal_of(ada.upload, trips).text
    assert org.files("ada") == {}


def test_package_and_release_come_first(ada, trips):
    assert refusal_of(ada.upload, trips).kind is errors.NotFound
    ada.api.add_package("ada", "trips")
    assert refusal_of(ada.upload, trips).kind is errors.NotFound
    assert refusal_of(ada.api.add_package, "ada", "trips").kind is errors.Conflict
    ada.api.update_package("ada", "trips", {"summary": "new"})
    ada.api.add_release("ada", "trips", "1.2.3", [], None, None)
    ada.api.update_release("ada", "trips", "1.2.3", {"description": "newer"})
    assert ada.api.package("ada", "trips")["summary"] == "new"
    assert ada.api.release("ada", "trips", "1.2.3")["public_attrs"]["description"] == "newer"
    assert ada.upload(trips) == TRIPS


def test_files_go_by_name_by_id_by_release_and_by_package(ada, org, tmp_path):
    versions = ("1.0", "1.1", "2.0", "3.0")
    first, second, *_ = (ada.put(an_artifact(tmp_path / "in", "a", one)) for one in versions)
    ada.api.remove_dist("ada", "a", "1.0", first)
    number = ada.api.distribution("ada", "a", "1.1", second)["_id"]
    ada.api.remove_dist("ada", "a", "1.1", _id=number)
    assert refusal_of(ada.api.remove_dist, "ada", "a", "1.0", first).kind is errors.NotFound
    assert refusal_of(ada.api.remove_dist, "ada", "a", "1.1", _id=number).kind is errors.NotFound
    assert ada.api.release("ada", "a", "1.0")["distributions"] == []
    ada.api.remove_release("ada", "a", "2.0")
    assert refusal_of(ada.api.release, "ada", "a", "2.0").kind is errors.NotFound
    assert list(org.files("ada")) == ["noarch/a-3.0-h0123456_0.conda"]
    ada.api.remove_package("ada", "a")
    assert refusal_of(ada.api.package, "ada", "a").kind is errors.NotFound
    assert refusal_of(ada.api.remove_package, "ada", "a").kind is errors.NotFound
    assert org.files("ada") == {}


def test_download_gives_the_bytes_unless_they_are_known(ada, trips):
    ada.put(trips)
    where = ("ada", "trips", "1.2.3", TRIPS)
    data = trips.path.read_bytes()
    assert ada.api.download(*where).content == data
    assert ada.api.download(*where, md5=hashlib.md5(data).hexdigest()) is None
    assert ada.api.download(*where, md5="0" * 32).content == data


def test_download_may_lead_to_the_storage_where_the_token_does_not_go(trips):
    with an_anaconda_org(redirects=True) as org, a_client(org) as ada:
        ada.put(trips)
        with ada.api.download("ada", "trips", "1.2.3", TRIPS) as answer:
            assert answer.content == trips.path.read_bytes()
        assert [(one.server, one.status) for one in org.log[-2:]] == [
            ("api", 302),
            ("storage", 200),
        ]


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, errors.UserError),
        (401, errors.Unauthorized),
        (403, errors.BinstarError),
        (404, errors.NotFound),
        (409, errors.Conflict),
        (422, errors.UserError),
        (429, errors.BinstarError),
        (500, errors.ServerError),
        (503, errors.ServerError),
    ],
)
def test_client_tells_statuses_apart(ada, org, status, kind):
    org.fail_next("GET", "^/user", status)
    refusal = refusal_of(ada.api.user)
    assert (refusal.kind, refusal.status) == (kind, status)
    assert refusal.text == "ordered by the test"
    assert ada.api.user()["login"] == "ada"


def test_who_asks_decides_what_is_allowed(org, connect, ada, eve, trips):
    ada.put(trips)
    nobody, stranger = connect(None), connect("tk-wrong")
    change = ("main", "ada", "trips")
    assert refusal_of(nobody.api.remove_channel, *change).kind is errors.Unauthorized
    assert refusal_of(stranger.api.package, "ada", "trips").kind is errors.Unauthorized
    assert refusal_of(eve.api.remove_channel, *change).status == 403
    assert refusal_of(eve.upload, trips).status == 403
    assert refusal_of(ada.api.add_package, "nobody", "x").kind is errors.NotFound
    assert eve.api.package("ada", "trips")["name"] == "trips"
    assert nobody.api.package("ada", "trips")["name"] == "trips"
    assert org.labels("ada") == {TRIPS: ("main",)}
    assert ada.put(trips, owner="acme") == TRIPS
    assert refusal_of(eve.api.remove_package, "acme", "trips").status == 403


def test_private_packages_are_for_members(ada, eve, connect, trips):
    ada.put(trips, public=False)
    nobody = connect(None)
    for ask in ("package", "release", "distribution", "download"):
        where = ("ada", "trips", "1.2.3", TRIPS)[: 4 if ask in {"distribution", "download"} else 3]
        where = where[:2] if ask == "package" else where
        assert refusal_of(getattr(nobody.api, ask), *where).kind is errors.Unauthorized
        assert refusal_of(getattr(eve.api, ask), *where).status == 403
    assert eve.api.user_packages("ada") == eve.api.search("trips") == []
    assert eve.api.show_channel("main", "ada")["files"] == []
    assert [one["access"] for one in ada.api.user_packages("ada")] == ["private"]


def test_accounts_say_what_they_are(ada, connect):
    assert ada.api.user()["user_type"] == "user"
    assert ada.api.user("acme")["user_type"] == "org"
    assert [one["login"] for one in ada.api.user_orgs()] == ["acme"]
    assert [one["login"] for one in ada.api.user_orgs("ada")] == ["acme"]
    assert refusal_of(ada.api.user, "nobody").kind is errors.NotFound
    assert refusal_of(connect(None).api.user).kind is errors.Unauthorized
    assert ada.api.authentication_type() == "password"
    assert ada.api.check_server() is None


def test_tokens_are_made_by_password_and_can_be_taken_away(connect, trips):
    login = connect(None)
    refusal = refusal_of(login.api.authenticate, "ada", "wrong", "tests")
    assert refusal.kind is errors.Unauthorized
    token = login.api.authenticate("ada", "correct horse", "tests", scopes=["api:read"])
    reader = connect(token)
    assert reader.api.authentication()["scopes"] == ["api:read"]
    assert reader.api.user()["login"] == "ada"
    assert refusal_of(reader.register, trips).status == 403
    again = {"fail_if_already_exists": True}
    refusal = refusal_of(login.api.authenticate, "ada", "correct horse", "tests", **again)
    assert refusal.kind is errors.Conflict
    names = [one["application"] for one in connect().api.authentications()]
    assert names == ["given", "tests"]
    connect().api.remove_authentication("tests")
    assert refusal_of(reader.api.user).kind is errors.Unauthorized


def test_unknown_paths_and_methods_are_refused(org):
    def status(method, path):
        return requests.request(method, f"{org.api_url}{path}", timeout=5).status_code

    assert status("GET", "/") == status("PUT", "/user") == status("PATCH", "/channels/ada") == 405
    assert status("GET", "/users") == status("GET", "/package/ada") == 404
    assert status("GET", "/dist/ada/trips/1.0") == status("POST", "/nothing") == 404
    assert requests.post(f"{org.api_url}/package/ada/x", data="{", timeout=5).status_code == 401
    headers = {"Authorization": "token tk-ada"}
    answer = requests.post(f"{org.api_url}/package/ada/x", "{", headers=headers, timeout=5)
    assert (answer.status_code, list(answer.json())) == (400, ["error"])


def test_answer_can_be_lost_after_the_change(ada, org, trips):
    ada.put(trips)
    org.fail_next("POST", "^/channels/ada/testing$", 502, after=True)
    assert refusal_of(ada.api.add_channel, "testing", "ada", "trips").status == 502
    assert org.labels("ada") == {TRIPS: ("main", "testing")}
    org.fail_next("DELETE", "^/dist/", None, after=True)
    with pytest.raises(requests.ConnectionError):
        ada.api.remove_dist("ada", "trips", "1.2.3", TRIPS)
    assert org.files("ada") == {}
    assert org.log[-1].status == 0


def test_request_can_fail_before_the_change_as_often_as_ordered(ada, org, trips):
    ada.register(trips)
    org.fail_next("POST", "^/packages$", 503, times=2)
    org.fail_next("*", "^/stage/", None)
    with pytest.raises(requests.ConnectionError):
        ada.upload(trips)
    assert [refusal_of(ada.upload, trips).status for _ in range(2)] == [503, 503]
    assert org.files("ada") == {}
    assert org.faults.waiting == 0
    assert ada.upload(trips) == TRIPS


def test_commit_can_be_answered_and_lost(ada, org, trips):
    ada.register(trips)
    org.lose_commit()
    assert ada.upload(trips) == TRIPS
    assert org.files("ada") == {}
    ada.upload(trips)
    assert list(org.files("ada")) == [TRIPS]


def test_of_many_who_upload_one_name_one_succeeds(org, connect, ada, tmp_path):
    files = [an_artifact(tmp_path / str(number), text=str(number)) for number in range(8)]
    ada.register(files[0])
    clients = [connect() for _ in files]

    def upload(client, file):
        try:
            return client.upload(file)
        except errors.Conflict as error:
            return error.args[1]

    with ThreadPoolExecutor(len(files)) as pool:
        results = list(pool.map(upload, clients, files))
    assert sorted(results, key=str) == [*[409] * 7, TRIPS]
    winner = files[results.index(TRIPS)]
    assert org.files("ada")[TRIPS].data == winner.path.read_bytes()


def test_uploads_at_the_same_time_do_not_disturb_each_other(org, connect, tmp_path):
    files = [an_artifact(tmp_path / "in", f"p{number}") for number in range(12)]
    with ThreadPoolExecutor(6) as pool:
        paths = list(pool.map(lambda file: connect().put(file, "unstable"), files))
    assert org.labels("ada") == dict.fromkeys(paths, ("unstable",))
