"""The build scripts that stand beside a recipe."""

from collections.abc import Mapping

_CMAKE_OPTIONS = (
    "-DCMAKE_BUILD_TYPE=Release",
    "-DBUILD_SHARED_LIBS=ON",
    "-DBUILD_TESTING=OFF",
)

_FIND_HOST = """\
# The Makefile may not know where conda puts headers and libraries; compilers read these.
export CPATH="$PREFIX/include${CPATH:+:$CPATH}"
export LIBRARY_PATH="$PREFIX/lib${LIBRARY_PATH:+:$LIBRARY_PATH}"
"""

_BASH = "#!/usr/bin/env bash\nset -euo pipefail\n\n"
_FAILED = "if errorlevel 1 exit 1\n"


def cmake_scripts() -> Mapping[str, str]:
    """Return the scripts of a CMake project; the project's own tests are run elsewhere."""
    unix = " \\\n  ".join(
        (
            "cmake -S . -B _build -G Ninja ${CMAKE_ARGS:-}",
            '-DCMAKE_INSTALL_PREFIX="$PREFIX"',
            '-DCMAKE_PREFIX_PATH="$PREFIX"',
            "-DCMAKE_INSTALL_LIBDIR=lib",
            *_CMAKE_OPTIONS,
        )
    )
    windows = " ^\n  ".join(
        (
            "cmake -S . -B _build -G Ninja %CMAKE_ARGS%",
            '-DCMAKE_INSTALL_PREFIX="%LIBRARY_PREFIX%"',
            '-DCMAKE_PREFIX_PATH="%LIBRARY_PREFIX%"',
            *_CMAKE_OPTIONS,
        )
    )
    build = 'cmake --build _build --parallel "${CPU_COUNT:-1}"\ncmake --install _build\n'
    return {
        "build.sh": f"{_BASH}{unix}\n{build}",
        "bld.bat": f"@echo on\n{windows}\n{_FAILED}cmake --build _build\n{_FAILED}"
        f"cmake --install _build\n{_FAILED}",
    }


def make_scripts(prefix_variable: str, *, is_linked: bool) -> Mapping[str, str]:
    """Return the script of a project that installs by `make install`.

    `prefix_variable` is the one that its Makefile reads; with DESTDIR alone, the prefix is
    wherever the Makefile puts things below it. `is_linked` tells that it needs host libraries.
    """
    arguments = f'{prefix_variable}="$PREFIX" CC="${{CC:-cc}}" CXX="${{CXX:-c++}}"'
    host = f"{_FIND_HOST}\n" if is_linked else ""
    return {
        "build.sh": f'{_BASH}{host}make -j"${{CPU_COUNT:-1}}" {arguments}\n'
        f"make install {arguments}\n"
    }


def refusing_scripts(reason: str) -> Mapping[str, str]:
    """Return a script that says what is missing, for a project without a way to install."""
    return {
        "build.sh": f"{_BASH}# {reason}\n"
        "# Build here, then copy what belongs into the package below $PREFIX, for instance:\n"
        '#   make CC="$CC"\n'
        '#   install -D -m 755 program "$PREFIX/bin/program"\n'
        f'echo "build.sh: {reason}" >&2\nexit 1\n'
    }
