"""Channels that cannot be used: edited by hand, read-only, full. All stay as they are."""

import json

import pytest

from workspaces import GATED, SMALLEST, snapshot

INDEX = "unstable/noarch/repodata.json"
TRIPS = "trips-1.2.3-h0123456_0.conda"
HILLS = "hills-1.2.3-h0123456_0.conda"


def edited(index, change):
    """Let `change` alter the parsed index at that path."""
    parsed = json.loads(index.read_bytes())
    change(parsed)
    index.write_text(json.dumps(parsed))


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"packages.conda": 1}',
        b'{"packages.conda": {"trips-1-0.conda": 1}}',
        b'{"packages.conda": {"../../trips-1-0.conda": {}}}',
        b'{"packages.conda": {"trips-1-0.conda": {"name": "trips", "version": 1}}}',
        b'{"a":' * 100_000,
    ],
)
@pytest.mark.parametrize(
    "argv",
    [["status"], ["plan"], ["run"], ["upload", "NEW"], ["promote"], ["test"], ["explain", "trips"]],
)
def test_a_broken_index_is_named_with_code_1(filled, argv, text):
    new = filled.package("new")
    (filled.channels / INDEX).write_bytes(text)
    argv = [str(new) if one == "NEW" else one for one in argv]
    answer = filled.refuses(*argv, code=1, says=str(filled.channels / INDEX))
    assert len(answer.err.splitlines()) == 2  # what, and what to do about it


def stays_down(filled, *argv, says):
    """Check that the damaged package does not climb, with a reason, and nothing is changed."""
    before = snapshot(filled.channels)
    answer = filled(*argv)
    assert answer.code == 1
    assert says in answer.out + answer.err
    assert snapshot(filled.channels) == before


def test_a_package_that_was_deleted_by_hand_is_named(filled):
    (filled.channels / "unstable/noarch" / HILLS).unlink()
    stays_down(filled, "promote", "hills", "--to", "testing", says=HILLS)


def test_a_package_with_other_bytes_does_not_climb(filled):
    path = filled.channels / "unstable/noarch" / HILLS
    path.write_bytes(filled.package("hills", text="other", folder="other").read_bytes())
    stays_down(filled, "promote", "--to", "testing", says="is not the file that its record")


def test_an_index_that_names_another_hash_keeps_its_package_down(filled):
    def change(index):
        index["packages.conda"][HILLS]["sha256"] = "0" * 64

    edited(filled.channels / INDEX, change)
    stays_down(filled, "promote", "--to", "testing", says=HILLS)


def test_a_dependency_that_cannot_be_read_keeps_its_package_down_and_no_other(sluice):
    """Somebody wrote nonsense into the dependencies of one package; the other still climbs."""
    sluice.write(SMALLEST.replace("/testing\n", "/testing\n    gates: [installable]\n"))
    sluice("upload", sluice.package("good"), sluice.package("bad"))

    def change(index):
        for file, entry in index["packages.conda"].items():
            if file.startswith("bad"):
                entry["depends"] = ["][ nonsense !"]

    edited(sluice.channels / INDEX, change)
    answer = sluice("promote", "--format", "json")
    outcomes = {one["file"].split("-")[0]: one["outcome"] for one in answer.json["outcomes"]}
    assert outcomes == {"good": "promoted", "bad": "refused"}
    assert answer.code == 1


@pytest.mark.parametrize("name", ["channels", "channels/unstable", "channels/.ledger"])
def test_a_file_where_a_folder_must_be_is_told_with_its_place(sluice, name):
    """Root may do anything but this."""
    sluice.write()
    package = sluice.package()
    path = sluice.root / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("a file")
    for argv in (["upload", package], ["run"], ["promote"], ["status"]):
        answer = sluice.refuses(*argv, code=2, says="is a file")
        assert "channels.yaml:" in answer.err


def test_a_subdir_that_is_a_file_is_a_store_error(sluice):
    sluice.write()
    package = sluice.package()
    (sluice.channels / "unstable").mkdir(parents=True)
    (sluice.channels / "unstable/noarch").write_text("a file")
    answer = sluice("upload", package)
    assert (answer.code, answer.out) == (3, "")
    assert "unstable: cannot be used: Not a directory" in answer.err


