"""Small projects of each kind, written from code: valid by default, name what matters."""

from collections.abc import Mapping
from pathlib import Path

MIT = """MIT License

Copyright (c) 2026 The trips developers

Permission is hereby granted, free of charge, to any person obtaining a copy of this software.
"""

PYPROJECT = """\
[build-system]
requires = ["hatchling>=1.27", "hatch-vcs>=0.4"]
build-backend = "hatchling.build"

[project]
name = "tripcli"
dynamic = ["version"]
description = "Print how long a trip is"
license = "MIT"
requires-python = ">=3.11"
dependencies = [
  "rich>=13,<15",
  "tomli>=2; python_version < '3.12'",
  "colorama; sys_platform == 'win32'",
  "dataclasses; python_version < '3.7'",
]

[project.optional-dependencies]
test = ["pytest>=7", "hypothesis"]
maps = ["matplotlib"]

[project.scripts]
trips = "tripcli.main:main"

[project.urls]
Homepage = "https://trips.example"
Source = "https://github.com/trips/tripcli"
Documentation = "https://docs.trips.example"

[tool.hatch.version]
source = "vcs"
"""

SETUP_CFG = """\
[metadata]
name = old-trips
version = 1.4.2
description = Trips as they were
license = MIT
url = https://github.com/trips/old-trips

[options]
packages = find:
python_requires = >=3.9
install_requires =
    requests>=2.0
    importlib-metadata; python_version<"3.8"

[options.entry_points]
console_scripts =
    old-trips = old_trips:main
"""

EXTENSION_PYPROJECT = """\
[build-system]
requires = ["setuptools>=77", "setuptools-scm>=8"]
build-backend = "setuptools.build_meta"

[project]
name = "pytrips"
dynamic = ["version"]
description = "Distances, computed by libtrips"
license = "MIT"
requires-python = ">=3.11"
dependencies = ["pywin32; sys_platform == 'win32'", "tomli; python_version < '3.12'"]

[tool.setuptools.packages.find]
where = ["src"]

[tool.setuptools_scm]
"""

SETUP_PY = """\
from setuptools import Extension, setup

setup(ext_modules=[Extension("pytrips._trips", ["src/pytrips/_trips.c"], libraries=["trips"])])
"""

DESCRIPTION = """\
Package: trips
Title: Distances on the Globe
Version: 0.3-1
License: MIT + file LICENSE
URL: https://github.com/trips/rtrips, https://trips.example
Depends: R (>= 4.1), methods
Imports: Rcpp (>= 1.0-5),
    Matrix, stats
LinkingTo: Rcpp
Suggests: testthat (>= 3.0.0),
    knitr
"""

CMAKE = """\
cmake_minimum_required(VERSION 3.20)
project(libtrips VERSION 0.3.0 DESCRIPTION "Distances on the globe" LANGUAGES C)
include(GNUInstallDirs)
find_package(ZLIB REQUIRED)
add_library(trips SHARED src/trips.c)  # the library
install(TARGETS trips EXPORT trips-targets)
install(FILES include/trips.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(FILES trips-config.cmake DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/trips)
install(FILES trips.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
"""

CMAKE_TESTS = """\
project(libtrips-tests LANGUAGES C)
find_package(trips REQUIRED)
"""

MAKEFILE = """\
VERSION = 2.1.0
PREFIX ?= /usr/local

libhills.a: hills.o
\tar rcs $@ $^

install: libhills.a
\tinstall -D libhills.a $(PREFIX)/lib/libhills.a
"""


