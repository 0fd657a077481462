"""Source archives: what is written, what is refused, and that nothing lands elsewhere."""

import bz2
import errno
import gzip
import io
import lzma
import os
import tarfile
import zipfile
from pathlib import PurePosixPath

import pytest
import zstandard

from conda_sluice.effects.archive import unpack
from conda_sluice.effects.source_tree import LEFT_BEHIND, Want
from conda_sluice.errors import ProjectError
from factories import a_link

PACKINGS = {
    "tar": bytes,
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "lzma": lambda data: lzma.compress(data, lzma.FORMAT_ALONE),
    "zst": zstandard.ZstdCompressor().compress,
}


def header(name, size=0, mode=0o644, kind=tarfile.REGTYPE):
    made = tarfile.TarInfo(name)
    made.size, made.mode, made.type = size, mode, kind
    return made


def a_tar(*members, form=tarfile.PAX_FORMAT):
    """Return a tar archive; a member is a name with content, or a header of one's own."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=form) as tar:
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                tar.addfile(member)
            else:
                name, data, *mode = member
                tar.addfile(header(name, len(data), *mode), io.BytesIO(data))
    return file.getvalue()


@pytest.fixture
def unpacked(tmp_path):
    """Unpack bytes into a folder; return its top folder."""

    def do(data, *wants):
        (tmp_path / "archive").write_bytes(data)
        into = tmp_path / "into"
        into.mkdir()
        return unpack(tmp_path / "archive", into, *wants)

    return do


@pytest.mark.parametrize("packing", PACKINGS)
def test_a_tar_archive_is_unpacked_whatever_compresses_it(unpacked, packing):
    data = a_tar(("p-1/a/b.txt", b"one"), ("p-1/setup.py", b"two" * 10_000))
    top = unpacked(PACKINGS[packing](data))
    assert top.name == "p-1"
    assert (top / "a" / "b.txt").read_bytes() == b"one"
    assert (top / "setup.py").read_bytes() == b"two" * 10_000


def test_a_zip_archive_is_unpacked(unpacked):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("p/", "")
        zipped.writestr("p/a.txt", b"x" * 3_000_000)
        zipped.writestr("b.txt", b"y")
    top = unpacked(file.getvalue())
    assert (top / "p" / "a.txt").stat().st_size == 3_000_000
    assert (top / "b.txt").read_bytes() == b"y"


def test_an_uncompressed_tar_that_ends_with_a_zip_is_a_tar(unpacked):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as zipped:
        zipped.writestr("inner", b"x")
    assert (unpacked(a_tar(("p/inner.zip", file.getvalue()))) / "inner.zip").is_file()


def test_what_is_not_wanted_keeps_its_name_and_size_or_is_left_out(unpacked):
    kinds = {".c": Want.NAME, ".ttf": Want.NOTHING}
    top = unpacked(
        a_tar(
            ("p/a.c", b"1" * 5_000_000), ("p/b.c", b"1"), ("p/d/x.ttf", b"2"), ("p/README", b"3")
        ),
        lambda path, _size: kinds.get(path.suffix, Want.WHOLE),
    )
    assert (top / "a.c").stat().st_size == 5_000_000
    assert (top / "a.c").stat().st_blocks < 100
    assert (top / "b.c").read_bytes() == LEFT_BEHIND
    assert not (top / "d" / "x.ttf").exists()
    assert (top / "d").is_dir()
    assert (top / "README").read_bytes() == b"3"


def names_of_c(path, _size):
    return Want.NAME if path.suffix == ".c" else Want.WHOLE


def test_small_files_of_a_name_alone_are_one_file_with_many_names(unpacked):
    top = unpacked(a_tar(*((f"p/{one}.c", b"1") for one in "abc")), names_of_c)
    assert {(top / f"{one}.c").stat().st_nlink for one in "abc"} == {3}


def test_only_what_may_be_run_shares_a_file_with_what_may_be_run(unpacked):
    members = [("p/a.c", b"1", 0o644), ("p/b.c", b"1", 0o755), ("p/c.c", b"1", 0o644)]
    top = unpacked(a_tar(*members), names_of_c)
    assert [(top / f"{one}.c").stat().st_mode & 0o111 for one in "abc"] == [0, 0o111, 0]


def test_where_no_file_can_have_two_names_each_is_a_file(unpacked, monkeypatch):
    def refuse(*_names):
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    top = unpacked(a_tar(("p/a.c", b"1"), ("p/b.c", b"1")), names_of_c)
    assert {(top / f"{one}.c").read_bytes() for one in "ab"} == {LEFT_BEHIND}


def test_a_member_that_comes_again_changes_itself_alone(unpacked):
    wants = iter([Want.NAME, Want.NAME, Want.WHOLE, Want.NAME])
    members = (("p/a.c", b"1"), ("p/b.c", b"1"), ("p/a.c", b"again"), ("p/d.c", b"1"))
    top = unpacked(a_tar(*members), lambda _path, _size: next(wants))
    assert (top / "a.c").read_bytes() == b"again"
    assert {(top / f"{one}.c").read_bytes() for one in "bd"} == {LEFT_BEHIND}


def test_members_are_judged_whether_they_are_wanted_or_not(unpacked):
    with pytest.raises(ProjectError, match="outside its folder"):
        unpacked(a_tar(("../x.ttf", b"1")), lambda _path, _size: Want.NOTHING)


def test_a_wish_is_asked_for_with_path_and_size(unpacked):
    asked = []
    unpacked(a_tar(("p/a.c", b"123")), lambda *one: asked.append(one) or Want.WHOLE)
    assert asked == [(PurePosixPath("p/a.c"), 3)]


def test_only_the_right_to_be_run_is_kept_of_a_mode(unpacked):
    top = unpacked(a_tar(("p/configure", b"#!", 0o4777), ("p/README", b"x", 0o000)))
    assert (top / "configure").stat().st_mode & 0o7111 == 0o111
    assert (top / "README").stat().st_mode & 0o7711 == 0o600
    assert (top / "README").stat().st_mode & 0o111 == 0


def test_of_two_members_with_one_name_the_last_one_stands(unpacked):
    top = unpacked(a_tar(("p/a", b"longer"), ("p/a", b"new")))
    assert (top / "a").read_bytes() == b"new"


def test_links_inside_of_the_archive_are_made_wherever_they_stand(unpacked):
    top = unpacked(
        a_tar(
            a_link("p/early", "d/real"),
            a_link("p/hard", "p/d/real", is_hard=True),
            ("p/d/real", b"x"),
            a_link("p/d/up", "../d/real"),
        )
    )
    for name in ("early", "hard", "d/up"):
        assert (top / name).read_bytes() == b"x"


BAD_LINKS = {
    "out of the folder": [a_link("p/l", "../../x")],
    "absolute": [a_link("p/l", "/etc/passwd")],
    "a hard one out": [a_link("p/l", "../x", is_hard=True)],
    "out by another link": [a_link("p/a", "."), a_link("p/l", "a/../../x")],
    "out by a later link": [a_link("p/l", "a/../../x"), a_link("p/a", ".")],
    "with a file below": [a_link("p/l", "."), ("p/l/x", b"evil")],
    "with a file before it": [("p/l/x", b"evil"), a_link("p/l", "..")],
}


@pytest.mark.parametrize("members", BAD_LINKS.values(), ids=BAD_LINKS)
def test_links_that_lead_out_or_hide_files_are_refused(unpacked, tmp_path, members):
    with pytest.raises(ProjectError, match="cannot unpack this archive"):
        unpacked(a_tar(*members))
    assert sorted(one.name for one in tmp_path.iterdir()) == ["archive", "into"]
    assert not list(tmp_path.parent.glob("x"))


def test_links_in_a_circle_are_left_as_they_are(unpacked):
    top = unpacked(a_tar(a_link("p/a", "b"), a_link("p/b", "a"), ("p/c", b"")))
    assert not (top / "a").exists()


@pytest.mark.parametrize("kind", [tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_devices_and_pipes_are_refused(unpacked, kind):
    with pytest.raises(ProjectError, match="special file"):
        unpacked(a_tar(header("p/x", kind=kind)))


def test_folders_thousands_deep_are_refused(unpacked):
    with pytest.raises(ProjectError, match="inside of each other"):
        unpacked(gzip.compress(a_tar(("d/" * 1500 + "f", b"x"))))


def test_a_name_too_long_for_any_file_system_is_refused_without_our_scratch_folder(unpacked):
    with pytest.raises(ProjectError, match="File name too long") as caught:
        unpacked(a_tar(("p/" + "n" * 300, b"x")))
    assert "/into" not in str(caught.value)


def test_a_header_that_claims_gigabytes_is_refused_before_it_is_read(unpacked):
    bomb = header("p/x", size=3 << 30, kind=tarfile.XHDTYPE).tobuf(tarfile.GNU_FORMAT)
    with pytest.raises(ProjectError, match="a header of 3,221"):
        unpacked(gzip.compress(bomb + bytes(10 << 20)))


def test_headers_that_only_describe_headers_are_refused(unpacked):
    one = header("p/x", kind=tarfile.XGLTYPE).tobuf(tarfile.USTAR_FORMAT)
    with pytest.raises(ProjectError, match="cannot unpack"):
        unpacked(gzip.compress(a_tar(("p/a", b""))[:512] + one * 5000))


def test_a_member_that_claims_to_lie_before_itself_is_refused(unpacked):
    member = bytearray(header("p/x", size=0).tobuf(tarfile.GNU_FORMAT))
    member[124:136] = b"\xff" * 11 + b"\x00"  # the size is minus 256
    member[148:156] = b"        "
    member[148:156] = b"%06o\0 " % sum(member)
    with pytest.raises(ProjectError, match=r"less than no bytes|lies before"):
        unpacked(bytes(member) + bytes(4096))


@pytest.mark.parametrize("make", [gzip.compress, bytes])
def test_a_sparse_file_that_claims_terabytes_is_a_bomb(unpacked, make):
    member = header("p/x", kind=tarfile.GNUTYPE_SPARSE)
    raw = bytearray(member.tobuf(tarfile.GNU_FORMAT))
    raw[483:495] = b"\x80" + (1 << 42).to_bytes(11, "big")
    raw[148:156] = b"        "
    raw[148:156] = b"%06o\0 " % sum(raw)
    with pytest.raises(ProjectError, match="larger than any source"):
        unpacked(make(bytes(raw) + bytes(4096)))


def test_an_archive_that_ends_too_early_is_refused(unpacked):
    with pytest.raises(ProjectError, match="ends within 'p/a'"):
        unpacked(a_tar(("p/a", b"x" * 5000))[:3000])
