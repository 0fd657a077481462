"""Package files from anywhere: a clear error, and not a byte of a channel changed."""

import json
import random
import zipfile

import pytest

from factories import a_link, an_index, write_package

STEM = "hostile-1.0-0"


def info(name="hostile", version="1.0", build="0", **more):
    return {"info/index.json": json.dumps(an_index(name, version, build, **more)).encode()}


def truncated(path):
    write_package(path, info=info(), pkg={"a": b"x" * 5000})
    path.write_bytes(path.read_bytes()[:-100])


def truncated_within(path):
    """The directory at the end of the zip is whole; the archive in it ends too early."""
    write_package(path, info=info(), pkg={"a": random.Random(1).randbytes(5000)})
    with zipfile.ZipFile(path) as archive:
        members = {one: archive.read(one) for one in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data[:-200] if name.startswith("pkg-") else data)


def foreign(path):
    path.write_bytes(b"#!/bin/sh\necho hello\n")


def empty(path):
    path.write_bytes(b"")


def another_zip(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "hello")


def a_conda_named_tar_bz2(path):
    write_package(path, info=info(), pkg={})
    path.rename(path.with_name(f"{STEM}.tar.bz2"))


def renamed(path):
    made = path.with_name("other-2.0-0.conda")
    write_package(made, info=info("other", "2.0"), pkg={})
    made.rename(path)


def climbing_out(path):
    write_package(path, info=info(), pkg={"../../evil": b"x"})


def absolute(path):
    write_package(path, info=info(), pkg={"/evil": b"x"})


def through_a_link(path):
    members = {"lib": a_link("lib", "../../.."), "lib/evil": b"x"}
    write_package(path, info=info(), pkg=members)


def hard_link_out(path):
    write_package(path, info=info(), pkg={"x": a_link("x", "../../../etc/passwd", is_hard=True)})


def bomb(path):
    write_package(path, info=info(), pkg={"zeros": bytes(200 << 20)})


def no_index(path):
    write_package(path, info={"info/about.json": b"{}"}, pkg={})


def strange_index(path):
    write_package(path, info={"info/index.json": b'{"name": ["hostile"]}'}, pkg={})


def strange_subdir(path):
    write_package(path, info=info(subdir="../../evil"), pkg={})


BAD = {
    truncated: "no sound package",
    truncated_within: "no sound package",
    foreign: "no sound package",
    empty: "no sound package",
    another_zip: "does not hold info-",
    a_conda_named_tar_bz2: "no sound package",
    renamed: "does not hold info-",
    climbing_out: "outside the package",
    absolute: "outside the package",
    through_a_link: "outside the package",
    hard_link_out: "outside the package",
    bomb: "unpacks to more than",
    no_index: "no info/index.json",
    strange_index: "not sound",
    strange_subdir: "not sound",
}


@pytest.mark.parametrize("make", BAD, ids=[make.__name__ for make in BAD])
def test_a_bad_package_is_refused_with_what_is_wrong_with_it(filled, make):
    folder = filled.root / "dist"
    make(folder / f"{STEM}.conda")
    (bad,) = folder.glob(f"{STEM}.*")
    answer = filled.refuses("upload", bad, code=2, says=BAD[make])
    assert bad.name in answer.err
    assert not list(filled.root.parent.rglob("evil"))


def test_a_bad_package_keeps_the_good_ones_beside_it_out(filled):
    good, bad = filled.package("good"), filled.root / f"dist/{STEM}.conda"
    truncated(bad)
    filled.refuses("upload", good, bad, code=2, says="no sound package")
    filled.refuses("upload", bad, good, code=2, says="no sound package")


def test_another_content_under_a_published_name_is_refused(filled):
    again = filled.package("trips", text="another", folder="again")
    new = filled.package("new")
    answer = filled.refuses("upload", new, again, code=1, says="holds another file named")
    assert "build number" in answer.err


def test_two_contents_under_one_name_in_one_command_are_refused(filled):
    one = filled.package("new", text="one", folder="one")
    two = filled.package("new", text="two", folder="two")
    filled.refuses("upload", one, two, code=1, says="new-1.2.3-h0123456_0.conda")


def test_the_same_file_twice_is_one_package(filled):
    new = filled.package("new")
    assert filled("upload", new, new).code == 0


@pytest.mark.parametrize("name", ["..", "a folder.conda", "x-1-0.conda"])
def test_a_folder_is_no_package(filled, name):
    (filled.root / name).mkdir(exist_ok=True)
    filled.refuses("upload", filled.root / name, code=2, says=name)


def keyed(key):
    """Return what a package made by sluice says of itself."""
    return {"extra": {"sluice-key": key, "sluice-tree": "t", "sha": "c"}}


def test_the_same_content_built_again_is_there_already(filled):
    """Builds are not bit-identical; the content key tells that this is the same package."""
    first = filled.package("twin", text="built at noon", about=keyed("k1"), folder="first")
    again = filled.package("twin", text="built at night", about=keyed("k1"), folder="again")
    assert filled("upload", first).code == 0
    answer = filled("upload", again, "--format", "json")
    assert (answer.code, answer.json["outcomes"][0]["outcome"]) == (0, "already-there")
    there = filled.channels / "unstable/noarch" / first.name
    assert there.read_bytes() == first.read_bytes()


def test_another_key_under_the_same_name_is_refused(filled):
    first = filled.package("twin", text="one", about=keyed("k1"), folder="first")
    other = filled.package("twin", text="two", about=keyed("k2"), folder="other")
    assert filled("upload", first).code == 0
    filled.refuses("upload", other, code=1, says="holds another file named")
    filled.refuses("upload", other, "--dry-run", code=1, says="holds another file named")


def test_a_name_that_a_higher_channel_holds_is_taken_too(filled):
    """The lowest channel would hide the file of the channel above."""
    (filled.channels / "unstable").rename(filled.root / "set aside")
    again = filled.package("trips", text="another", folder="again")
    answer = filled.refuses("upload", again, code=1, says="testing: holds another file named")
    assert "build number" in answer.err


def test_a_package_that_was_deleted_by_hand_is_put_back(filled):
    package = filled.package("hills")
    there = filled.channels / "unstable/noarch" / package.name
    there.unlink()
    assert filled("upload", package).code == 0
    assert there.read_bytes() == package.read_bytes()
