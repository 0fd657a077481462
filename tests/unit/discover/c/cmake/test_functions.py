"""Functions, loops and modules of a project's own run with what they are given."""

import time

import pytest

from conda_sluice.discover.c.cmake.read import read_cmake
from projects import write_files

HEAD = "project(trips C)\n"


def needs(root, body, **files):
    write_files(root, {f"cmake/{name}.cmake": text for name, text in files.items()})
    facts = read_cmake(write_files(root, {"CMakeLists.txt": f"{HEAD}{body}\n"}))
    return [(one.name, one.is_optional) for one in facts.links]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("function(f name)\nfind_package(${name} REQUIRED)\nendfunction()\nf(ZLIB)", "ZLIB"),
        ("macro(f)\nfind_package(${ARGV0} ${ARGN})\nendmacro()\nF(ZLIB REQUIRED)", "ZLIB"),
        ("macro(f name)\nfind_package(${ARGN})\nendmacro()\nf(a ZLIB REQUIRED)", "ZLIB"),
        (
            (
                "function(f)\ncmake_parse_arguments(A [[REQUIRED]] [[NAME]] [[HINTS;MODULES]]"
                " ${ARGN})\npkg_check_modules(X REQUIRED ${A_MODULES})\nendfunction()\n"
                "f(NAME x MODULES zlib libpng REQUIRED)"
            ),
            "zlib libpng",
        ),
        (
            (
                "function(f)\nset(FOUND ZLIB PARENT_SCOPE)\nendfunction()\nf()\n"
                "find_package(${FOUND} REQUIRED)"
            ),
            "ZLIB",
        ),
        (
            "function(f)\nset(FOUND ZLIB)\nendfunction()\nf()\nfind_package(${FOUND} REQUIRED)",
            "",
        ),
        ("function(f)\nfind_package(ZLIB REQUIRED)\nendfunction()", ""),
        (
            "macro(f)\nif(NOT ARGN)\nreturn()\nendif()\nfind_package(ZLIB)\nendmacro()\nf()",
            "",
        ),
        ("foreach(one ZLIB PNG)\nfind_package(${one} REQUIRED)\nendforeach()", "ZLIB PNG"),
        (
            (
                "set(ALL ZLIB)\nlist(APPEND ALL EXPAT)\nforeach(one IN LISTS ALL ITEMS CURL)\n"
                "find_package(${one} REQUIRED)\nendforeach()"
            ),
            "ZLIB EXPAT CURL",
        ),
        (
            (
                "foreach(one zlib)\nstring(TOUPPER ${one} name)\nfind_package(${name} REQUIRED)\n"
                "endforeach()"
            ),
            "ZLIB",
        ),
        (
            (
                'option(WITH_PNG "" ON)\noption(WITH_TIFF "" OFF)\nforeach(one PNG TIFF)\n'
                "if(WITH_${one})\nfind_package(${one} REQUIRED)\nendif()\nendforeach()"
            ),
            "ZLIB PNG",
        ),
    ],
)
def test_what_is_called_runs_with_its_arguments(tmp_path, body, found):
    assert needs(tmp_path, body) == [(name, False) for name in found.split()]


def test_what_a_call_stands_in_decides_for_what_is_called(tmp_path):
    body = "macro(f)\nfind_package(ZLIB REQUIRED)\nendmacro()\n"
    assert needs(tmp_path, f"{body}if(X)\nf()\nendif()") == [("ZLIB", True)]
    assert needs(tmp_path, f"{body}if(WIN32)\nf()\nendif()") == []


def test_a_loop_over_what_is_not_known_may_run(tmp_path):
    body = "foreach(one ${X})\nfind_package(ZLIB REQUIRED)\nendforeach()"
    assert needs(tmp_path, body) == [("ZLIB", True)]


