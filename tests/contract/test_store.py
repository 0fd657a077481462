"""What every store does, the one in memory included."""

import shutil
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conda_sluice.effects.files import sha256_of
from conda_sluice.errors import ChangedError, ConflictError, DamagedError, UsageError
from conda_sluice.model.names import Subdir
from conda_sluice.stores.directory.store import DirectoryStore
from factories import a_channel, a_record, an_artifact
from fakes import FakeStore
from servers.anaconda_stores import anaconda_labels, anaconda_owners
from servers.local_stores import local
from servers.quetz_stores import quetz_channels
from servers.s3 import moto_channels, rclone_channels

NOARCH, LINUX = Subdir("noarch"), Subdir("linux-64")


ShardedStore = partial(DirectoryStore, shards_from=1)


STORES = {
    "fake": local(FakeStore),
    "directory": local(DirectoryStore),
    "shards": local(ShardedStore),
    "s3-moto": moto_channels,
    "s3-rclone": rclone_channels,
    "anaconda-labels": anaconda_labels,
    "anaconda-owners": anaconda_owners,
    "quetz": quetz_channels,
}


@pytest.fixture(params=STORES)
def kept(request, tmp_path):
    with STORES[request.param](tmp_path / "channels") as kept:
        yield kept


@pytest.fixture
def store(kept):
    return kept.store


@pytest.fixture
def damage(kept):
    return kept.damage


@pytest.fixture
def unstable(kept):
    return kept.channel("unstable")


@pytest.fixture
def testing(kept):
    return kept.channel("testing")


def records_of(store, channel):
    return [
        record for subdir in store.subdirs(channel) for record in store.records(channel, subdir)
    ]


def test_channel_that_does_not_exist_is_empty(store, unstable):
    assert list(store.subdirs(unstable)) == []
    assert list(store.records(unstable, NOARCH)) == []


def test_what_is_put_is_told(store, unstable, tmp_path):
    artifact = an_artifact(tmp_path, depends=("python >=3.11",), build_number=2)
    store.put([artifact], unstable)
    assert list(store.records(unstable, NOARCH)) == [artifact.record]


def test_a_package_is_asked_what_it_says_of_itself(store, unstable, tmp_path):
    silent = an_artifact(tmp_path, "silent")
    artifact = an_artifact(tmp_path, about={"extra": {"sha": "c0ffee"}})
    store.put([artifact, silent], unstable)
    assert store.about(artifact.record, unstable) == {"extra": {"sha": "c0ffee"}}
    assert store.about(silent.record, unstable) == {}
    other = replace(artifact.record, sha256="0" * 64)
    with pytest.raises(DamagedError, match="record describes"):
        store.about(other, unstable)


def test_records_are_sorted_by_file_within_their_subdir(store, unstable, tmp_path):
    names = ["b", "c", "a"]
    store.put([an_artifact(tmp_path, name) for name in names], unstable)
    store.put([an_artifact(tmp_path, name, subdir="linux-64") for name in ["z", "y"]], unstable)
    assert list(store.subdirs(unstable)) == [LINUX, NOARCH]
    assert [record.name for record in store.records(unstable, NOARCH)] == ["a", "b", "c"]
    assert [record.name for record in store.records(unstable, LINUX)] == ["y", "z"]


def test_subdirs_are_those_that_hold_packages(store, unstable, tmp_path):
    store.put([an_artifact(tmp_path, subdir="linux-64")], unstable)
    assert list(store.subdirs(unstable)) == [LINUX]


def test_both_formats_are_held(store, unstable, tmp_path):
    old = an_artifact(tmp_path, extension=".tar.bz2")
    new = an_artifact(tmp_path)
    store.put([old, new], unstable)
    assert records_of(store, unstable) == [new.record, old.record]


def test_same_file_again_is_no_change(store, unstable, tmp_path):
    artifact = an_artifact(tmp_path)
    store.put([artifact], unstable)
    store.put([artifact, artifact], unstable)
    assert records_of(store, unstable) == [artifact.record]


