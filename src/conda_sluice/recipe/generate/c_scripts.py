"""The build scripts of C, C++ and Fortran projects."""

import re
from collections.abc import Mapping, Sequence
from shlex import quote

from conda_sluice.model.facts import BuildSystem, CFacts
from conda_sluice.recipe.generate.plain import is_word

_FIND_HOST = """\
# The Makefile may not know where conda puts headers and libraries; compilers read these.
export CPATH="$PREFIX/include${CPATH:+:$CPATH}"
export LIBRARY_PATH="$PREFIX/lib${LIBRARY_PATH:+:$LIBRARY_PATH}"
"""
_FIND_HOST_BY_FLAGS = """\
export CPPFLAGS="${CPPFLAGS:-} -I$PREFIX/include"
export LDFLAGS="${LDFLAGS:-} -L$PREFIX/lib -Wl,-rpath,$PREFIX/lib"
"""
_FIND_LIBRARY = (
    "find . -name 'lib{0}.*' \\( -name '*.so*' -o -name '*.a' -o -name '*.dylib' \\)"
    ' -exec cp -P {{}} "$PREFIX/lib/" \\;\n'
)
_COMPILERS = 'CC="${CC:-cc}" CXX="${CXX:-c++}"'
_NO_LIBTOOL_FILES = """\
# libtool's own files name the folder of this build
find "$PREFIX" -name '*.la' -delete
"""
_KEEP = """\
# In a copy files may seem newer than what was made of them: nothing is to be made again.
find . -type f -exec touch -r configure {} +
"""
_MOVE = """\
# The Makefile knows no other place than these.
for folder in usr/local usr; do
  if [ -d "_installed/$folder" ]; then
    cp -a "_installed/$folder/." "$PREFIX/"
    rm -r "_installed/$folder"
  fi
done
"""
_RENEW = """\
# Releases need not have all the texts that automake asks of a GNU package.
export AUTOMAKE="automake --foreign"
autoreconf --force --install --verbose
"""
_BASH = "#!/usr/bin/env bash\nset -euo pipefail\n\n"
_FAILED = "if errorlevel 1 exit 1\n"

Scripts = Mapping[str, str]


def c_scripts(facts: CFacts, *, is_linked: bool) -> Scripts:
    """Return the scripts by file name; `is_linked` tells that host libraries are needed."""
    match facts.build_system:
        case BuildSystem.CMAKE if facts.can_install:
            return _cmake(facts)
        case BuildSystem.CMAKE:
            return _refusing("CMakeLists.txt installs nothing: there is no install() in it")
        case BuildSystem.MESON:
            return _meson(facts)
        case BuildSystem.AUTOTOOLS:
            return {"build.sh": _autotools(facts, is_linked=is_linked)}
        case BuildSystem.HEADERS:
            return {"build.sh": _headers(facts)}
        case BuildSystem.MAKE:
            return _of_makefile(facts, is_linked=is_linked)


def _of_makefile(facts: CFacts, *, is_linked: bool) -> Scripts:
    if facts.can_install:
        return {"build.sh": _make(facts, is_linked=is_linked)}
    if facts.programs or facts.provides:
        return {"build.sh": _make_and_copy(facts, is_linked=is_linked)}
    return _refusing("the Makefile has no install target that knows a PREFIX")


def _cmake(facts: CFacts) -> Scripts:
    """Return the scripts of a CMake project; the project's own tests are run elsewhere."""
    options = (
        "-DCMAKE_BUILD_TYPE=Release",
        "-DBUILD_SHARED_LIBS=ON",
        "-DBUILD_TESTING=OFF",
        *(f"-D{one}" for one in facts.options if one != "BUILD_TESTING=OFF"),
    )
    unix = _command(
        f"cmake -S {quote(facts.folder or '.')} -B _build ${{CMAKE_ARGS:-}}",
        '-DCMAKE_INSTALL_PREFIX="$PREFIX"',
        '-DCMAKE_PREFIX_PATH="$PREFIX"',
        # typed, since projects that declare it a PATH would take it for one in this folder
        "-DCMAKE_INSTALL_LIBDIR:STRING=lib",
        *options,
    )
    windows = (
        f"cmake -S {facts.folder or '.'} -B _build -G Ninja %CMAKE_ARGS%",
        '-DCMAKE_INSTALL_PREFIX="%LIBRARY_PREFIX%"',
        '-DCMAKE_PREFIX_PATH="%LIBRARY_PREFIX%"',
        *options,
    )
    return {
        "build.sh": f'{_BASH}{unix}cmake --build _build --parallel "${{CPU_COUNT:-1}}"\n'
        "cmake --install _build\n",
        "bld.bat": _batch((windows, ("cmake --build _build",), ("cmake --install _build",))),
    }


