"""Channels on anaconda.org, as far as its double goes: labels, owners, and what can fail."""

import logging
import pickle
import re

import pytest

from conda_sluice.effects.scrub import scrub
from conda_sluice.errors import ConflictError, DamagedError, StoreError
from conda_sluice.model.names import Subdir
from conda_sluice.model.stores import StoreOptions
from conda_sluice.wiring.stores import open_stores
from factories import a_channel, an_artifact
from servers.anaconda_stores import (
    OWNER,
    TOKEN,
    a_label,
    a_store,
    an_org,
    an_owner,
    damage,
    find_no_access,
    options_of,
)

pytestmark = pytest.mark.integration

NOARCH = Subdir("noarch")
TRIPS = "noarch/trips-1.2.3-h0123456_0.conda"


@pytest.fixture
def org():
    with an_org() as running:
        yield running


@pytest.fixture
def store(org):
    return a_store(org)


@pytest.fixture
def unstable(org):
    return a_label(org, "unstable")


@pytest.fixture
def testing(org):
    return a_label(org, "testing")


@pytest.fixture
def main(org):
    return an_owner(org, OWNER)


@pytest.fixture
def trips(tmp_path):
    return an_artifact(tmp_path / "in", depends=("python",), about={"summary": "Trips."})


def calls(org, since=0):
    """Return the requests to API and storage by method and kind, in their order."""
    return [
        (one.method, one.path.split("/")[1]) for one in org.log[since:] if one.server != "channels"
    ]


def package_bytes(org, since=0):
    """Return the requests with which a package's bytes came or went."""
    return [
        one
        for one in org.log[since:]
        if one.server == "storage"
        or one.path.startswith("/download/")
        or (one.server == "channels" and ".conda" in one.path)
    ]


def test_file_is_never_in_main_by_accident(org, store, unstable, main, trips):
    store.put([trips], unstable)
    assert org.labels(OWNER) == {TRIPS: ("unstable",)}
    assert list(store.subdirs(main)) == []


def test_upload_asks_no_more_than_it_needs(org, store, unstable, tmp_path):
    store.put([an_artifact(tmp_path, "a"), an_artifact(tmp_path, "a", "1.3")], unstable)
    made = calls(org)
    assert made.count(("GET", "package")) == made.count(("POST", "package")) == 1
    assert made.count(("POST", "release")) == 2
    assert ("GET", "dist") not in made
    assert ("HEAD", "") not in made
    since = len(org.log)
    store.put([an_artifact(tmp_path, "a", "1.3", "h7654321_1")], unstable)
    assert [one for one in calls(org, since) if one[1] != "channels"] == [
        ("GET", "package"),
        ("GET", "dist"),
        ("POST", "stage"),
        ("POST", "packages"),
        ("POST", "commit"),
    ]


def test_promotion_moves_no_bytes(org, store, unstable, testing, tmp_path):
    artifacts = [an_artifact(tmp_path, name) for name in "abcdef"]
    store.put(artifacts, unstable)
    since = len(org.log)
    store.copy([one.record for one in artifacts], unstable, testing)
    store.copy([one.record for one in artifacts], unstable, an_owner(org, "stable"))
    assert package_bytes(org, since) == []
    assert set(org.labels("stable").values()) == {("main",)}
    assert set(org.labels(OWNER).values()) == {("testing", "unstable")}


def test_same_file_under_another_label_is_not_uploaded_again(org, store, unstable, main, trips):
    store.put([trips], unstable)
    since = len(org.log)
    store.put([trips], main)
    assert package_bytes(org, since) == []
    assert org.labels(OWNER) == {TRIPS: ("main", "unstable")}


def test_other_file_under_another_label_is_a_conflict(org, store, unstable, trips, tmp_path):
    main = an_owner(org, OWNER)
    store.put([trips], unstable)
    other = an_artifact(tmp_path / "other", text="other")
    with pytest.raises(ConflictError, match="never replaced"):
        store.put([an_artifact(tmp_path, "fresh"), other], main)
    assert org.labels(OWNER) == {TRIPS: ("unstable",)}


