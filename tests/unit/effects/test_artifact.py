import io
import json
import random
import tarfile
import zipfile

import pytest
import zstandard

from conda_sluice.effects import artifact as artifact_module
from conda_sluice.effects.artifact import (
    check_members,
    read_about,
    read_artifact,
    read_index,
    read_info,
)
from conda_sluice.effects.files import sha256_of
from conda_sluice.errors import PackageError
from factories import FIRST_OF_2026, a_link, an_artifact, an_index, write_package

NAME = "trips-1.2.3-h0123456_0.conda"

both_formats = pytest.mark.parametrize("extension", [".conda", ".tar.bz2"])


def a_package(folder, name=NAME, *, index=None, info=None, pkg=None):
    """Write a package whose info/index.json is `index`: a mapping, or raw bytes."""
    facts = an_index() if index is None else index
    data = facts if isinstance(facts, bytes) else json.dumps(facts).encode()
    return write_package(
        folder / name, info={"info/index.json": data} | (info or {}), pkg=pkg or {}
    )


@both_formats
def test_record_tells_what_the_package_says_of_itself_and_what_its_bytes_are(tmp_path, extension):
    artifact = an_artifact(
        tmp_path, build_number=3, extension=extension, subdir="linux-64", depends=("python >=3.11",)
    )
    record = artifact.record
    assert (record.name, record.version, record.build) == ("trips", "1.2.3", "h0123456_0")
    assert record.path == f"linux-64/trips-1.2.3-h0123456_0{extension}"
    assert record.build_number == 3
    assert record.depends == ("python >=3.11",)
    assert record.license == "BSD-3-Clause"
    assert record.timestamp == FIRST_OF_2026
    assert record.sha256 == sha256_of(artifact.path)
    assert record.size == artifact.path.stat().st_size
    assert len(record.md5) == 32


@both_formats
def test_about_is_read(tmp_path, extension):
    path = an_artifact(
        tmp_path, extension=extension, about={"extra": {"sluice": {"key": "k"}}}
    ).path
    assert read_about(path) == {"extra": {"sluice": {"key": "k"}}}


def test_about_is_empty_where_the_package_has_none(tmp_path):
    assert read_about(an_artifact(tmp_path).path) == {}


def test_other_files_of_the_info_part_are_read(tmp_path):
    path = a_package(tmp_path, info={"info/tests/tests.yaml": b"[]"})
    assert read_info(path, "info/tests/tests.yaml") == b"[]"
    assert read_info(path, "info/tests/none.yaml") is None


def test_index_keeps_keys_that_sluice_does_not_know(tmp_path):
    path = an_artifact(tmp_path, track_features="mkl", arch=None).path
    assert read_index(path)["track_features"] == "mkl"


@both_formats
def test_sound_package_passes_the_check_of_its_members(tmp_path, extension):
    check_members(an_artifact(tmp_path, extension=extension).path)


@both_formats
@pytest.mark.parametrize("keep", [0, 10, 0.5, 0.97])
def test_truncated_file_is_refused(tmp_path, extension, keep):
    path = an_artifact(tmp_path, extension=extension, text="many words " * 5000).path
    data = path.read_bytes()
    path.write_bytes(data[: keep if isinstance(keep, int) else int(len(data) * keep)])
    with pytest.raises(PackageError, match=path.name):
        check_members(path)


@pytest.mark.parametrize("keep", [0, 10, 0.5, 0.97])
def test_record_of_a_truncated_conda_file_cannot_be_read(tmp_path, keep):
    path = an_artifact(tmp_path).path
    data = path.read_bytes()
    path.write_bytes(data[: keep if isinstance(keep, int) else int(len(data) * keep)])
    with pytest.raises(PackageError, match="no sound package"):
        read_artifact(path)


@both_formats
def test_foreign_file_is_refused(tmp_path, extension):
    path = tmp_path / f"trips-1.2.3-0{extension}"
    path.write_bytes(b"#!/bin/sh\necho I am no package\n")
    with pytest.raises(PackageError, match=path.name):
        read_artifact(path)


def test_missing_file_is_said_to_be_missing(tmp_path):
    with pytest.raises(PackageError, match="no such file"):
        read_artifact(tmp_path / NAME)


def test_folder_is_no_package(tmp_path):
    (tmp_path / NAME).mkdir()
    with pytest.raises(PackageError, match="no sound package"):
        read_artifact(tmp_path / NAME)


@pytest.mark.parametrize("name", ["trips.conda", "trips-1.2.3-0.zip", "-1-0.conda"])
def test_file_with_another_kind_of_name_is_refused(tmp_path, name):
    (tmp_path / name).write_bytes(b"")
    with pytest.raises(PackageError, match="no package file name"):
        read_artifact(tmp_path / name)


def test_zip_that_is_no_conda_package_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / NAME, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(
        PackageError, match=r"does not hold info-trips-1\.2\.3-h0123456_0\.tar\.zst"
    ):
        read_artifact(tmp_path / NAME)


def test_renamed_conda_file_is_refused(tmp_path):
    path = an_artifact(tmp_path).path.rename(tmp_path / "trips-9.9.9-0.conda")
    with pytest.raises(PackageError, match="must not be renamed"):
        read_artifact(path)