def _meson(facts: CFacts) -> Scripts:
    options = (
        *("--default-library=shared", "--wrap-mode=nofallback"),
        *(f"-D{one}" for one in facts.options),
    )
    folder = f" {quote(facts.folder)}" if facts.folder else ""
    unix = _command(
        # Meson refuses what is said twice, and builders say these two in MESON_ARGS.
        f"meson setup _build{folder} ${{MESON_ARGS:---buildtype=release -Dlibdir=lib}}",
        '--prefix="$PREFIX"',
        *options,
    )
    windows = (
        f"meson setup _build{folder} --buildtype=release",
        '--prefix="%LIBRARY_PREFIX%"',
        *options,
    )
    return {
        "build.sh": f'{_BASH}{_pkg_config()}{unix}meson compile -C _build -j "${{CPU_COUNT:-1}}"\n'
        "meson install -C _build --no-rebuild\n",
        "bld.bat": _batch((windows, ("meson compile -C _build",), ("meson install -C _build",))),
    }


def _pkg_config() -> str:
    return 'export PKG_CONFIG_PATH="$PREFIX/lib/pkgconfig:$PREFIX/share/pkgconfig"\n'


def _autotools(facts: CFacts, *, is_linked: bool) -> str:
    enter = f"cd {quote(facts.folder)}\n" if facts.folder else ""
    renew = _RENEW if facts.needs_autoreconf else _KEEP
    if facts.config_folder and not facts.needs_autoreconf:
        renew += (
            "# The project's copy may not know of newer platforms.\n"
            'if [ -d "$BUILD_PREFIX/share/gnuconfig" ]; then\n'
            f'  cp "$BUILD_PREFIX"/share/gnuconfig/config.* {facts.config_folder}\nfi\n'
        )
    host = f"{_FIND_HOST_BY_FLAGS}{_pkg_config()}" if is_linked else ""
    configure = _command('./configure --prefix="$PREFIX"', *facts.options)
    return (
        f'{_BASH}{enter}{renew}{host}{configure}make -j"${{CPU_COUNT:-1}}"\nmake install\n'
        f"{_NO_LIBTOOL_FILES if '--disable-static' in facts.options else ''}"
    )


def _inside(text: str) -> str:
    """Return a text that stands between double quotes of a shell and means itself."""
    return re.sub(r'([$`"\\])', r"\\\1", text)


def _headers(facts: CFacts) -> str:
    folder = "." if facts.folder == "." else facts.folder
    lines = [
        f'cp -R "{_inside(folder)}/{_inside(one.removeprefix("include/"))}" "$PREFIX/include/"\n'
        for one in facts.headers
    ]
    return f'{_BASH}mkdir -p "$PREFIX/include"\n{"".join(lines)}'


def _make(facts: CFacts, *, is_linked: bool) -> str:
    """Return the script of `make install`; where only DESTDIR is known, the Makefile says /usr."""
    enter = f"cd {quote(facts.folder)}\n" if facts.folder else ""
    places = [one.partition("=") for one in facts.places if one != "DESTDIR="]
    arguments = " ".join((*(f'{one}="$PREFIX{below}"' for one, _, below in places), _COMPILERS))
    host = f"{_FIND_HOST}\n" if is_linked else ""
    install, move = (
        (f'make install DESTDIR="$PWD/_installed" {arguments}\n', _MOVE)
        if "DESTDIR=" in facts.places
        else (f"make install {arguments}\n", "")
    )
    return f'{_BASH}{enter}{host}make -j"${{CPU_COUNT:-1}}" {arguments}\n{install}{move}'


def _make_and_copy(facts: CFacts, *, is_linked: bool) -> str:
    """Return the script for a Makefile that builds and installs nothing."""
    enter = f"cd {quote(facts.folder)}\n" if facts.folder else ""
    host = f"{_FIND_HOST}\n" if is_linked else ""
    lines = [f'{enter}{host}make -j"${{CPU_COUNT:-1}}" {_COMPILERS}\n']
    if facts.programs:
        lines.append('mkdir -p "$PREFIX/bin"\n')
        lines += [f'install -m 755 {quote(one)} "$PREFIX/bin/"\n' for one in facts.programs]
    if facts.provides:
        lines.append('mkdir -p "$PREFIX/lib" "$PREFIX/include"\n')
        lines += [_FIND_LIBRARY.format(one.name) for one in facts.provides if is_word(one.name)]
        lines += [f'cp -R {quote(one)} "$PREFIX/include/"\n' for one in facts.headers]
    return f"{_BASH}# The Makefile installs nothing, so what it makes is copied.\n{''.join(lines)}"


def _refusing(reason: str) -> Scripts:
    """Return a script that says what is missing, for a project without a way to install."""
    return {
        "build.sh": f"{_BASH}# {reason}\n"
        "# Build here, then copy what belongs into the package below $PREFIX, for instance:\n"
        '#   make CC="$CC"\n'
        '#   install -D -m 755 program "$PREFIX/bin/program"\n'
        f'echo "build.sh: {reason}" >&2\nexit 1\n'
    }


def _command(*parts: str) -> str:
    return " \\\n  ".join(parts) + "\n"


def _batch(commands: Sequence[Sequence[str]]) -> str:
    lines = [" ^\n  ".join(parts) + "\n" + _FAILED for parts in commands]
    return f"@echo on\n{''.join(lines)}"