def test_other_file_of_the_same_name_is_refused_and_nothing_changes(store, unstable, tmp_path):
    artifact = an_artifact(tmp_path / "one")
    store.put([artifact], unstable)
    other = an_artifact(tmp_path / "other", text="other bytes")
    with pytest.raises(ConflictError, match=r"another file named noarch/trips-1\.2\.3"):
        store.put([an_artifact(tmp_path, "new"), other], unstable)
    assert records_of(store, unstable) == [artifact.record]
    assert sha256_of(store.get(artifact.record, unstable, tmp_path / "got")) == (
        artifact.record.sha256
    )


def test_two_files_of_one_name_at_once_are_refused(store, unstable, tmp_path):
    one, other = an_artifact(tmp_path / "one"), an_artifact(tmp_path / "other", text="other")
    with pytest.raises(ConflictError):
        store.put([one, other], unstable)
    assert records_of(store, unstable) == []


def test_same_name_in_two_subdirs_is_no_conflict(store, unstable, tmp_path):
    one = an_artifact(tmp_path / "one")
    other = an_artifact(tmp_path / "other", subdir="linux-64")
    store.put([one, other], unstable)
    assert records_of(store, unstable) == [other.record, one.record]


def test_file_comes_back_as_it_was(store, unstable, tmp_path):
    artifact = an_artifact(tmp_path)
    store.put([artifact], unstable)
    path = store.get(artifact.record, unstable, tmp_path / "new folder")
    assert path == tmp_path / "new folder" / artifact.record.file
    assert path.read_bytes() == artifact.path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o644


def test_file_does_not_depend_on_the_one_it_was_put_from(store, unstable, tmp_path):
    artifact = an_artifact(tmp_path)
    store.put([artifact], unstable)
    artifact.path.write_bytes(b"the builder cleans up")
    assert store.get(artifact.record, unstable, tmp_path / "got").exists()


def test_file_that_changed_since_it_was_read_is_not_put(store, unstable, tmp_path):
    artifact = an_artifact(tmp_path)
    shutil.copy(an_artifact(tmp_path / "other", text="other bytes").path, artifact.path)
    with pytest.raises(DamagedError):
        store.put([artifact], unstable)
    assert records_of(store, unstable) == []


def test_copied_package_is_the_same_package(store, unstable, testing, tmp_path):
    artifacts = [an_artifact(tmp_path, "a"), an_artifact(tmp_path, "b", subdir="linux-64")]
    store.put(artifacts, unstable)
    store.copy([artifact.record for artifact in artifacts], unstable, testing)
    assert records_of(store, testing) == records_of(store, unstable)
    for artifact in artifacts:
        path = store.get(artifact.record, testing, tmp_path / "got")
        assert path.read_bytes() == artifact.path.read_bytes()


def test_only_what_was_named_is_copied(store, unstable, testing, tmp_path):
    one, other = an_artifact(tmp_path, "a"), an_artifact(tmp_path, "b")
    store.put([one, other], unstable)
    store.copy([one.record], unstable, testing)
    assert records_of(store, testing) == [one.record]


def test_copying_again_is_no_change(store, unstable, testing, tmp_path):
    artifact = an_artifact(tmp_path)
    store.put([artifact], unstable)
    store.copy([artifact.record], unstable, testing)
    store.copy([artifact.record], unstable, testing)
    assert records_of(store, testing) == [artifact.record]


def test_copy_onto_another_file_of_the_same_name_is_refused_whole(
    kept, store, unstable, testing, tmp_path
):
    held = an_artifact(tmp_path / "held", text="held")
    store.put([held], testing)
    fresh, other = an_artifact(tmp_path, "fresh"), an_artifact(tmp_path)
    if kept.shares_names:
        with pytest.raises(ConflictError):
            store.put([fresh, other], unstable)
        assert records_of(store, unstable) == []
    else:
        store.put([fresh, other], unstable)
        with pytest.raises(ConflictError):
            store.copy([fresh.record, other.record], unstable, testing)
    assert records_of(store, testing) == [held.record]