def test_copy_finds_the_same_file_under_another_label_of_its_owner(
    org, store, unstable, trips, tmp_path
):
    stable = an_owner(org, "stable")
    store.put([trips], unstable)
    store.put([trips], a_label(org, "dev", "stable"))
    store.copy([trips.record], unstable, stable)
    assert org.labels("stable") == {TRIPS: ("dev", "main")}


def test_copy_onto_another_file_under_another_label_is_refused_whole(
    org, store, unstable, trips, tmp_path
):
    fresh = an_artifact(tmp_path, "fresh")
    store.put([fresh, trips], unstable)
    store.put([an_artifact(tmp_path / "other", text="other")], a_label(org, "dev", "stable"))
    with pytest.raises(ConflictError):
        store.copy([fresh.record, trips.record], unstable, an_owner(org, "stable"))
    assert org.labels("stable") == {TRIPS: ("dev",)}


def test_removal_leaves_other_labels_and_deletes_what_has_none(
    org, store, unstable, testing, trips
):
    store.put([trips], unstable)
    store.copy([trips.record], unstable, testing)
    store.hide([trips.record], testing)
    store.remove([trips.record], testing)
    assert org.labels(OWNER) == {TRIPS: ("unstable",)}
    store.remove([trips.record], unstable)
    assert org.labels(OWNER) == {}


def test_hidden_file_stands_under_the_companion_label(org, store, unstable, main, trips):
    store.put([trips], unstable)
    store.hide([trips.record], unstable)
    assert org.labels(OWNER) == {TRIPS: ("unstable-hidden",)}
    store.show([trips.record], unstable)
    store.put([trips], main)
    store.hide([trips.record], main)
    assert org.labels(OWNER) == {TRIPS: ("main-hidden", "unstable")}


@pytest.mark.parametrize("verb", ["hide", "show"])
def test_exchange_of_labels_that_broke_off_is_gone_on_with(org, store, unstable, trips, verb):
    store.put([trips], unstable)
    if verb == "show":
        store.hide([trips.record], unstable)
    org.fail_next("DELETE", "/channels/", 503, times=3)
    with pytest.raises(StoreError, match="503"):
        getattr(store, verb)([trips.record], unstable)
    assert org.labels(OWNER) == {TRIPS: ("unstable", "unstable-hidden")}
    assert [one.file for one in store.records(unstable, NOARCH)] == [trips.record.file]
    assert list(store.hidden(unstable, NOARCH)) == []
    getattr(store, verb)([trips.record], unstable)
    left = {"hide": "unstable-hidden", "show": "unstable"}[verb]
    assert org.labels(OWNER) == {TRIPS: (left,)}


def test_interrupted_exchange_is_a_state_of_its_own(org, store, unstable, trips):
    store.put([trips], unstable)
    shown = store.state(unstable)
    org.fail_next("DELETE", "/channels/", 503, times=3)
    with pytest.raises(StoreError):
        store.hide([trips.record], unstable)
    between = store.state(unstable)
    store.hide([trips.record], unstable)
    assert len({str(one) for one in (shown, between, store.state(unstable))}) == 3


# What answers get lost, or fail for a moment, at every change of a life in the channels.

CHANGES = {
    "package": ("POST", "/package/"),
    "release": ("POST", "/release/"),
    "stage": ("POST", "/stage/"),
    "storage": ("POST", "/packages"),
    "commit": ("POST", "/commit/"),
    "label": ("POST", "/channels/"),
    "copy": ("POST", "/copy/"),
    "unlabel": ("DELETE", "/channels/"),
    "delete": ("DELETE", "/dist/"),
    "list": ("GET", "/channels/"),
    "look": ("GET", "/(package|dist)/"),
    "index": ("GET", "repodata"),
}


