"""C libraries by the names under which builds ask for them, as conda packages."""

from collections.abc import Iterable, Mapping, Sequence

from conda_sluice.model.facts import CFacts, Link, LinkKind
from conda_sluice.model.names import PackageName
from conda_sluice.model.project import Project

_OF_THE_SYSTEM = frozenset(
    {
        *("c", "m", "dl", "rt", "util", "pthread", "threads", "stdc++", "gcc", "gcc_s", "atomic"),
        *("gomp", "gfortran", "quadmath", "ws2_32", "user32", "kernel32", "advapi32", "shell32"),
        *("ole32", "psapi", "winmm", "bcrypt", "crypt32", "iphlpapi", "stdc++fs"),
    }
)
"""Libraries of the operating system and of the compiler."""

_CONDA = {
    "blas": "libblas",
    "boost": "libboost-devel",
    "bz2": "bzip2",
    "cblas": "libcblas",
    "crypto": "openssl",
    "curl": "libcurl",
    "eigen3": "eigen",
    "ffi": "libffi",
    "fftw3": "fftw",
    "gdal": "libgdal",
    "glib-2.0": "glib",
    "gtest": "gtest",
    "iconv": "libiconv",
    "jpeg": "libjpeg-turbo",
    "lapack": "liblapack",
    "lz4": "lz4-c",
    "lzma": "liblzma-devel",
    "netcdf": "libnetcdf",
    "nlohmann_json": "nlohmann_json",
    "png": "libpng",
    "protobuf": "libprotobuf",
    "readline": "readline",
    "sqlite3": "sqlite",
    "ssl": "openssl",
    "tiff": "libtiff",
    "uuid": "libuuid",
    "webp": "libwebp-base",
    "xml2": "libxml2-devel",
    "xslt": "libxslt",
    "yaml": "yaml",
    "z": "zlib",
    **{
        name: name
        for name in (
            *("bzip2", "cairo", "expat", "fmt", "fontconfig", "freetype", "geos", "glib", "gmp"),
            *(
                "gsl",
                "hdf5",
                "icu",
                "libevent",
                "libpng",
                "libsodium",
                "libtiff",
                "mpfr",
                "ncurses",
            ),
            *(
                "openssl",
                "pango",
                "pcre2",
                "proj",
                "spdlog",
                "udunits2",
                "yaml-cpp",
                "zlib",
                "zstd",
            ),
        )
    },
}
"""conda-forge's packages, by library, pkg-config or CMake name in lower case without `lib`."""


def conda_libraries(
    links: Sequence[Link], workspace: Iterable[Project]
) -> tuple[Mapping[PackageName, str], tuple[Link, ...]]:
    """Return the packages that provide `links`, each with the reason, and the links unknown.

    A project of the workspace comes before the table of what conda-forge has.
    """
    projects = tuple(workspace)
    found: dict[PackageName, str] = {}
    unknown: list[Link] = []
    for link in links:
        name = _from_workspace(link, projects) or _from_table(link)
        if name:
            found.setdefault(name, _because(link))
        elif not _is_of_the_system(link):
            unknown.append(link)
    return found, tuple(unknown)


def _because(link: Link) -> str:
    match link.kind:
        case LinkKind.LIBRARY:
            return f"{link.because} links to -l{link.name}"
        case LinkKind.CMAKE:
            return f"{link.because} asks find_package for {link.name}"
        case LinkKind.PKG_CONFIG:
            return f"{link.because} asks pkg-config for {link.name}"
        case LinkKind.SYSTEM:
            return f"{link.because} names {link.name}"


def _from_workspace(link: Link, projects: Sequence[Project]) -> PackageName | None:
    for project in projects:
        if isinstance(project.facts, CFacts) and _provides(project.name, project.facts, link):
            return project.name
    return None


def _provides(name: PackageName, facts: CFacts, link: Link) -> bool:
    asked = link.name.lower()
    if link.kind is LinkKind.SYSTEM:  # plain words: the project's own name, or a library's
        libraries = {one.name.lower() for one in facts.provides}
        return asked in {name, *libraries, *(f"lib{one}" for one in libraries)}
    return any(one.kind is link.kind and one.name.lower() == asked for one in facts.provides)


def _from_table(link: Link) -> PackageName | None:
    asked = link.name.lower()
    known = _CONDA.get(asked) or _CONDA.get(asked.removeprefix("lib"))
    return PackageName(known) if known else None


def _is_of_the_system(link: Link) -> bool:
    return link.name.lower() in _OF_THE_SYSTEM
