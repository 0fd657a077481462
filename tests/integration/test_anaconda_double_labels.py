"""Labels and copies of the double, driven by the real client."""

import pytest
from binstar_client import errors

from factories import an_artifact
from servers.anaconda_clients import a_client, an_anaconda_org

pytestmark = pytest.mark.integration


@pytest.fixture
def org():
    with an_anaconda_org() as running:
        yield running


@pytest.fixture
def ada(org):
    with a_client(org) as client:
        yield client


@pytest.fixture
def files(ada, tmp_path):
    """Upload two versions of `a` and one of `b` to unstable; return their basenames."""
    made = (("a", "1.0"), ("a", "2.0"), ("b", "1.0"))
    return [ada.put(an_artifact(tmp_path / "in", *one), "unstable") for one in made]


def status_of(call, *args, **kwargs):
    with pytest.raises(errors.BinstarError) as caught:
        call(*args, **kwargs)
    cause = caught.value.__cause__ or caught.value
    return cause.args[1]


def test_label_goes_to_what_is_named_and_null_is_everything(ada, org, files):
    first, second, other = files
    ada.api.add_channel("file", "ada", "a", "1.0", first)
    ada.api.add_channel("version", "ada", "a", "2.0")
    ada.api.add_channel("package", "ada", "a")
    ada.api.add_channel("all", "ada")
    assert org.labels("ada") == {
        first: ("all", "file", "package", "unstable"),
        second: ("all", "package", "unstable", "version"),
        other: ("all", "unstable"),
    }
    ada.api.remove_channel("all", "ada", "a", "1.0", first)
    ada.api.remove_channel("package", "ada")
    assert org.labels("ada") == {
        first: ("file", "unstable"),
        second: ("all", "unstable", "version"),
        other: ("all", "unstable"),
    }


def test_labels_are_listed_while_a_file_carries_them(ada, files):
    assert ada.api.list_channels("ada") == {
        "main": {"is_locked": False},
        "unstable": {"is_locked": False},
    }
    shown = ada.api.show_channel("unstable", "ada")
    assert [one["full_name"] for one in shown["files"]] == [
        f"ada/a/1.0/{files[0]}",
        f"ada/a/2.0/{files[1]}",
        f"ada/b/1.0/{files[2]}",
    ]
    ada.api.remove_channel("unstable", "ada")
    assert list(ada.api.list_channels("ada")) == ["main"]
    assert status_of(ada.api.show_channel, "unstable", "ada") == 404
    assert status_of(ada.api.remove_channel, "unstable", "ada") == 404


def test_file_without_a_label_stays_but_is_in_no_channel(ada, org, files):
    ada.api.remove_channel("unstable", "ada", "b")
    assert org.labels("ada")[files[2]] == ()
    assert ada.api.distribution("ada", "b", "1.0", files[2])["labels"] == []
    assert ada.api.show_channel("main", "ada")["files"] == []


def test_label_change_that_fits_no_file_is_refused(ada, org, files):
    before = org.labels("ada")
    assert status_of(ada.api.add_channel, "testing", "ada", "c") == 404
    assert status_of(ada.api.add_channel, "testing", "ada", "a", "9.0") == 404
    assert status_of(ada.api.remove_channel, "unstable", "ada", "a", "1.0", files[2]) == 404
    assert org.labels("ada") == before


def test_label_is_taken_from_a_file_that_does_not_carry_it_without_a_word(ada, org, files):
    ada.api.add_channel("testing", "ada", "a")
    ada.api.remove_channel("testing", "ada", "b")
    assert org.labels("ada")[files[2]] == ("unstable",)


def test_label_is_copied_to_another(ada, org, files):
    ada.api.add_channel("testing", "ada", "a")
    ada.api.copy_channel("testing", "ada", "stable")
    assert [name for name, labels in org.labels("ada").items() if "stable" in labels] == files[:2]
    assert status_of(ada.api.copy_channel, "nothing", "ada", "stable") == 404


