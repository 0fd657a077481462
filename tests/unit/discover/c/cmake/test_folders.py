import pytest

from conda_sluice.discover.c.cmake.read import read_cmake
from projects import write_files

FILES = {"include/trips/a.hpp": "", "include/trips/in/b.hpp": "", "include/trips/c.txt": ""}


@pytest.mark.parametrize(
    ("said", "headers"),
    [
        ("include/trips DESTINATION include", ("trips/a.hpp", "trips/in/b.hpp")),
        ("include/ DESTINATION include", ("trips/a.hpp", "trips/in/b.hpp")),
        ("include/trips/in DESTINATION include/x", ("x/in/b.hpp",)),
        ("include/trips TYPE INCLUDE", ("trips/a.hpp", "trips/in/b.hpp")),
        ('include/ DESTINATION include FILES_MATCHING PATTERN "*.h"', ()),
        ('include/ DESTINATION include PATTERN "in" EXCLUDE', ()),
        ("include/ DESTINATION share", ()),
        ("../elsewhere/ DESTINATION include", ()),
        ("${X}/ DESTINATION include", ()),
    ],
)
def test_headers_that_are_installed_by_the_folder(tmp_path, said, headers):
    write_files(tmp_path / "elsewhere", {"d.h": ""})
    content = f"project(trips CXX)\ninstall(DIRECTORY {said})\n"
    root = write_files(tmp_path / "trips", {"CMakeLists.txt": content, **FILES})
    assert read_cmake(root).headers == tuple(f"include/{one}" for one in headers)