def a_life(store, org, trips):
    """Carry a package through everything that can be done with one; return the labels seen."""
    unstable, testing = a_label(org, "unstable"), a_label(org, "testing")
    stable = an_owner(org, "stable")
    seen = []
    for step in (
        lambda: store.put([trips], unstable),
        lambda: store.copy([trips.record], unstable, testing),
        lambda: store.copy([trips.record], testing, stable),
        lambda: store.hide([trips.record], testing),
        lambda: store.show([trips.record], testing),
        lambda: store.remove([trips.record], testing),
        lambda: store.remove([trips.record], unstable),
    ):
        step()
        seen.append((dict(org.labels(OWNER)), dict(org.labels("stable"))))
    return seen


LIFE = [
    (("unstable",), None),
    (("testing", "unstable"), None),
    (("testing", "unstable"), ("main",)),
    (("testing-hidden", "unstable"), ("main",)),
    (("testing", "unstable"), ("main",)),
    (("unstable",), ("main",)),
    (None, ("main",)),
]


def lived(path=TRIPS):
    return [tuple({path: labels} if labels else {} for labels in pair) for pair in LIFE]


@pytest.mark.parametrize("extension", [".conda", ".tar.bz2"])
@pytest.mark.parametrize("version", ["1.0", "1!2.0+local.1", "2.0_rc1~3"])
def test_life_of_a_package(org, store, tmp_path, version, extension):
    artifact = an_artifact(tmp_path, "r-a.b_c", version, subdir="linux-64", extension=extension)
    assert a_life(store, org, artifact) == lived(artifact.record.path)


def test_packages_go_from_folders_to_labels_and_back(org, tmp_path, monkeypatch):
    monkeypatch.setenv("BINSTAR_API_TOKEN", TOKEN)
    monkeypatch.setenv("HOME", str(tmp_path))
    stores = open_stores(StoreOptions(anaconda=options_of(org)))
    here, back = a_channel(tmp_path / "channels"), a_channel(tmp_path / "channels", "back")
    there = a_label(org, "unstable")
    artifacts = [an_artifact(tmp_path, name) for name in ("a", "b")]
    records = [one.record for one in artifacts]
    stores.put(artifacts, here)
    stores.copy(records, here, there)
    stores.copy(records, there, back)
    assert list(stores.records(back, NOARCH)) == list(stores.records(there, NOARCH)) == records
    assert list(pickle.loads(pickle.dumps(stores)).records(there, NOARCH)) == records


