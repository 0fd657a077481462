"""What is known of a CMake project's files: folders, modules and variables."""

import pytest

from conda_sluice.discover.c.cmake.read import read_cmake
from projects import write_files

HEAD = "project(trips C)\n"
FIND = "find_package(ZLIB REQUIRED)\n"


def needs(root, body):
    facts = read_cmake(write_files(root, {"CMakeLists.txt": f"{HEAD}{body}\n", "a.c": ""}))
    return [(one.name, one.is_optional) for one in facts.links]


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/a.c", [("ZLIB", False)]),
        ('EXISTS "${CMAKE_CURRENT_LIST_DIR}/zlib"', []),
        ('NOT EXISTS "${PROJECT_SOURCE_DIR}/zlib"', [("ZLIB", False)]),
        ("EXISTS ${CMAKE_BINARY_DIR}/zlib", [("ZLIB", True)]),
    ],
)
def test_files_that_a_condition_asks_for_are_looked_at(tmp_path, condition, found):
    assert needs(tmp_path, f"if({condition})\n{FIND}endif()") == found


def test_a_macro_of_the_projects_own_adds_the_folder_that_it_is_called_with(tmp_path):
    body = "macro(add_part name)\nadd_subdirectory(${name})\nendmacro()\nadd_part(tls)"
    assert needs(write_files(tmp_path, {"tls/CMakeLists.txt": FIND}), body) == [("ZLIB", False)]


def test_a_file_of_options_is_included_whatever_its_suffix(tmp_path):
    root = write_files(tmp_path, {"implied.txt": "set(WITH_Z 1)\n"})
    body = f"include(implied.txt)\nif(WITH_Z)\n{FIND}endif()"
    assert needs(root, body) == [("ZLIB", False)]


def test_a_variable_is_the_option_that_it_is_set_to(tmp_path):
    body = 'option(WITH_TLS "" OFF)\nset(TLS ${WITH_TLS})\n'
    assert needs(tmp_path, f"{body}if(TLS)\n{FIND}endif()") == []
    assert needs(tmp_path, f"{body}if(X)\nset(TLS ON)\nendif()\nif(TLS)\n{FIND}endif()") != []


def test_what_runs_unless_somebody_sets_a_variable_was_not_switched_on(tmp_path):
    root = write_files(tmp_path, {"CMakeLists.txt": f"{HEAD}if(NOT CHOSEN)\n{FIND}endif()\n"})
    (link,) = read_cmake(root).links
    assert not link.is_switched


def test_the_known_one_of_the_names_of_a_library_is_taken(tmp_path):
    body = "set(NAMES ${NAMES} trips_mkl)\nlist(APPEND NAMES openblas blas)\n"
    assert needs(tmp_path, f"{body}find_library(BLAS NAMES ${{NAMES}})") == [("openblas", True)]


def test_a_folder_below_leaves_the_variables_of_the_one_above(tmp_path):
    root = write_files(tmp_path, {"sub/CMakeLists.txt": "project(sub C)\n", "b.c": ""})
    body = f"add_subdirectory(sub)\nif(EXISTS ${{PROJECT_SOURCE_DIR}}/b.c)\n{FIND}endif()"
    assert needs(root, body) == [("ZLIB", False)]


def test_a_project_that_is_built_as_part_of_its_own_superbuild_is_read(tmp_path):
    root = write_files(tmp_path, {"source/CMakeLists.txt": f"project(way C)\n{FIND}"})
    body = "ExternalProject_Add(Way SOURCE_DIR ${CMAKE_CURRENT_SOURCE_DIR}/source DEPENDS x)"
    assert needs(root, body) == [("ZLIB", False)]
    assert needs(root, "ExternalProject_Add(Way URL https://example.org/way.tar.gz)") == []


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("FetchContent_Declare(fmt GIT_REPOSITORY https://example.org/fmt)", [("fmt", True)]),
        ('CPMAddPackage("gh:fmtlib/fmt#10.2.1")', [("fmt", True)]),
        ("CPMAddPackage(NAME spdlog VERSION 1.0)", [("spdlog", True)]),
        ("FetchContent_Declare(trips URL https://example.org/trips.zip)", []),
        ("FetchContent_Declare(GTest URL https://example.org/gtest.zip)", []),
    ],
)
def test_what_a_build_would_fetch_is_needed(tmp_path, body, found):
    assert needs(tmp_path, body) == found


@pytest.mark.parametrize(
    ("condition", "is_switched"),
    [("UNIX AND NOT (HAIKU OR CHOSEN)", False), ("UNIX AND CHOSEN", True), ("CHOSEN", True)],
)
def test_what_runs_on_linux_where_nobody_sets_a_variable_was_not_switched_on(
    tmp_path, condition, is_switched
):
    body = f"{HEAD}if({condition})\n{FIND}endif()\n"
    (link,) = read_cmake(write_files(tmp_path, {"CMakeLists.txt": body})).links
    assert link.is_switched is is_switched


def test_libraries_go_to_one_folder_on_64_bits_too(tmp_path):
    body = 'if(NOT DEFINED T_DIR)\nset(T_DIR "lib64")\nendif()\nset(LIB_SUFFIX 64)\n'
    facts = read_cmake(write_files(tmp_path, {"CMakeLists.txt": f"project(trips C)\n{body}"}))
    assert facts.options == ("T_DIR=lib", "LIB_SUFFIX=")
