"""What is found in folders and archives."""

import shutil
from pathlib import Path

from conda_sluice.pipeline.recipe_sources import Looking, find_sources
from projects import write_files


def test_a_build_backend_is_asked_about_all_files_of_an_archive(tmp_path):
    script = "from setuptools import setup\nsetup(**compute())\n"
    write_files(tmp_path / "src" / "x-1.0", {"setup.py": script, "data/logo.png": "all of it"})
    archive = shutil.make_archive(str(tmp_path / "x-1.0"), "gztar", tmp_path / "src")
    seen = []

    def ask(root):
        seen.append((root / "data" / "logo.png").read_text())
        return "Metadata-Version: 2.2\nName: asked\nVersion: 1.0\n"

    looking = Looking(ask_backend=ask, open_repository=lambda _root: None)
    (found,) = find_sources(Path(archive), looking)
    assert seen == ["all of it"]
    assert found.project.name == "asked"