def test_package_that_is_not_there_cannot_be_copied(store, unstable, testing, tmp_path):
    artifact = an_artifact(tmp_path)
    store.put([artifact], unstable)
    absent = an_artifact(tmp_path, "absent").record
    with pytest.raises(DamagedError):
        store.copy([artifact.record, absent], unstable, testing)
    assert records_of(store, testing) == []


def test_package_whose_bytes_changed_is_neither_given_nor_copied(
    store, unstable, testing, damage, tmp_path
):
    artifact = an_artifact(tmp_path)
    store.put([artifact], unstable)
    damage(unstable, artifact.record)
    with pytest.raises(DamagedError):
        store.get(artifact.record, unstable, tmp_path / "got")
    if store.traits(testing).verifies_files:
        with pytest.raises(DamagedError):
            store.copy([artifact.record], unstable, testing)
        assert records_of(store, testing) == []
    else:
        store.copy([artifact.record], unstable, testing)
        with pytest.raises(DamagedError):
            store.get(artifact.record, testing, tmp_path / "got")
    assert not (tmp_path / "got" / artifact.record.file).exists()


def test_nothing_to_do_is_no_error(store, unstable, testing):
    store.put([], unstable)
    store.copy([], unstable, testing)
    assert list(store.subdirs(unstable)) == []


def test_relation_does_not_touch_packages(store, unstable, testing, tmp_path):
    artifact = an_artifact(tmp_path)
    store.put([artifact], unstable)
    store.relate(unstable, testing)
    store.relate(unstable, testing)
    store.relate(unstable, None)
    assert records_of(store, unstable) == [artifact.record]


def test_related_channel_without_packages_is_empty(store, unstable, testing):
    store.relate(unstable, testing)
    assert list(store.subdirs(unstable)) == []


def test_channel_cannot_stand_above_itself(store, unstable):
    with pytest.raises(UsageError, match="above itself"):
        store.relate(unstable, unstable)


def test_state_is_another_after_each_change_and_the_same_after_none(store, unstable, tmp_path):
    one, other = an_artifact(tmp_path, "a"), an_artifact(tmp_path, "b", subdir="linux-64")
    states = [store.state(unstable)]
    for change in (
        lambda: store.put([one], unstable),
        lambda: store.put([other], unstable),
        lambda: store.hide([one.record], unstable),
        lambda: store.remove([other.record], unstable),
    ):
        change()
        change()
        states.append(store.state(unstable))
    assert all(one != other for one, other in pairwise(states))
    assert store.state(unstable) == states[-1]


def test_channels_of_the_same_packages_are_in_one_state(store, unstable, testing, tmp_path):
    one, other = an_artifact(tmp_path, "a"), an_artifact(tmp_path, "b")
    store.put([one, other], unstable)
    store.put([other], testing)
    assert store.state(unstable) != store.state(testing)
    store.put([one], testing)
    assert store.state(unstable) == store.state(testing)


def test_state_returns_with_the_packages(store, unstable, tmp_path):
    one, other = an_artifact(tmp_path, "a"), an_artifact(tmp_path, "b")
    store.put([one], unstable)
    before = store.state(unstable)
    store.put([other], unstable)
    store.remove([other.record], unstable)
    assert store.state(unstable) == before
    store.hide([one.record], unstable)
    store.show([one.record], unstable)
    assert store.state(unstable) == before


def test_copy_and_removal_go_on_in_the_expected_state(store, unstable, testing, tmp_path):
    artifact = an_artifact(tmp_path)
    store.put([artifact], unstable)
    store.copy([artifact.record], unstable, testing, expected=store.state(testing))
    store.remove([artifact.record], unstable, expected=store.state(unstable))
    assert records_of(store, unstable) == []
    assert records_of(store, testing) == [artifact.record]


def test_nothing_changes_in_another_state_than_the_expected_one(store, unstable, testing, tmp_path):
    one, other = an_artifact(tmp_path, "a"), an_artifact(tmp_path, "b")
    store.put([one], unstable)
    planned = store.state(testing), store.state(unstable)
    store.put([other], testing)
    with pytest.raises(ChangedError, match="changed"):
        store.copy([one.record], unstable, testing, expected=planned[0])
    store.put([other], unstable)
    with pytest.raises(ChangedError):
        store.remove([one.record], unstable, expected=planned[1])
    with pytest.raises(ChangedError):
        store.put([an_artifact(tmp_path, "c")], unstable, expected=planned[1])
    assert records_of(store, testing) == [other.record]
    assert records_of(store, unstable) == [one.record, other.record]


