import pytest

import projects
from conda_sluice.discover.python.cargo import cargo_folder


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
    assert cargo_folder(tmp_path) == folder
