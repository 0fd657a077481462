import hashlib
import io
import json
import tarfile
import zipfile

import pytest
import zstandard

from conda_sluice.effects.artifact import check_members, read_artifact
from conda_sluice.errors import PackageError
from conda_sluice.seed.convert import convert_wheel
from conda_sluice.seed.wheel import read_wheel
from conda_sluice.seed.wheel_plan import plan_wheels
from seeding import a_machine, write_wheel


def converted(tmp_path, **wheel):
    read = read_wheel(write_wheel(tmp_path / "in", **wheel))
    (package,) = plan_wheels([read], a_machine(), {"python_version": "3.11"}, {})
    (tmp_path / "out").mkdir()
    return package, convert_wheel(package, tmp_path / "out")


def members(path):
    found = {}
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith(".tar.zst"):
                data = zstandard.ZstdDecompressor().stream_reader(archive.open(name)).read()
                with tarfile.open(fileobj=io.BytesIO(data)) as tar:
                    found |= {one.name: (one, tar.extractfile(one).read()) for one in tar}
    return found


def test_a_converted_wheel_is_the_package_that_was_planned(tmp_path):
    requires = ("idna>=3", "tomlkit; python_version > '3'")
    package, path = converted(tmp_path, requires=requires)
    record = read_artifact(path).record
    check_members(path)
    assert (record.name, record.version, record.build) == (
        package.name,
        package.version,
        package.build,
    )
    assert record.depends == package.depends
    assert record.subdir == "noarch"
    assert record.noarch == "python"


def test_commands_are_kept(tmp_path):
    _, path = converted(tmp_path, entry_points="[console_scripts]\ntrip = trips:main\n")
    link = json.loads(members(path)["info/link.json"][1])
    assert link["noarch"] == {"type": "python", "entry_points": ["trip=trips:main"]}


def test_metadata_is_the_wheels_own_and_listed_so(tmp_path):
    long = "jaraco.develop>=7.21; (python_version >= '3.9' and sys_platform != 'cygwin')"
    _, path = converted(tmp_path, requires=(f"{long} and extra == 'test-of-a-long-name'",))
    found = members(path)
    name = "site-packages/trips-1.2.dist-info/METADATA"
    metadata = found[name][1]
    assert f"Requires-Dist: {long}".encode() in metadata
    listed = {one["_path"]: one for one in json.loads(found["info/paths.json"][1])["paths"]}
    assert listed[name]["sha256"] == hashlib.sha256(metadata).hexdigest()
    assert listed[name]["size_in_bytes"] == len(metadata)


def test_files_are_readable_by_everybody(tmp_path):
    _, path = converted(tmp_path)
    assert {one.mode for one, _ in members(path).values()} == {0o644}


def test_a_wheel_that_cannot_be_converted_is_named(tmp_path):
    read = read_wheel(write_wheel(tmp_path, tag="py2-none-any"))
    (package,) = plan_wheels([read], a_machine(), {}, {})
    with pytest.raises(PackageError, match="cannot be converted"):
        convert_wheel(package, tmp_path / "out")
