"""C libraries and the conda packages that have their headers: a table of names, kept by hand.

Keys are `-l`, pkg-config and CMake names, and headers, in lower case; a `lib` in front may be left
out. The packages are those that conda-forge's recipes put into `host`.
"""

from collections.abc import Mapping
from types import MappingProxyType

from conda_sluice.model.library_aliases import ALIASES, CALLED_SO
from conda_sluice.model.library_headers import HEADERS

OF_THE_SYSTEM = frozenset(
    {
        *("c", "m", "dl", "rt", "util", "pthread", "pthreads", "threads", "stdc++", "gcc", "gcc_s"),
        *("atomic", "gomp", "gfortran", "quadmath", "stdc++fs", "c++", "c++fs", "omp", "anl"),
        *("nsl", "socket", "resolv", "network", "bsd", "crypt", "ucb", "watt", "xnet", "inet"),
        *("kstat", "kvm", "perfstat", "sendfile", "elf", "intl", "mingwex", "msvcrt", "winpthread"),
        *(
            "ws2_32",
            "user32",
            "kernel32",
            "advapi32",
            "shell32",
            "ole32",
            "psapi",
            "winmm",
            "gdi32",
        ),
        *("bcrypt", "crypt32", "iphlpapi", "secur32", "winhttp", "rpcrt4", "dbghelp", "shlwapi"),
        *("cygwin", "dld", "mlib", "devinfo", "procstat", "svld", "posix4", "thr", "pthreadgc2"),
        *("windowscodecs", "cryptext", "icucore", "network", "log", "android", "charset", "md"),
        *("corefoundation", "coretext", "coregraphics", "carbon", "cocoa", "iokit", "security"),
        *("applicationservices", "opengles", "asan", "ubsan", "tsan", "fuzzingengine", "b2"),
    }
)
"""Libraries of operating systems and compilers: no package of conda has them."""

_OF_PYTHON = {"python::development": "python", "python::numpy": "numpy"}
"""What bindings are compiled with; `python` alone is most often asked for as a program."""

LIBRARIES: Mapping[str, str] = MappingProxyType(
    {package: package for package in (*CALLED_SO, *ALIASES)}
    | {alias: package for package, names in ALIASES.items() for alias in names}
    | dict(HEADERS)
    | _OF_PYTHON
)
"""The package by each name that builds ask for."""

_BEGINNINGS = (
    ("absl_", "libabseil"),
    ("boost_", "libboost-devel"),
    ("gstreamer-", "gstreamer"),
    ("icu-", "icu"),
    ("qt5", "qt-main"),
    ("qt6", "qt6-main"),
    ("xcb-", "libxcb"),
)
"""Packages of many libraries, by what the names of all of them begin with."""


def package_with(library: str) -> str:
    """Return the package that has a library, by any name that builds ask for; "" if unknown."""
    asked = library.lower()
    known = LIBRARIES.get(asked) or LIBRARIES.get(asked.removeprefix("lib"))
    begun = (package for start, package in _BEGINNINGS if asked.startswith(start))
    if found := known or next(begun, ""):
        return found
    whole, _, part = asked.partition("::")  # a part of which nothing is known: ZLIB::ZLIB
    return package_with(whole) if part else ""


def package_of(name: str) -> str:
    """Return the package that conda-forge makes of a project by its or its library's name.

    "" where the table does not know it. What a -devel package, or one of several builds, is split
    from is known by name alone: several of them may be made of one project.
    """
    asked = name.lower()
    if asked in CALLED_SO or asked in ALIASES:
        return asked
    found = LIBRARIES.get(asked) or LIBRARIES.get(asked.removeprefix("lib"), "")
    whole = found.removesuffix("-devel").removesuffix("-double")
    return whole if whole == found or whole in (asked, f"lib{asked}") else ""


SPARED = frozenset(
    {
        *("alsa-lib", "at-spi2-atk", "at-spi2-core", "attr", "dbus", "elfutils", "ffmpeg"),
        *("freeglut", "glew", "glfw", "gperftools", "gtk2", "gtkmm-3.0", "hidapi", "libva"),
        *("libtirpc", "libvulkan-loader", "openal-soft", "portmidi", "rdma-core", "sdl3"),
        *("gstreamer", "gtk3", "gtk4", "jemalloc", "libacl", "libaio", "libb2", "libcrc32c"),
        *("libdap4", "libdrm", "libegl-devel", "libgl-devel", "libgles-devel", "libglu"),
        *("libnl", "libsamplerate", "libsystemd", "libtool", "libudev", "libunwind", "libusb"),
        *("opusfile", "portaudio", "pulseaudio", "qt-main", "qt6-main", "sdl2"),
        *("shared-mime-info", "tk", "twolame", "wavpack", "wayland", "wayland-protocols"),
        *("xorg-libxcomposite", "xorg-libxcursor", "xorg-libxdmcp", "xorg-libxft"),
        *("xorg-libxi", "xorg-libxinerama", "xorg-libxrandr", "xorg-libxscrnsaver", "zopfli"),
    }
)
"""What belongs to a desktop, to one system, or to few: libraries look for it and are packaged
without."""

ALTERNATIVES = (
    ("openssl", "gnutls", "libgcrypt-devel", "nettle", "nss", "mbedtls"),
    ("libxml2-devel", "expat"),
    ("libssh2", "libssh"),
    ("pcre2", "pcre"),
    ("readline", "libedit"),
    ("libblas", "openblas", "mkl-devel", "blis"),
    ("libpng", "libspng"),
    ("libev", "libevent", "libuv"),
)
"""Packages that do the same: of optional ones accepted recipes take the first that is asked for."""

BROUGHT: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "cairo": ("zlib", "expat", "xorg-xorgproto"),
        "fontconfig": ("expat",),
        "glib": ("zlib",),
        "hdf5": ("zlib",),
        "liblapack": ("libblas",),
        "libpng": ("zlib",),
    }
)
"""Packages that a package's headers, .pc file or CMake module ask for, and that it does not bring
to `host` itself."""
