"""By which words a CMake project says what it needs from outside."""

import pytest

from conda_sluice.discover.c.cmake.read import read_cmake
from conda_sluice.recipe.generate.naming import find_libraries
from projects import write_files


def packages(root, body):
    facts = read_cmake(write_files(root, {"CMakeLists.txt": f"project(trips C)\n{body}\n"}))
    found, _ = find_libraries(facts.links, ())
    return {one.name: one.is_optional for one in found if not one.is_switched}


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("target_link_libraries(a PRIVATE ZLIB::ZLIB m Threads::Threads)", {"zlib": False}),
        ("target_link_libraries(a z -lpng ${X} pthread)", {"zlib": False, "libpng": False}),
        ("add_library(z z.c)\ntarget_link_libraries(a z)", {}),
        ("add_subdirectory(ext/z)\ntarget_link_libraries(a z)", {}),
        ("link_libraries(z)", {"zlib": False}),
        ("find_path(ZLIB_INCLUDE NAMES zlib.h)", {"zlib": True}),
        ("find_path(X_INCLUDE NAMES x_of_ours.h)", {}),
        (
            "find_path(Z zlib.h)\nif(NOT Z)\nmessage(FATAL_ERROR [[no zlib]])\nendif()",
            {"zlib": False},
        ),
        (
            "find_package(ZLIB)\nif(NOT ZLIB_FOUND)\nmessage(SEND_ERROR [[no zlib]])\nendif()",
            {"zlib": False},
        ),
        (
            "pkg_check_modules(Z zlib)\nif(NOT Z_FOUND)\nmessage(FATAL_ERROR no)\nendif()",
            {"zlib": False},
        ),
        (
            "pkg_check_modules(Z REQUIRED IMPORTED_TARGET zlib>=1.2 libpng)",
            {"zlib": False, "libpng": False},
        ),
        ("find_package(LAPACK REQUIRED)", {"libblas": False, "liblapack": False}),
        (
            "find_package(OpenGL REQUIRED)\ntarget_link_libraries(a OpenGL::GLU)",
            {"libgl-devel": False, "libglu": False},
        ),
        (
            "find_package(X11 REQUIRED)\nif(X11_Xext_FOUND)\nset(L ${X11_Xrandr_LIB})\nendif()",
            {"xorg-libx11": False, "xorg-libxext": True, "xorg-libxrandr": True},
        ),
        ("find_package(QT NAMES Qt6 Qt5 REQUIRED)", {"qt6-main": False}),
        ("find_package(Python3 COMPONENTS Interpreter)", {}),
        (
            "find_package(Python3 REQUIRED COMPONENTS Interpreter Development.Module NumPy)",
            {"python": False, "numpy": False},
        ),
        ("find_package(PythonLibs)", {"python": True}),
        ("subdirs(a)\nExternalProject_Add(zlib URL https://x)", {"zlib": True}),
        ("check_include_files([[stdio.h;png.h]] HAVE_PNG)", {"libpng": True}),
        ("include(FindZLIB)", {"zlib": True}),
        ("include(${CMAKE_ROOT}/Modules/FindZLIB.cmake)", {"zlib": True}),
        ("find_package(NumPy)", {"numpy": True}),
        ("find_package(Boost REQUIRED COMPONENTS system)", {"libboost-devel": False}),
        (
            "find_package(Boost COMPONENTS python${PYTHON_VERSION_MAJOR})",
            {"libboost-devel": True, "libboost-python-devel": True},
        ),
    ],
)
def test_packages_are_found_by_what_is_asked_for(tmp_path, body, found):
    assert packages(tmp_path, body) == found


def test_a_package_that_is_there_makes_its_replacement_needless(tmp_path):
    body = "find_package(ZLIB)\nif(NOT ZLIB_FOUND)\nfind_package(PNG)\nendif()"
    assert packages(tmp_path, body) == {"zlib": True}