def test_locked_label_refuses_every_change_until_it_is_unlocked(ada, org, files, tmp_path):
    ada.api.add_channel("stable", "ada", "a", "1.0")
    ada.api.lock_channel("stable", "ada")
    assert ada.api.list_channels("ada")["stable"] == {"is_locked": True}
    assert ada.api.show_channel("stable", "ada")["is_locked"]
    before = org.labels("ada")
    new = an_artifact(tmp_path / "new", "a", "1.0", "h7654321_1")
    refused = [
        status_of(ada.api.add_channel, "stable", "ada", "b"),
        status_of(ada.api.remove_channel, "stable", "ada"),
        status_of(ada.api.copy_channel, "unstable", "ada", "stable"),
        status_of(ada.upload, new, "stable"),
        status_of(ada.api.remove_dist, "ada", "a", "1.0", files[0]),
        status_of(ada.api.remove_release, "ada", "a", "1.0"),
        status_of(ada.api.remove_package, "ada", "a"),
        status_of(ada.api.copy, "ada", "b", "1.0", from_label="unstable", to_label="stable"),
    ]
    assert refused == [403] * 8
    assert org.labels("ada") == before
    ada.api.add_channel("testing", "ada", "a")
    ada.api.unlock_channel("stable", "ada")
    ada.api.remove_package("ada", "a")
    assert list(org.labels("ada")) == files[2:]


def test_copy_within_an_owner_is_one_more_label_on_the_same_file(ada, org, files):
    number = org.files("ada")[files[0]].id
    labels = {"from_label": "unstable", "to_label": "testing"}
    done = ada.api.copy("ada", "a", "1.0", files[0], to_owner="ada", **labels)
    assert [one["basename"] for one in done] == files[:1]
    assert org.labels("ada")[files[0]] == ("testing", "unstable")
    assert org.files("ada")[files[0]].id == number
    assert status_of(ada.api.copy, "ada", "a", "1.0", **labels) == 409
    assert ada.api.copy("ada", "a", "1.0", **labels, update=True) == []
    assert len(ada.api.copy("ada", "a", "1.0", **labels, replace=True)) == 1


def test_copy_takes_only_files_that_carry_the_label(ada, org, files):
    assert ada.api.copy("ada", "a", "1.0", to_label="testing") == []
    assert status_of(ada.api.copy, "ada", "a", "9.0", to_label="testing") == 404
    assert status_of(ada.api.copy, "ada", "a", "1.0", files[1], to_label="testing") == 404


def test_copy_to_another_owner_is_a_file_of_its_own(ada, org, files):
    labels = {"from_label": "unstable", "to_label": "testing"}
    (copied,) = ada.api.copy("ada", "a", "1.0", to_owner="acme", **labels)
    assert copied["full_name"] == f"acme/a/1.0/{files[0]}"
    assert org.labels("acme") == {files[0]: ("testing",)}
    assert org.files("acme")[files[0]].sha256 == org.files("ada")[files[0]].sha256
    assert org.labels("ada")[files[0]] == ("unstable",)
    ada.api.remove_dist("ada", "a", "1.0", files[0])
    assert list(org.files("acme")) == files[:1]


def test_copy_onto_files_of_another_owner_is_refused_replaced_or_left(ada, org, tmp_path):
    def build(number, text):
        return an_artifact(tmp_path / text, "a", "1.0", f"h{number}_0", text=text)

    held = ada.put(build(1, "acme's"), owner="acme")
    ours = [ada.put(build(number, "ours"), "unstable") for number in (1, 2)]
    labels = {"to_owner": "acme", "from_label": "unstable", "to_label": "testing"}
    with pytest.raises(errors.Conflict, match="--replace or --update"):
        ada.api.copy("ada", "a", "1.0", **labels)
    assert org.labels("acme") == {held: ("main",)}
    (added,) = ada.api.copy("ada", "a", "1.0", **labels, update=True)
    assert added["basename"] == ours[1]
    assert org.labels("acme") == {held: ("main",), ours[1]: ("testing",)}
    assert org.files("acme")[held].sha256 != org.files("ada")[held].sha256
    assert len(ada.api.copy("ada", "a", "1.0", **labels, replace=True)) == 2
    assert org.labels("acme") == dict.fromkeys(ours, ("testing",))
    assert org.files("acme")[held].sha256 == org.files("ada")[held].sha256


def test_who_does_not_own_the_target_copies_only_to_himself(ada, org, files):
    with a_client(org, "tk-eve") as eve:
        labels = {"from_label": "unstable", "to_label": "mine"}
        assert status_of(eve.api.copy, "ada", "a", "1.0", to_owner="ada", **labels) == 403
        assert len(eve.api.copy("ada", "a", "1.0", **labels)) == 1
    assert org.labels("eve") == {files[0]: ("mine",)}