def test_a_read_only_lowest_channel_takes_nothing(filled, plain_user):
    new = filled.package("new")
    plain_user.protect(filled.channels / "unstable")
    with plain_user:
        filled.refuses("upload", new, code=3, says="Permission denied")


def test_a_read_only_target_takes_nothing(filled, plain_user):
    plain_user.protect(filled.channels / "testing")
    with plain_user:
        answer = filled.refuses("promote", code=3, says="Permission denied")
    assert "let this user read and write there" in answer.err


def test_a_ladder_in_a_read_only_folder_cannot_be_made(sluice, plain_user):
    sluice.write()
    package = sluice.package()
    sluice.channels.mkdir()
    plain_user.protect(sluice.channels)
    with plain_user:
        sluice.refuses("upload", package, code=3, says="Permission denied")


def test_what_only_looks_needs_to_write_nowhere(filled, plain_user):
    plain_user.protect(filled.root)
    with plain_user:
        assert "trips" in filled("status").out
        assert filled("explain", "trips").code == 0
        assert filled("plan").code == 0
        assert filled("promote", "--dry-run").code == 0


def test_a_channel_that_cannot_be_read_is_a_store_error(filled, plain_user):
    (filled.channels / INDEX).chmod(0)
    with plain_user:
        answer = filled("status")
    assert (answer.code, answer.out) == (3, "")
    assert "Permission denied" in answer.err


def test_a_full_disk_takes_no_half_package(sluice, small_disk):
    """The channels lie on a disk that has room for small packages, and not for a big one."""
    sluice.write(SMALLEST.replace("./channels", str(small_disk.folder)))
    assert sluice("upload", sluice.package()).code == 0
    big = sluice.package("big", text=small_disk.too_much)
    before = snapshot(small_disk.folder)
    with small_disk:
        answer = sluice("upload", big, sluice.package("new"))
    assert (answer.code, answer.out) == (3, "")
    assert small_disk.says in answer.err
    assert "free some space there" in answer.err
    assert snapshot(small_disk.folder) == before
    assert sluice("upload", sluice.package("small")).code == 0


def test_a_full_disk_takes_no_half_promotion(sluice, small_disk):
    sluice.write(SMALLEST.replace("./channels/testing", str(small_disk.folder / "testing")))
    big = sluice.package("big", text=small_disk.too_much)
    assert sluice("upload", sluice.package(), big).code == 0
    before = snapshot(small_disk.folder, sluice.channels)
    with small_disk:
        answer = sluice("promote", "--to", "testing")
    assert (answer.code, answer.out) == (3, "")
    after = snapshot(small_disk.folder, sluice.channels)
    assert {path: after[path] for path in before} == before
    assert not list(small_disk.folder.rglob("*.conda"))
    assert not list(small_disk.folder.rglob("*.tmp"))
    assert sluice("promote", "trips", "--to", "testing").code == 0


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ("", "1:1", "the file is empty"),
        ("version: 1\n", "1:1", "lacks the key 'ladder'"),
        ("version: 7\nladder: []\n", "1:10", "version 7"),
        ("a: [\n", "2:1", "not YAML"),
        (GATED.replace("ladder:", "laddr:"), "3:1", "laddr"),
        (GATED.replace("gates: [tested, installable]", "gates: [testd]", 1), "8:13", "tested"),
        (GATED.replace("name: testing", "name: unstable"), "6:11", "named twice"),
        (
            GATED.replace("url: ./channels/testing", "url: ./channels/unstable"),
            "7:10",
            "another channel lies",
        ),
        (GATED.replace("versions: final", "versions: finl"), "11:15", "final"),
        (GATED.replace("upstream: []", "upstream: conda-forge"), "2:11", "list"),
        (GATED.replace("projects: []", "projects: [nowhere]"), "13:12", "not there"),
        (GATED.replace("projects: []", "projects: [{path: ., colour: red}]"), "13:22", "colour"),
        (GATED.replace("version: 1\n", "version: 1\nversion: 1\n"), "2:1", "version"),
    ],
)
def test_a_mistake_in_channels_yaml_is_told_with_line_and_column(sluice, text, place, says):
    sluice.write(text)
    for argv in (["status"], ["run"], ["upload", sluice.package()]):
        answer = sluice.refuses(*argv, code=2, says=f"channels.yaml:{place}: ")
        assert says in answer.err
    assert not sluice.channels.exists()