def test_records_of_some_names_are_told(store, unstable, tmp_path):
    names = ["a", "a-b", "ab", "b"]
    artifacts = {
        f"{name} {extension}": an_artifact(tmp_path, name, extension=extension)
        for name in names
        for extension in (".conda", ".tar.bz2")
    }
    store.put(list(artifacts.values()), unstable)
    assert list(store.records(unstable, NOARCH, names=["a", "absent"])) == [
        artifacts["a .conda"].record,
        artifacts["a .tar.bz2"].record,
    ]
    assert len(store.records(unstable, NOARCH, names=["b", "a-b"])) == 4
    assert list(store.records(unstable, NOARCH, names=[])) == []
    assert list(store.records(unstable, LINUX, names=["a"])) == []


def test_removed_package_is_gone(store, unstable, tmp_path):
    one, other = an_artifact(tmp_path, "a"), an_artifact(tmp_path, "b")
    store.put([one, other], unstable)
    store.remove([one.record], unstable)
    assert records_of(store, unstable) == [other.record]
    with pytest.raises(DamagedError):
        store.get(one.record, unstable, tmp_path / "got")


def test_what_is_gone_already_is_removed_without_a_change(store, unstable, tmp_path):
    one, other = an_artifact(tmp_path, "a"), an_artifact(tmp_path, "b")
    store.put([one], unstable)
    before = store.state(unstable)
    store.remove([other.record, a_record("c", subdir="linux-64")], unstable)
    assert store.state(unstable) == before


def test_other_file_of_the_same_name_is_not_removed(store, unstable, tmp_path):
    held, fine = an_artifact(tmp_path / "held", text="held"), an_artifact(tmp_path, "fine")
    store.put([held, fine], unstable)
    with pytest.raises(DamagedError):
        store.remove([fine.record, an_artifact(tmp_path).record], unstable)
    assert records_of(store, unstable) == [fine.record, held.record]


def test_removed_name_is_free_again(store, unstable, tmp_path):
    one, other = an_artifact(tmp_path / "one"), an_artifact(tmp_path / "other", text="other")
    store.put([one], unstable)
    store.hide([one.record], unstable)
    store.remove([one.record], unstable)
    assert list(store.hidden(unstable, NOARCH)) == []
    store.put([other], unstable)
    assert records_of(store, unstable) == [other.record]


def test_hidden_package_is_not_solved_with_and_still_downloaded(store, unstable, tmp_path):
    one, other = an_artifact(tmp_path, "a"), an_artifact(tmp_path, "b")
    store.put([one, other], unstable)
    store.hide([one.record], unstable)
    store.hide([one.record], unstable)
    assert records_of(store, unstable) == [other.record]
    assert list(store.records(unstable, NOARCH, names=["a"])) == []
    assert list(store.hidden(unstable, NOARCH)) == [one.record]
    assert list(store.hidden(unstable, LINUX)) == []
    path = store.get(one.record, unstable, tmp_path / "got")
    assert path.read_bytes() == one.path.read_bytes()


def test_shown_package_is_as_it_was(store, unstable, tmp_path):
    artifact = an_artifact(tmp_path, depends=("python",))
    store.put([artifact], unstable)
    store.hide([artifact.record], unstable)
    store.show([artifact.record], unstable)
    store.show([artifact.record], unstable)
    assert records_of(store, unstable) == [artifact.record]
    assert list(store.hidden(unstable, NOARCH)) == []


def test_what_is_not_held_is_neither_hidden_nor_shown(store, unstable, tmp_path):
    held, fine = an_artifact(tmp_path / "held", text="held"), an_artifact(tmp_path, "fine")
    store.put([held, fine], unstable)
    for wrong in (an_artifact(tmp_path).record, a_record("absent")):
        with pytest.raises(DamagedError):
            store.hide([fine.record, wrong], unstable)
        with pytest.raises(DamagedError):
            store.show([wrong], unstable)
    assert records_of(store, unstable) == [fine.record, held.record]