@pytest.mark.parametrize("is_done", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("change", CHANGES)
def test_what_fails_once_is_done_once(org, store, trips, change, is_done):
    for status in (None, 503):
        org.fail_next(*CHANGES[change], status, after=is_done)
    assert a_life(store, org, trips) == lived()
    assert org.files("stable")[TRIPS].sha256 == trips.record.sha256


@pytest.mark.parametrize("change", CHANGES)
def test_what_fails_for_long_is_told_and_can_be_done_later(org, store, trips, change):
    at_once = 2 if change == "list" else 1
    org.fail_next(*CHANGES[change], 503, times=3 * at_once)
    with pytest.raises(StoreError, match=r"503|does not take the file") as caught:
        a_life(store, org, trips)
    assert caught.value.exit_code == 3
    assert caught.value.remedy
    assert a_life(store, org, trips)[-1] == lived()[-1]


def test_commit_that_came_to_nothing_is_no_success(org, store, unstable, trips):
    store = a_store(org, seconds=0.1)
    org.lose_commit()
    with pytest.raises(StoreError, match="does not list"):
        store.put([trips], unstable)
    assert org.labels(OWNER) == {}
    store.put([trips], unstable)
    assert org.labels(OWNER) == {TRIPS: ("unstable",)}


def test_change_is_over_when_the_index_shows_it(org, store, unstable, trips, tmp_path):
    store.put([an_artifact(tmp_path, "first")], unstable)
    org.stale_repodata(0.4)
    store.put([trips], unstable)
    assert trips.record in store.records(unstable, NOARCH)
    store.remove([trips.record], unstable)
    assert trips.record not in store.records(unstable, NOARCH)


def test_index_that_lags_too_long_is_told_and_nothing_is_lost(org, unstable, trips, tmp_path):
    store = a_store(org, seconds=0.2)
    store.put([an_artifact(tmp_path, "first")], unstable)
    org.stale_repodata(60)
    with pytest.raises(StoreError, match="has done it, and its index does not show") as caught:
        store.put([trips], unstable)
    assert "again later" in caught.value.remedy
    assert "/lab/label/unstable/noarch" in caught.value.where
    assert org.labels(OWNER)[TRIPS] == ("unstable",)
    store.put([trips], unstable)  # it is there: the API says so
    org.stale_repodata(0)
    assert trips.record in store.records(unstable, NOARCH)


def test_what_is_listed_and_not_in_the_index_yet_is_known_by_its_sha256(
    org, unstable, trips, tmp_path
):
    store = a_store(org, seconds=0.1)
    store.put([an_artifact(tmp_path, "first")], unstable)
    before = store.state(unstable)
    org.stale_repodata(60)
    with pytest.raises(StoreError):
        store.put([trips], unstable)
    assert store.state(unstable) != before
    with pytest.raises(ConflictError):
        store.put([an_artifact(tmp_path / "other", text="other")], unstable)


def test_reindex_waits_for_the_server(org, unstable, trips, tmp_path):
    store = a_store(org, seconds=0.2)
    store.put([an_artifact(tmp_path, "first")], unstable)
    org.stale_repodata(60)
    with pytest.raises(StoreError):
        store.put([trips], unstable)
    with pytest.raises(StoreError, match="the server makes the index"):
        store.reindex(unstable)
    (flaw,) = store.inspect(unstable)
    assert (flaw.kind, flaw.file) == ("stray-file", trips.record.file)
    org.stale_repodata(0)
    store.reindex(unstable)


def test_locked_label_is_told_before_anything_changes(org, store, unstable, trips, tmp_path):
    testing = a_label(org, "testing")
    store.put([trips], unstable)
    store.put([an_artifact(tmp_path, "other")], testing)
    store._api._binstar.lock_channel("testing", OWNER)
    store._api._binstar.lock_channel("unstable", OWNER)
    since = len(org.log)
    for change in (
        lambda: store.copy([trips.record], unstable, testing),
        lambda: store.hide([trips.record], unstable),
        lambda: store.remove([trips.record], unstable),
    ):
        with pytest.raises(StoreError, match="locked") as caught:
            change()
        assert "--unlock" in caught.value.remedy
    assert {one.method for one in org.log[since:]} == {"GET"}


def test_without_a_token_nothing_is_tried(org, unstable, trips):
    store = a_store(org, find_access=find_no_access)
    with pytest.raises(StoreError, match="wants a token") as caught:
        store.put([trips], unstable)
    assert "ANACONDA_API_TOKEN" in caught.value.remedy
    assert {one.method for one in org.log} <= {"GET"}


def test_token_that_is_refused_is_called_by_its_place(org, unstable, trips):
    store = a_store(org, find_access=wrong_access)
    with pytest.raises(StoreError, match="token of ANACONDA_API_TOKEN") as caught:
        store.put([trips], unstable)
    assert "expired" in caught.value.remedy
    assert "tk-wrong" not in str(caught.value)


def wrong_access(api):
    from conda_sluice.model.credential import Secret
    from conda_sluice.stores.anaconda.access import Access

    return Access(Secret("tk-wrong"), "ANACONDA_API_TOKEN", ("ANACONDA_API_TOKEN",))


def test_owner_of_somebody_else_and_one_that_is_none_are_told_apart(org, store, trips):
    org.fail_next("POST", "/package/", 403, times=1)
    with pytest.raises(StoreError, match="does not let this user do that in lab"):
        store.put([trips], an_owner(org, OWNER))
    with pytest.raises(StoreError, match="knows nothing of that in nobody") as caught:
        store.put([trips], an_owner(org, "nobody"))
    assert "owner in channels.yaml" in caught.value.remedy


def test_private_packages_are_read_with_the_token_which_is_shown_nowhere(
    org, store, trips, tmp_path, caplog
):
    unstable = a_label(org, "unstable")
    store._api._binstar.add_package(OWNER, "trips", summary="", public=False)
    caplog.set_level(logging.DEBUG, logger="conda_sluice")
    store.put([trips], unstable)
    assert list(a_store(org).records(unstable, NOARCH)) == [trips.record]
    path = a_store(org).get(trips.record, unstable, tmp_path / "got")
    assert path.read_bytes() == trips.path.read_bytes()
    damage(org, unstable, trips.record)
    with pytest.raises(DamagedError) as caught:
        store.get(trips.record, unstable, tmp_path / "again")
    assert TOKEN not in repr(caught.value) + str(caught.value) + caplog.text + repr(store)
    assert caught.value.__cause__ is None
    assert list(a_store(org, find_access=find_no_access).records(unstable, NOARCH)) == []


def test_everybody_sees_a_change_that_is_over(org, store, unstable, trips):
    """With the token the index is read past caches; without it perhaps not."""
    store.put([trips], unstable)
    assert list(a_store(org, find_access=find_no_access).records(unstable, NOARCH)) == [
        trips.record
    ]
    seen = [one.path for one in org.log if "repodata" in one.path]
    assert any(path.startswith("/t/") for path in seen)
    assert any(path.startswith("/lab/") for path in seen)


def test_files_may_come_from_the_storage(trips, tmp_path):
    with an_org(redirects=True) as org:
        store, unstable = a_store(org), a_label(org, "unstable")
        store.put([trips], unstable)
        path = store.get(trips.record, unstable, tmp_path / "got")
        assert path.read_bytes() == trips.path.read_bytes()
        assert store.about(trips.record, unstable) == {"summary": "Trips."}


def test_labels_that_do_not_exist_may_be_empty_instead(trips):
    with an_org(missing_labels_are_empty=True) as org:
        assert a_life(a_store(org), org, trips) == lived()


def test_stores_pickle_and_look_for_their_token_again(org, store, unstable, trips):
    store.put([trips], unstable)
    data = pickle.dumps(store)
    assert TOKEN.encode() not in data
    assert list(pickle.loads(data).records(unstable, NOARCH)) == [trips.record]


def test_label_calls_name_one_file_each(org, store, trips):
    """What is null in them stands for everything."""
    bodies = []

    def note(response, *args, **kwargs):
        if re.search(r"/channels/[^/]+/[^/]+$", response.request.path_url):
            bodies.append((response.request.method, response.request.body))

    store._api._binstar.session.hooks["response"].append(note)
    a_life(store, org, trips)
    said = {body for method, body in bodies if method != "GET"}
    assert len(said) == 1
    assert b"null" not in said.pop()


def test_nothing_is_forced_or_replaced(org, store, trips):
    a_life(store, org, trips)
    assert {one.method for one in org.log} == {"GET", "POST", "DELETE"}
    deleted = [one.path for one in org.log if one.method == "DELETE" and "/dist/" in one.path]
    assert deleted == [f"/dist/{OWNER}/trips/1.2.3/{TRIPS}"]


def test_scrub_hides_tokens_in_paths():
    assert TOKEN not in scrub(f"http://server/t/{TOKEN}/lab/noarch")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "^/package/"),
        ("POST", "^/release/"),
        ("POST", "^/stage/"),
        ("POST", "^/packages$"),
        ("POST", "^/commit/"),
        ("POST", "^/copy/"),
        ("POST", "^/channels/"),
        ("DELETE", "^/channels/"),
        ("DELETE", "^/dist/"),
        ("GET", "repodata.json"),
    ],
)
def test_server_that_says_that_it_is_there_already_is_not_believed(org, store, trips, method, path):
    org.fail_next(method, path, 409, times=2)
    unstable, elsewhere = a_label(org, "unstable"), an_owner(org, "testing")
    store.put([trips], unstable)
    store.copy([trips.record], unstable, elsewhere)
    store.hide([trips.record], unstable)
    assert org.labels(OWNER) == {TRIPS: ("unstable-hidden",)}
    assert org.labels("testing") == {TRIPS: ("main",)}
    store.remove([trips.record], unstable)
    assert org.labels(OWNER) == {}
    assert [one.status for one in org.log].count(409) == 2
