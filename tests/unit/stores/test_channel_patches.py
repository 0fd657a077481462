"""Patches of a channel's index: kept apart from packages, applied always, lost never."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conda_sluice.errors import ConflictError, DamagedError
from conda_sluice.index.patches import Instructions
from conda_sluice.model.names import Subdir
from conda_sluice.stores.directory.store import DirectoryStore
from factories import a_channel, an_artifact

NOARCH, LINUX = Subdir("noarch"), Subdir("linux-64")


@pytest.fixture
def store():
    return DirectoryStore()


@pytest.fixture
def channel(tmp_path):
    return a_channel(tmp_path)


@pytest.fixture
def testing(tmp_path):
    return a_channel(tmp_path, "testing")


def folder_of(channel):
    return Path(channel.url.removeprefix("file://"))


def by_hand(channel, document):
    (folder_of(channel) / "noarch" / "patch_instructions.json").write_text(json.dumps(document))


def depends_of(store, channel):
    return {record.name: record.depends for record in store.records(channel, NOARCH)}


def needing(artifact, *depends):
    return {"packages.conda": {artifact.record.file: {"depends": list(depends)}}}


def test_patch_written_by_hand_is_applied_with_the_next_change(store, channel, tmp_path):
    one, other = an_artifact(tmp_path, "one"), an_artifact(tmp_path, "other")
    store.put([one], channel)
    by_hand(channel, needing(one, "python <4"))
    store.put([other], channel)
    assert depends_of(store, channel) == {"one": ("python <4",), "other": ()}
    by_hand(channel, {})
    store.reindex(channel)
    assert depends_of(store, channel) == {"one": (), "other": ()}
    assert not (folder_of(channel) / ".sluice" / "noarch.kept.json").exists()


def test_patch_is_applied_at_once_and_survives_every_index(store, channel, tmp_path):
    one, other = an_artifact(tmp_path, "one"), an_artifact(tmp_path, "other")
    store.put([one], channel)
    store.patch(channel, NOARCH, Instructions(needing(one, "python <4")))
    assert depends_of(store, channel) == {"one": ("python <4",)}
    store.put([other], channel)
    store.reindex(channel)
    assert depends_of(store, channel)["one"] == ("python <4",)
    assert list(store.inspect(channel)) == []


def test_patch_may_come_before_its_package(store, channel, tmp_path):
    one = an_artifact(tmp_path, "one")
    store.patch(channel, NOARCH, Instructions(needing(one, "python <4")))
    store.put([one], channel)
    assert depends_of(store, channel) == {"one": ("python <4",)}


def test_copied_package_takes_its_patch_along(store, channel, testing, tmp_path):
    one, other = an_artifact(tmp_path, "one"), an_artifact(tmp_path, "other")
    store.put([one, other], channel)
    store.put([other], testing)
    store.patch(channel, NOARCH, Instructions(needing(one, "python <4")))
    store.copy([one.record], channel, testing)
    store.reindex(testing)
    assert depends_of(store, testing) == {"one": ("python <4",), "other": ()}
    store.patch(testing, NOARCH, Instructions())
    assert depends_of(store, testing) == {"one": (), "other": ()}


def test_patch_of_the_target_stands(store, channel, testing, tmp_path):
    one = an_artifact(tmp_path, "one")
    store.put([one], channel)
    store.patch(channel, NOARCH, Instructions(needing(one, "python <4")))
    store.patch(testing, NOARCH, Instructions(needing(one, "python <3")))
    store.copy([one.record], channel, testing)
    assert depends_of(store, testing) == {"one": ("python <3",)}


def test_package_that_a_patch_removes_is_hidden_and_cannot_be_shown(store, channel, tmp_path):
    one = an_artifact(tmp_path, "one")
    store.put([one], channel)
    store.patch(channel, NOARCH, Instructions({"remove": [one.record.file]}))
    assert list(store.hidden(channel, NOARCH)) == [one.record]
    with pytest.raises(ConflictError, match=r"patch_instructions\.json") as caught:
        store.show([one.record], channel)
    assert "remove" in caught.value.remedy
    store.patch(channel, NOARCH, Instructions())
    assert list(store.records(channel, NOARCH)) == [one.record]


def test_patches_that_cannot_be_read_stop_every_change(store, channel, tmp_path):
    one = an_artifact(tmp_path, "one")
    store.put([one], channel)
    before = (folder_of(channel) / "noarch" / "repodata.json").read_bytes()
    (folder_of(channel) / "noarch" / "patch_instructions.json").write_text("{")
    for change in (
        lambda: store.put([an_artifact(tmp_path, "other")], channel),
        lambda: store.remove([one.record], channel),
        lambda: store.reindex(channel),
    ):
        with pytest.raises(DamagedError, match=r"patch_instructions\.json"):
            change()
    assert (folder_of(channel) / "noarch" / "repodata.json").read_bytes() == before
    assert [flaw.kind for flaw in store.inspect(channel)] == ["broken-index"]


def test_channel_that_conda_index_has_patched_is_taken_over_with_its_originals(
    store, channel, tmp_path
):
    """conda-index leaves the index as it was before the patches beside the patched one."""
    names = ["one", "gone", "other"]
    artifacts = {name: an_artifact(tmp_path, name) for name in names}
    store.put(list(artifacts.values()), channel)
    folder = folder_of(channel) / "noarch"
    plain = json.loads((folder / "repodata.json").read_bytes())
    patched = json.loads((folder / "repodata.json").read_bytes())
    files = {name: artifact.record.file for name, artifact in artifacts.items()}
    patched["packages.conda"][files["one"]]["depends"] = ["python <4"]
    del patched["packages.conda"][files["gone"]]
    patched["removed"] = [files["gone"]]
    for path in (folder_of(channel) / ".sluice").iterdir():
        path.unlink()
    (folder / "repodata.json").write_text(json.dumps(patched))
    (folder / "repodata_from_packages.json").write_text(json.dumps(plain))
    by_hand(channel, needing(artifacts["one"], "python <4") | {"remove": [files["gone"]]})
    assert [record.name for record in store.hidden(channel, NOARCH)] == ["gone"]
    store.put([an_artifact(tmp_path, "new")], channel)
    assert depends_of(store, channel)["one"] == ("python <4",)
    assert not (folder / "repodata_from_packages.json").exists()
    store.patch(channel, NOARCH, Instructions())
    assert depends_of(store, channel) == dict.fromkeys(["gone", "new", "one", "other"], ())
    assert list(store.inspect(channel)) == []


@pytest.fixture(scope="module")
def some_artifacts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("artifacts")
    return [
        an_artifact(folder / extension / subdir, name, subdir=subdir, extension=extension)
        for name in ("a", "b")
        for subdir in ("noarch", "linux-64")
        for extension in (".conda", ".tar.bz2")
    ]


FILES = [f"{name}-1.2.3-h0123456_0{end}" for name in "ab" for end in (".conda", ".tar.bz2")]
fields = st.dictionaries(
    st.sampled_from(FILES),
    st.fixed_dictionaries({}, optional={"depends": st.just(["x"]), "license": st.none()}),
    max_size=2,
)
some_files = st.lists(st.sampled_from(FILES), max_size=1)
instructions = st.fixed_dictionaries(
    {}, optional={"packages": fields, "packages.conda": fields, "revoke": some_files}
) | st.fixed_dictionaries({"remove": some_files})
steps = st.lists(
    st.tuples(
        st.sampled_from(["put", "put", "copy", "remove", "hide", "show", "patch"]),
        st.lists(st.integers(0, 7), min_size=1, max_size=3),
        st.booleans(),
        instructions,
    ),
    max_size=8,
)


@settings(max_examples=40, deadline=None)
@given(steps)
def test_full_index_means_what_the_index_meant(some_artifacts, steps):
    with TemporaryDirectory() as folder:
        places = [a_channel(Path(folder), name) for name in ("unstable", "testing")]
        store = DirectoryStore(shards_from=2)
        for step in steps:
            change(store, step, some_artifacts, places)
        for place in places:
            before = meaning(place)
            indexes = {path: path.read_bytes() for path in folder_of(place).rglob("repodata.json")}
            assert list(store.inspect(place)) == []
            store.reindex(place)
            assert meaning(place) == before
            assert {path: path.read_bytes() for path in indexes} == indexes
            assert list(store.inspect(place)) == []


def meaning(channel):
    store = DirectoryStore()
    return [
        (tuple(store.records(channel, subdir)), tuple(store.hidden(channel, subdir)))
        for subdir in (NOARCH, LINUX)
    ]


def change(store, step, artifacts, places):
    verb, numbers, is_second, patches = step
    place, other = places if is_second else reversed(places)
    chosen = [artifacts[number] for number in numbers]
    records = [artifact.record for artifact in chosen]
    try:
        match verb:
            case "put":
                store.put(chosen, place)
            case "copy":
                store.copy(records, other, place)
            case "patch":
                store.patch(place, chosen[0].record.subdir, Instructions(patches))
            case _:
                getattr(store, verb)(records, place)
    except (ConflictError, DamagedError):
        return