ABOUT = {"LICENSE": MIT, "README.md": "# trips\n\nDistances on the globe.\n"}
MESON = ABOUT | {
    "meson.build": "project('trips', 'c', version: '1.4.2', license: 'MIT')\n"
    "dependency('zlib')\ndependency('libpng', required: get_option('png'))\n"
    "trips = library('trips', 'trips.c', soversion: 1, install: true)\n"
    "install_headers('trips.h', subdir: 'trips')\n"
    "import('pkgconfig').generate(trips, description: 'Distances on the globe')\n",
    "meson_options.txt": "option('png', type: 'feature')\noption('tests', type: 'boolean')\n",
    "trips.c": "",
    "trips.h": "",
}
AUTOTOOLS = ABOUT | {
    "configure.ac": "AC_INIT([trips], [1.4.2])\nAC_PROG_CC\nLT_INIT\n"
    "AC_CHECK_LIB([gmp], [f], , [AC_MSG_ERROR([no gmp])])\n",
    "Makefile.am": "lib_LTLIBRARIES = libtrips.la\nlibtrips_la_LDFLAGS = -version-info 8:2:3\n"
    "include_HEADERS = trips.h\nbin_PROGRAMS = tour\n",
    "configure": "#!/bin/sh\n",
    "build-aux/config.sub": "",
    "trips.c": "",
    "trips.h": "",
}
HEADERS = ABOUT | {"include/trips/trips.hpp": "", "include/trips.hpp": ""}


def write_files(root: Path, files: Mapping[str, str]) -> Path:
    """Write files below `root`, folders included, and return it."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return root


def a_python_project(root: Path, *, pyproject: str = PYPROJECT, **more: str) -> Path:
    """Write a pure Python project with a command, tests, and a git version."""
    files = {
        "pyproject.toml": pyproject,
        "LICENSE": MIT,
        "src/tripcli/__init__.py": "",
        "src/tripcli/main.py": "def main(): ...\n",
        "tests/test_main.py": "def test_main(): ...\n",
    }
    return write_files(root, files | more)


def an_old_python_project(root: Path, *, setup_cfg: str = SETUP_CFG) -> Path:
    """Write a project that only has setup.cfg and setup.py."""
    return write_files(
        root,
        {
            "setup.cfg": setup_cfg,
            "setup.py": "from setuptools import setup\nsetup()\n",
            "LICENSE.txt": MIT,
            "old_trips/__init__.py": "def main(): ...\n",
        },
    )


def an_extension_project(root: Path, *, setup_py: str = SETUP_PY) -> Path:
    """Write a Python project with a C extension that links to libtrips."""
    return write_files(
        root,
        {
            "pyproject.toml": EXTENSION_PYPROJECT,
            "setup.py": setup_py,
            "LICENSE": MIT,
            "src/pytrips/__init__.py": "",
            "src/pytrips/_trips.c": "#include <Python.h>\n",
        },
    )


def an_r_project(root: Path, *, description: str = DESCRIPTION, is_compiled: bool = False) -> Path:
    """Write an R package, with C sources that link to libtrips where it is compiled."""
    files = {
        "DESCRIPTION": description,
        "LICENSE": "YEAR: 2026\nCOPYRIGHT HOLDER: The trips developers\n",
        "NAMESPACE": "export(distance)\n",
        "R/trips.R": "distance <- function() 1\n",
        "tests/testthat.R": "library(testthat)\nlibrary(trips)\ntest_check('trips')\n",
        "tests/testthat/test-distance.R": "test_that('it is', expect_equal(distance(), 1))\n",
    }
    if is_compiled:
        files |= {"src/trips.c": "int trips;\n", "src/Makevars": "PKG_LIBS = -ltrips -lm\n"}
    return write_files(root, files)


def a_cmake_project(root: Path, *, cmake: str = CMAKE) -> Path:
    """Write a C library that CMake builds, with tests that are a project of their own."""
    return write_files(
        root,
        {
            "CMakeLists.txt": cmake,
            "LICENSE": MIT,
            "README.md": "# libtrips\n\nComputes distances on the globe. And more.\n",
            "src/trips.c": "int trips;\n",
            "include/trips.h": "extern int trips;\n",
            "tests/CMakeLists.txt": CMAKE_TESTS,
        },
    )


def a_make_project(root: Path, *, makefile: str = MAKEFILE) -> Path:
    """Write a C library that has nothing but a Makefile."""
    return write_files(root, {"Makefile": makefile, "LICENSE": MIT, "hills.c": "int hills;\n"})


def a_meson_project(root: Path) -> Path:
    """Write a C library that Meson builds."""
    return write_files(root, MESON)


def an_autotools_project(root: Path) -> Path:
    """Write a C library with a configure script; its folder may say the version."""
    return write_files(root, AUTOTOOLS)


def a_header_project(root: Path) -> Path:
    """Write a C++ library of headers alone; its folder says the version."""
    return write_files(root, HEADERS)
