import zipfile

import pytest

from conda_sluice.errors import PackageError
from conda_sluice.seed.wheel import read_wheel
from conda_sluice.seed.wheel_plan import plan_wheels
from seeding import a_machine, write_wheel

ENVIRONMENT = {
    "python_version": "3.11",
    "python_full_version": "3.11.7",
    "sys_platform": "linux",
    "platform_system": "Linux",
    "os_name": "posix",
}


@pytest.fixture
def plan(tmp_path):
    """Return a function that plans wheels and gives the packages by name."""

    def planned(*wheels, names=None):
        read = [read_wheel(write_wheel(tmp_path, **one)) for one in wheels]
        packages = plan_wheels(read, a_machine(), ENVIRONMENT, names or {})
        return {one.name: one for one in packages}

    return planned


def test_a_pure_wheel_becomes_a_noarch_package(plan):
    wheel = {
        "name": "trips",
        "requires": ("idna>=3", "Typing_Extensions~=4.1"),
        "requires_python": ">=3.9",
    }
    package = plan(wheel)["trips"]
    assert package.subdir == "noarch"
    assert package.recipe is None
    assert package.build.startswith("pyh")
    assert package.depends == ("python >=3.9", "idna >=3", "typing_extensions >=4.1,4.*")


def test_markers_are_evaluated_for_this_python_and_hold_the_package_to_it(plan):
    requires = ("tomli; python_version < '3.11'", "tomlkit; python_version >= '3.8'")
    package = plan({"requires": requires})["trips"]
    assert package.depends == ("python >=3.11,<3.12.0a0", "tomlkit")


def test_markers_of_the_system_hold_the_package_to_linux(plan):
    package = plan({"requires": ("colorama; sys_platform == 'win32'",)})["trips"]
    assert package.depends == ("__linux", "python")


def test_extras_become_what_they_need(plan):
    coverage = {"name": "coverage", "requires": ("attrs", "tomlkit; extra == 'toml'")}
    package = plan({"requires": ("coverage[toml]>=7",)}, coverage, {"name": "tomlkit"})["trips"]
    assert package.depends[-2:] == ("coverage >=7", "tomlkit")


def test_extras_that_need_each_other_come_to_an_end(plan):
    wheel = {"name": "a", "requires": ("b[x]", "a[y]; extra == 'x'")}
    other = {"name": "b", "requires": ("a[x]; extra == 'x'", "c; extra == 'x'")}
    assert plan(wheel, other)["a"].depends == ("python", "b", "c")


def test_a_compiled_wheel_is_repacked_for_this_python(plan):
    package = plan({"tag": "cp311-cp311-manylinux_2_17_x86_64"})["trips"]
    assert package.subdir == "linux-64"
    assert package.build.startswith("py311h")
    assert package.depends == (
        "__glibc >=2.17,<3.0.a0",
        "python >=3.11,<3.12.0a0",
        "python_abi 3.11.* *_cp311",
    )
    assert package.recipe.recipe["requirements"]["run"] == list(package.depends)


def test_a_pure_wheel_with_files_of_its_own_is_repacked(plan):
    files = {"trips.py": b"", "trips-1.2.data/data/etc/trips.conf": b"x"}
    assert plan({"files": files})["trips"].recipe is not None


def test_names_are_those_that_were_asked_for(plan):
    other = {"name": "other", "requires": ("ruamel.yaml",)}
    packages = plan({"name": "ruamel.yaml"}, other, names={"ruamel-yaml": "ruamel.yaml"})
    assert packages.keys() == {"ruamel.yaml", "other"}
    assert "ruamel.yaml" in packages["other"].depends


def test_other_contents_give_another_build_string(plan):
    first = plan({"files": {"trips.py": b"1"}})["trips"]
    second = plan({"files": {"trips.py": b"2"}})["trips"]
    assert first.build != second.build


def test_versions_are_carried_over(plan):
    assert plan({"version": "1.2rc1"})["trips"].version == "1.2.0rc1"


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 no archive"])
def test_a_damaged_wheel_is_refused(tmp_path, data):
    path = tmp_path / "trips-1.2-py3-none-any.whl"
    path.write_bytes(data)
    with pytest.raises(PackageError, match="no sound wheel"):
        read_wheel(path)


def test_a_wheel_without_metadata_is_refused(tmp_path):
    path = tmp_path / "trips-1.2-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("trips.py", "")
    with pytest.raises(PackageError, match="no METADATA"):
        read_wheel(path)


def test_a_file_that_is_not_named_like_a_wheel_is_refused(tmp_path):
    (tmp_path / "trips.whl").touch()
    with pytest.raises(PackageError):
        read_wheel(tmp_path / "trips.whl")