def test_hidden_package_that_comes_again_stays_hidden(store, unstable, testing, tmp_path):
    artifact, other = an_artifact(tmp_path), an_artifact(tmp_path / "other", text="other")
    store.put([artifact], unstable)
    store.put([artifact], testing)
    store.hide([artifact.record], testing)
    store.put([artifact], testing)
    store.copy([artifact.record], unstable, testing)
    assert records_of(store, testing) == []
    assert list(store.hidden(testing, NOARCH)) == [artifact.record]
    with pytest.raises(ConflictError):
        store.put([other], testing)


def test_hidden_package_is_not_copied(store, unstable, testing, tmp_path):
    artifact = an_artifact(tmp_path)
    store.put([artifact], unstable)
    store.hide([artifact.record], unstable)
    with pytest.raises(DamagedError):
        store.copy([artifact.record], unstable, testing)
    assert records_of(store, testing) == []


def test_sound_channel_has_no_flaw(store, unstable, testing, tmp_path):
    assert list(store.inspect(unstable)) == []
    one, other = an_artifact(tmp_path, "a"), an_artifact(tmp_path, "b", subdir="linux-64")
    store.put([one, other], unstable)
    store.relate(unstable, testing)
    store.hide([one.record], unstable)
    assert list(store.inspect(unstable)) == []


def test_damaged_package_is_a_flaw(store, unstable, damage, tmp_path):
    artifact = an_artifact(tmp_path)
    store.put([artifact], unstable)
    damage(unstable, artifact.record)
    (flaw,) = store.inspect(unstable)
    assert (flaw.kind, flaw.subdir, flaw.file) == ("wrong-hash", NOARCH, artifact.record.file)
    if store.traits(unstable).verifies_files:
        with pytest.raises(DamagedError):
            store.reindex(unstable)
    else:
        store.reindex(unstable)
    assert records_of(store, unstable) == [artifact.record]


@pytest.fixture(scope="module")
def some_artifacts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("artifacts")
    return [
        an_artifact(folder / text / subdir, name, subdir=subdir, text=text)
        for name in ("a", "b")
        for subdir in ("noarch", "linux-64")
        for text in ("one", "other")
    ]


numbers = st.lists(st.integers(0, 7), max_size=3)
channels = st.integers(0, 2)
steps = st.lists(
    st.tuples(
        st.sampled_from(["put", "put", "copy", "copy", "remove", "hide", "show", "reindex"]),
        numbers,
        channels,
        channels,
    ),
    max_size=8,
)


@settings(max_examples=30, deadline=None)
@given(steps)
def test_any_sequence_of_changes_ends_the_same_in_every_store(some_artifacts, steps):
    with TemporaryDirectory() as folder:
        places = [a_channel(Path(folder), name) for name in ("unstable", "testing", "stable")]
        stores = [FakeStore(), ShardedStore()]
        for step in steps:
            one, other = (change(store, step, some_artifacts, places) for store in stores)
            assert one == other
            for place in places:
                assert records_of(stores[0], place) == records_of(stores[1], place)
                assert hidden_in(stores[0], place) == hidden_in(stores[1], place)
                assert list(stores[1].inspect(place)) == []


def hidden_in(store, channel):
    return [record for subdir in (LINUX, NOARCH) for record in store.hidden(channel, subdir)]


def change(store, step, artifacts, places):
    """Make one change and return the class of the error that it ended with."""
    verb, numbers, source, target = step
    chosen = [artifacts[number] for number in numbers]
    records = [artifact.record for artifact in chosen]
    place = places[target]
    try:
        match verb:
            case "put":
                store.put(chosen, place)
            case "copy":
                store.copy(records, places[source], place)
            case "remove":
                store.remove(records, place)
            case "hide":
                store.hide(records, place)
            case "show":
                store.show(records, place)
            case _:
                store.reindex(place)
    except (ConflictError, DamagedError) as error:
        return type(error)
    return None
