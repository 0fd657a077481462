import pytest

from conda_sluice.discover.c.cmake.read import read_cmake
from projects import write_files

HEAD = "project(trips C)\nadd_library(trips a.c)\nadd_executable(tour b.c)\n"


@pytest.mark.parametrize(
    ("body", "abi"),
    [
        ("set_target_properties(trips PROPERTIES VERSION 1.2.3 SOVERSION 1)", "1"),
        ("set_property(TARGET trips PROPERTY SOVERSION 4)", "4"),
        ("set_target_properties(trips PROPERTIES VERSION 1.2.3)", "1.2.3"),
        ("set_target_properties(tour PROPERTIES VERSION 1.2.3)", ""),
        ("set_target_properties(trips PROPERTIES SOVERSION ${V_MAJOR}.${V_MINOR})", "MAJOR.MINOR"),
        (
            "set_target_properties(trips PROPERTIES SOVERSION ${PROJECT_VERSION})",
            "MAJOR.MINOR.PATCH",
        ),
        ("set_target_properties(trips PROPERTIES SOVERSION ${T_SOVERSION} VERSION 3)", ""),
        ("set_property(TARGET trips PROPERTY SOVERSION ${T_VERSION})", ""),
    ],
)
def test_the_soname_is_what_the_properties_of_libraries_say(tmp_path, body, abi):
    facts = read_cmake(write_files(tmp_path, {"CMakeLists.txt": f"{HEAD}{body}\n"}))
    assert facts.abi == abi
