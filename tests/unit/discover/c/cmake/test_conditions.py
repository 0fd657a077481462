"""What conditions give by what is known."""

import pytest

from conda_sluice.discover.c.cmake.read import read_cmake
from projects import write_files

SETS = (
    'set(MODE full)\nset(EMPTY "")\nset(PARTS a b)\noption(WITH_A "" ON)\noption(WITH_B "" OFF)\n'
)


def runs(root, condition, before=""):
    """Return "yes", "no" or "maybe"."""
    body = f"project(t C)\n{SETS}{before}if({condition})\nfind_package(ZLIB REQUIRED)\nendif()\n"
    links = read_cmake(write_files(root, {"CMakeLists.txt": body})).links
    return ("maybe" if links[0].is_optional else "yes") if links else "no"


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        ("MODE", "yes"),
        ("EMPTY", "no"),
        ("NOT EMPTY AND WITH_A", "yes"),
        ("WITH_A AND WITH_B", "no"),
        ("WITH_B OR (WITH_A AND NOT WITH_B)", "yes"),
        ("MODE STREQUAL full", "yes"),
        ('"${MODE}" STREQUAL "lean"', "no"),
        ('MODE MATCHES "^(full|lean)$"', "yes"),
        ('MODE MATCHES "(a+)+$"', "maybe"),
        ("a IN_LIST PARTS", "maybe"),
        ('"a" IN_LIST PARTS', "yes"),
        ('"c" IN_LIST PARTS', "no"),
        ('CMAKE_SYSTEM_NAME STREQUAL "Windows"', "no"),
        ('CMAKE_CXX_COMPILER_ID MATCHES "Clang"', "no"),
        ("CMAKE_VERSION VERSION_LESS 3.10", "no"),
        ("CMAKE_VERSION VERSION_GREATER_EQUAL 3.10", "yes"),
        ("X STREQUAL full", "maybe"),
        ("DEFINED MODE", "yes"),
        ("NOT DEFINED TRIPS_MODE", "yes"),
        ("DEFINED CMAKE_TOOLCHAIN_FILE", "maybe"),
        ("WITH_${X}", "maybe"),
    ],
)
def test_conditions_are_answered_by_what_variables_hold(tmp_path, condition, answer):
    assert runs(tmp_path, condition) == answer


def test_what_may_have_been_set_otherwise_is_not_known(tmp_path):
    assert runs(tmp_path, "MODE STREQUAL full", "if(X)\nset(MODE lean)\nendif()\n") == "maybe"


@pytest.mark.parametrize(
    ("first", "second", "answers"),
    [
        ("WITH_B", "WITH_A", ["PNG"]),
        ("WITH_A", "WITH_A", ["ZLIB"]),
        ("WITH_B", "WITH_B", ["TIFF"]),
        ("X", "WITH_A", ["ZLIB", "PNG"]),
    ],
)
def test_the_first_arm_that_is_true_runs(tmp_path, first, second, answers):
    body = (
        f"project(t C)\n{SETS}if({first})\npkg_check_modules(A ZLIB)\nelseif({second})\n"
        "pkg_check_modules(A PNG)\nelse()\npkg_check_modules(A TIFF)\nendif()\n"
    )
    links = read_cmake(write_files(tmp_path, {"CMakeLists.txt": body})).links
    assert [one.name for one in links] == answers


def test_what_runs_unless_a_variable_is_set_was_not_switched_on(tmp_path):
    body = "project(t C)\nif(X)\nset(A 1)\nelse()\nfind_package(ZLIB REQUIRED)\nendif()\n"
    (link,) = read_cmake(write_files(tmp_path, {"CMakeLists.txt": body})).links
    assert link.is_optional
    assert not link.is_switched


def test_an_option_that_is_switched_off_where_something_lacks_is_on(tmp_path):
    before = "if(NOT X_FOUND)\nset(WITH_A OFF CACHE BOOL [[]] FORCE)\nendif()\n"
    assert runs(tmp_path, "WITH_A", before) == "yes"
    before = "if(X_FOUND)\nset(WITH_B ON)\nendif()\n"
    assert runs(tmp_path, "WITH_B", before) == "maybe"


@pytest.mark.parametrize(
    ("before", "condition", "answer"),
    [
        ("add_library(way a.c)\n", "TARGET way", "yes"),
        ("", "NOT TARGET way", "yes"),
        ("if(X)\nadd_library(way a.c)\nendif()\n", "TARGET way", "maybe"),
        ("find_package(OpenSSL)\n", "TARGET OpenSSL::SSL", "yes"),
        ("find_package(Ways)\n", "TARGET Ways::way", "maybe"),
        ("", "TARGET Ways::way", "no"),
    ],
)
def test_targets_are_there_when_they_were_made_or_found(tmp_path, before, condition, answer):
    body = f"project(t C)\n{before}if({condition})\nfind_package(TIFF REQUIRED)\nendif()\n"
    links = read_cmake(write_files(tmp_path, {"CMakeLists.txt": body})).links
    found = [one for one in links if one.name == "TIFF"]
    assert (("maybe" if found[0].is_optional else "yes") if found else "no") == answer