def test_renamed_tar_bz2_is_refused(tmp_path):
    path = an_artifact(tmp_path, extension=".tar.bz2").path.rename(tmp_path / "trips-9-0.tar.bz2")
    with pytest.raises(PackageError, match="named otherwise"):
        read_artifact(path)


def test_package_without_index_is_refused(tmp_path):
    path = write_package(tmp_path / NAME, info={"info/about.json": b"{}"}, pkg={})
    with pytest.raises(PackageError, match=r"no info/index\.json"):
        read_artifact(path)


def test_index_that_is_a_link_is_refused(tmp_path):
    link = a_link("info/index.json", "/etc/passwd")
    path = write_package(tmp_path / NAME, info={"info/index.json": link}, pkg={})
    with pytest.raises(PackageError, match="no file of a sensible size"):
        read_artifact(path)


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"size": NaN}', b"[" * 100_000, b"1" * 10_000],
    ids=["empty", "cut", "list", "null", "bytes", "nan", "deep", "long"],
)
def test_index_that_is_no_json_object_is_refused(tmp_path, data):
    with pytest.raises(PackageError, match=r"info/index\.json is no JSON"):
        read_artifact(a_package(tmp_path, index=data))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", None),
        ("name", ["trips"]),
        ("name", "Trips"),
        ("name", "../trips"),
        ("version", 1.2),
        ("version", ""),
        ("version", "1 2"),
        ("build", "a/b"),
        ("build_number", "0"),
        ("build_number", True),
        ("build_number", -1),
        ("depends", "python"),
        ("depends", [1]),
        ("constrains", {}),
        ("license", []),
        ("timestamp", "yesterday"),
        ("subdir", None),
        ("subdir", "../etc"),
        ("subdir", ""),
    ],
)
def test_index_with_a_wrong_field_is_refused(tmp_path, key, value):
    with pytest.raises(PackageError, match=NAME):
        read_artifact(a_package(tmp_path, index=an_index() | {key: value}))


def test_error_says_which_field_is_wrong(tmp_path):
    with pytest.raises(PackageError, match="'depends' is not a list of texts"):
        read_artifact(a_package(tmp_path, index=an_index() | {"depends": "python"}))


def test_old_noarch_flag_is_understood(tmp_path):
    record = read_artifact(a_package(tmp_path, index=an_index() | {"noarch": True})).record
    assert record.noarch == "generic"


@both_formats
@pytest.mark.parametrize("name", ["/etc/cron.d/evil", "../evil", "share/../../evil"])
def test_member_outside_the_package_is_refused(tmp_path, extension, name):
    path = a_package(tmp_path, f"trips-1.2.3-0{extension}", pkg={name: b"evil"})
    with pytest.raises(PackageError, match="outside the package"):
        check_members(path)


def test_member_of_the_info_part_is_looked_at_as_well(tmp_path):
    path = a_package(tmp_path, info={"../evil": b"evil"})
    with pytest.raises(PackageError, match="outside the package"):
        check_members(path)


def test_link_in_one_part_with_a_member_below_it_in_the_other_is_refused(tmp_path):
    path = a_package(
        tmp_path, info={"share": a_link("share", "lib")}, pkg={"share/trips.txt": b"text"}
    )
    with pytest.raises(PackageError, match="below its link 'share'"):
        check_members(path)


@both_formats
def test_package_that_unpacks_to_far_too_much_is_refused(tmp_path, extension, monkeypatch):
    monkeypatch.setattr(artifact_module, "_FLOOR", 1 << 20)
    path = a_package(tmp_path, f"trips-1.2.3-0{extension}", pkg={"zeros": bytes(32 << 20)})
    with pytest.raises(PackageError, match="unpacks to more than"):
        check_members(path)


def test_index_that_unpacks_to_far_too_much_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(artifact_module, "_INFO_LIMIT", 1 << 20)
    path = write_package(tmp_path / NAME, info={"info/big": bytes(8 << 20)}, pkg={})
    with pytest.raises(PackageError, match="unpacks to more than 1 MiB"):
        read_artifact(path)


def test_part_that_is_compressed_twice_is_refused(tmp_path):
    stem = NAME.removesuffix(".conda")
    with zipfile.ZipFile(tmp_path / NAME, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"info-{stem}.tar.zst", zstandard.compress(b"", 1))
    with pytest.raises(PackageError, match="compressed twice"):
        read_artifact(tmp_path / NAME)


def test_part_that_stands_there_twice_is_refused(tmp_path):
    stem = NAME.removesuffix(".conda")
    part = zstandard.compress(an_empty_tar(), 1)
    with zipfile.ZipFile(tmp_path / NAME, "w") as archive:
        archive.writestr(f"info-{stem}.tar.zst", part)
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr(f"info-{stem}.tar.zst", part)
    with pytest.raises(PackageError, match="does not hold"):
        read_artifact(tmp_path / NAME)


@pytest.mark.parametrize("position", [0.2, 0.4, 0.6, 0.8])
def test_flipped_bits_are_noticed(tmp_path, position):
    path = an_artifact(tmp_path, text=random.Random(1).randbytes(20_000).hex()).path
    data = bytearray(path.read_bytes())
    place = int(len(data) * position)
    data[place] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(PackageError, match=path.name):
        check_members(path)


def an_empty_tar():
    buffer = io.BytesIO()
    tarfile.open(fileobj=buffer, mode="w").close()
    return buffer.getvalue()
