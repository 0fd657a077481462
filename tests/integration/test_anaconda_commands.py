"""The command line `anaconda` against the double, and where its exit code says less than it knows.

sluice calls no `anaconda` command. The tests after the first two are why: each of them records
what version 1.16 does. A new version that fails one of them has become more honest.
"""

import pytest

from factories import an_artifact
from servers.anaconda_clients import Commands, a_client, an_anaconda_org

pytestmark = pytest.mark.integration

TRIPS = "noarch/trips-1.2.3-h0123456_0.conda"


@pytest.fixture
def org():
    with an_anaconda_org() as running:
        yield running


@pytest.fixture
def anaconda(org, tmp_path):
    return Commands(org, tmp_path)


@pytest.fixture
def ada(org):
    with a_client(org) as client:
        yield client


@pytest.fixture
def trips(tmp_path):
    return an_artifact(tmp_path / "in")


def test_upload_copy_label_move_and_remove(org, anaconda, trips):
    assert anaconda("upload", "--label", "unstable", trips.path).returncode == 0
    assert [(one.method, one.path.split("/")[1], one.status) for one in org.log] == [
        ("HEAD", "", 200),
        ("GET", "user", 200),
        ("GET", "dist", 404),
        ("GET", "package", 404),
        ("POST", "package", 200),
        ("GET", "release", 404),
        ("POST", "release", 200),
        ("POST", "stage", 200),
        ("POST", "packages", 201),
        ("POST", "commit", 200),
    ]
    assert org.labels("ada") == {TRIPS: ("unstable",)}
    labels = ("--from-label", "unstable", "--to-label", "testing")
    assert "Copied 1 files" in anaconda("copy", *labels, "ada/trips/1.2.3").stdout
    assert org.labels("ada") == {TRIPS: ("testing", "unstable")}
    assert TRIPS in anaconda("label", "--show", "testing").stdout
    labels = ("--from-label", "testing", "--to-label", "stable")
    assert anaconda("move", *labels, f"ada/trips/1.2.3/{TRIPS}").returncode == 0
    assert org.labels("ada") == {TRIPS: ("stable", "unstable")}
    assert anaconda("remove", "--force", f"ada/trips/1.2.3/{TRIPS}").returncode == 0
    assert org.files("ada") == {}


def test_failures_that_are_told(org, anaconda, ada, trips):
    ada.put(trips, "unstable")
    again = anaconda("upload", trips.path)
    assert (again.returncode, "already exists" in again.stdout) == (1, True)
    labels = ("--from-label", "unstable", "--to-label", "unstable")
    copied = anaconda("copy", *labels, "ada/trips/1.2.3")
    assert (copied.returncode, "--replace or --update" in copied.stdout) == (1, True)


def test_move_that_could_not_add_the_label_takes_the_old_one_away_and_exits_with_0(
    org, anaconda, ada, trips
):
    ada.put(trips, "unstable")
    org.fail_next("POST", "^/channels/ada/testing$", 500)
    labels = ("--from-label", "unstable", "--to-label", "testing")
    done = anaconda("move", *labels, "ada/trips/1.2.3")
    assert (done.returncode, "ordered by the test" in done.stdout) == (0, True)
    assert org.labels("ada") == {TRIPS: ()}


def test_forced_upload_removes_the_old_file_before_it_has_the_new_one(org, anaconda, ada, trips):
    ada.put(trips, "unstable")
    org.fail_next("POST", "^/stage/", 503)
    assert anaconda("upload", "--force", trips.path).returncode == 1
    assert org.files("ada") == {}


def test_skipping_what_exists_does_not_look_at_the_bytes(org, anaconda, ada, trips, tmp_path):
    ada.put(trips)
    other = an_artifact(tmp_path / "other", text="not the same")
    assert anaconda("upload", "--skip-existing", other.path).returncode == 0
    assert org.files("ada")[TRIPS].data == trips.path.read_bytes()


def test_copy_of_no_file_and_forced_removal_of_nothing_exit_with_0(org, anaconda, ada, trips):
    ada.put(trips, "unstable")
    copied = anaconda("copy", "--to-label", "testing", "ada/trips/1.2.3")
    assert (copied.returncode, "Did not copy any files" in copied.stdout) == (0, True)
    assert anaconda("remove", "--force", "ada/trips/9.9").returncode == 0
    assert org.labels("ada") == {TRIPS: ("unstable",)}


def test_upload_whose_commit_is_lost_exits_with_0(org, anaconda, trips):
    org.lose_commit()
    assert "Upload complete" in anaconda("upload", trips.path).stdout
    assert org.files("ada") == {}


def test_download_that_wrote_no_file_exits_with_0(anaconda, ada, trips, tmp_path):
    ada.put(trips)
    done = anaconda("download", "-o", tmp_path / "dl", "ada/trips")
    assert (done.returncode, "Errno 2" in done.stdout) == (0, True)
    assert not list((tmp_path / "dl").rglob("*.conda"))


def test_upload_in_python_with_a_given_md5_raises_the_wrong_error(ada, trips):
    ada.register(trips)
    with pytest.raises(UnboundLocalError):
        ada.upload(trips, md5="AAAA")
