"""What of an archive is unpacked to find out what it is."""

from pathlib import PurePosixPath

import pytest

from conda_sluice.discover.readable import wants
from conda_sluice.discover.reading import MAX_BYTES, read_text
from conda_sluice.effects.source_tree import LEFT_BEHIND, Want
from conda_sluice.errors import NotUnpackedError

READ = (
    "p/pyproject.toml",
    "p/LICENSE",
    "p/licenses/COPYING.LIB",
    "p/LICENSE.pdf",
    "p/src/trips/_version.py",
    "p/src/trips.egg-info/requires.txt",
    "p/src/a/b/c/CMakeLists.txt",
    "p/cmake/FindTrips.cmake",
    "p/src/a/autogen.sh",
    "p/include/trips/version.h",
    "p/tests/testthat/R/helper.R",
    "p/trips.c",
    "DESCRIPTION",
)
NAMED = ("p/src/a/b.cc", "p/R/trips.R", "p/docs/guide/index.rst", "p/data/x.csv", "p/x.zz/y.odd")
LEFT_OUT = ("p/tests/fonts/a.ttf", "p/docs/logo.png", "p/data/trips.rda")


@pytest.mark.parametrize("path", READ)
def test_what_is_read_is_unpacked(path):
    assert wants(PurePosixPath(path), 1000) is Want.WHOLE


@pytest.mark.parametrize("path", NAMED)
def test_of_what_is_only_counted_the_name_is_unpacked(path):
    assert wants(PurePosixPath(path), 1000) is Want.NAME


@pytest.mark.parametrize("path", LEFT_OUT)
def test_what_is_no_text_is_left_out(path):
    assert wants(PurePosixPath(path), 1000) is Want.NOTHING


def test_a_file_too_large_to_be_read_keeps_its_size():
    assert wants(PurePosixPath("p/pyproject.toml"), MAX_BYTES + 1) is Want.NAME


def test_reading_what_was_left_in_the_archive_is_never_taken_for_its_content(tmp_path):
    (tmp_path / "x.odd").write_bytes(LEFT_BEHIND + bytes(100))
    with pytest.raises(NotUnpackedError):
        read_text(tmp_path / "x.odd", tmp_path)
