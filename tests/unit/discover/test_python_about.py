"""The licence of a Python project, from what says most about it."""

import pytest

import projects
from conda_sluice.discover.detect import discover

GPL = "GNU GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007\n"
PROJECT = '[project]\nname = "trips"\nversion = "1"\n'


@pytest.mark.parametrize(
    ("said", "licence"),
    [
        ("", "GPL-3.0-or-later"),
        ('license = {text = "GPL"}\n', "GPL-3.0-or-later"),
        ('license = "GPL-3.0-only"\n', "GPL-3.0-only"),
        ('license = {text = "GPL version 2.0 or later"}\n', "GPL-2.0-or-later"),
        (
            'license = {text = "GNU General Public License, version 2 or later"}\n',
            "GPL-2.0-or-later",
        ),
        (
            'classifiers = ["License :: OSI Approved :: GNU General Public License v3 (GPLv3)"]\n',
            "GPL-3.0-only",
        ),
    ],
)
def test_a_gnu_text_alone_leaves_later_versions_open(tmp_path, said, licence):
    files = {"pyproject.toml": PROJECT + said, "LICENSE": GPL}
    assert discover(projects.write_files(tmp_path, files)).about.license == licence