def test_functions_of_modules_are_known_where_these_are_included(tmp_path):
    module = "function(f name)\nfind_package(${name} REQUIRED)\nendfunction()\n"
    body = "list(APPEND CMAKE_MODULE_PATH ${CMAKE_CURRENT_SOURCE_DIR}/cmake)\ninclude(Own)\nf(ZLIB)"
    assert needs(tmp_path, body, Own=module) == [("ZLIB", False)]


def test_functions_that_call_each_other_come_to_an_end(tmp_path):
    body = "function(f)\nf()\nf()\nendfunction()\nf()\nfind_package(ZLIB REQUIRED)"
    assert needs(tmp_path, body) == [("ZLIB", False)]


def test_targets_that_a_function_makes_are_installed(tmp_path):
    body = (
        "function(make name)\nadd_library(${name} a.c)\ninstall(TARGETS ${name})\nendfunction()\n"
        "make(way)\nmake(tour)"
    )
    facts = read_cmake(write_files(tmp_path, {"CMakeLists.txt": f"{HEAD}{body}\n"}))
    assert facts.libraries == ("way", "tour")


@pytest.mark.parametrize(
    ("asks", "module", "found"),
    [
        ("Ways REQUIRED", "find_library(L NAMES z)\n", [("z", False)]),
        ("Ways", "find_library(L NAMES z)\n", [("z", True)]),
        ("Ways REQUIRED", "find_path(I zlib.h)\nfind_library(L z)\n", [("zlib.h", False)]),
        ("Ways REQUIRED", "pkg_check_modules(P zlib)\n", [("zlib", False)]),
        ("Ways REQUIRED", "find_library(L NAMES ways)\n", [("Ways", False)]),
        ("Ways REQUIRED", "find_package(Ways CONFIG)\n", [("Ways", False)]),
        (
            "Ways COMPONENTS tiles",
            (
                "foreach(one ${Ways_FIND_COMPONENTS})\nset(USE_${one} 1)\nendforeach()\n"
                "if(USE_tiles)\nfind_package(PNG)\nendif()\nif(USE_nets)\nfind_package(CURL)\nendif()"
            ),
            [("ZLIB", True), ("PNG", True)],
        ),
        ("BLAS", "find_library(L NAMES openblas)\nfind_library(M mkl)\n", [("BLAS", True)]),
    ],
)
def test_a_find_module_of_the_projects_own_tells_what_a_package_is(tmp_path, asks, module, found):
    assert needs(tmp_path, f"find_package({asks})", FindWays=module, FindBLAS=module) == found


def test_a_package_that_is_asked_for_again_as_a_need_is_one(tmp_path):
    body = "find_package(Ways QUIET)\nfind_package(Ways REQUIRED)"
    assert needs(tmp_path, body, FindWays="find_library(L NAMES z)\n") == [("z", False)]


@pytest.mark.parametrize(
    "body",
    [
        "foreach(a ${L})\n" * 6 + "set(x 1)\n" + "endforeach()\n" * 6,
        "foreach(a ${L})\nlist(APPEND L ${L})\nmessage(${L})\nendforeach()\n" * 20,
        "".join(f"macro(f{n})\nf{n + 1}()\nf{n + 1}()\nendmacro()\n" for n in range(30)) + "f0()",
    ],
)
def test_what_runs_endlessly_is_read_up_to_a_limit(tmp_path, body):
    start = time.process_time()
    needs(tmp_path, f"set(L {' '.join('abcdefgh' * 12)})\n{body}")
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    "call",
    [
        'cmake_parse_arguments(P "FLAG" "" "SRCS" "" x)',
        'cmake_parse_arguments(PARSE_ARGV \u00b2 P "A" "" "")',
        f"cmake_parse_arguments(PARSE_ARGV {'9' * 5000} P A B C)",
    ],
)
def test_odd_lists_of_arguments_stop_nothing(tmp_path, call):
    assert needs(tmp_path, f"{call}\nfind_package(ZLIB REQUIRED)") == [("ZLIB", False)]
