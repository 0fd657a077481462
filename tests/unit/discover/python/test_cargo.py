import tomllib

import pytest

import projects
from conda_sluice.discover.python.cargo import cargo_folder
from conda_sluice.discover.python.crates import compiled_crates


@pytest.mark.parametrize(
    ("files", "folder"),
    [
        (("Cargo.toml", "src/a/Cargo.toml"), ""),
        (("src/_hills/Cargo.toml", "src/_hills/sub/Cargo.toml"), "src/_hills"),
        (("tests/Cargo.toml", "rust/core/Cargo.toml"), "rust/core"),
        (("README.md",), ""),
    ],
)
def test_topmost_manifest_that_is_built_counts(tmp_path, files, folder):
    projects.write_files(tmp_path, dict.fromkeys(files, ""))
    assert cargo_folder(tmp_path, {}) == folder


def test_a_manifest_that_the_settings_name_counts_before_others(tmp_path):
    projects.write_files(tmp_path, {"rust/Cargo.toml": "", "bindings/python/Cargo.toml": ""})
    settings = {"tool": {"maturin": {"manifest-path": "bindings/python/Cargo.toml"}}}
    assert cargo_folder(tmp_path, settings) == "bindings/python"


CARGO = """
[package]
name = "trips"
[features]
default = ["fast"]
fast = ["dep:speed", "zip?/big"]
maps = ["tiles/png"]
[dependencies]
core = "1"
speed = { version = "1", optional = true, package = "speedy" }
tiles = { version = "1", optional = true }
zip = { version = "1", optional = true }
[target.'cfg(windows)'.dependencies]
registry = "1"
[dev-dependencies]
bench = "1"
"""
LOCK = "".join(
    f'[[package]]\nname = "{name}"\nversion = "1.0.0"\ndependencies = [\n{needs}]\n'
    for name, needs in (
        ("trips", ' "core",\n "speedy",\n "tiles",\n "zip",\n "registry",\n "bench",\n'),
        ("core", ' "deep 1.0.0",\n'),
        *((one, "") for one in ("deep", "speedy", "tiles", "zip", "registry", "bench")),
    )
)


@pytest.mark.parametrize(
    ("features", "more"), [(["default"], {"speedy"}), ([], set()), (["maps"], {"tiles"})]
)
def test_crates_of_tests_of_other_systems_and_of_other_features_are_not_compiled(features, more):
    found = compiled_crates(LOCK, tomllib.loads(CARGO), features)
    assert found == {"trips", "core", "deep"} | more


def test_every_locked_crate_counts_where_the_manifest_is_of_none():
    assert "bench" in compiled_crates(LOCK, {"workspace": {}}, ["default"])
