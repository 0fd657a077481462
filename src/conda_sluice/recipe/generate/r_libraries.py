"""What an R package asks of the system, as conda packages, and in which environment each belongs.

The words of SystemRequirements are free text, so they are searched for the names that are known.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from conda_sluice.model.facts import Link, LinkKind, RFacts
from conda_sluice.model.project import Project
from conda_sluice.model.recipe import Item
from conda_sluice.recipe.generate.naming import conda_libraries
from conda_sluice.recipe.generate.plain import plain

_WORDS = {
    r"bzip2|bz2": "bzip2",
    r"cairo": "cairo",
    r"cyrus sasl|libsasl2?|sasl": "cyrus-sasl",
    r"eigen3?": "eigen",
    r"exiv2": "exiv2",
    r"ffmpeg": "ffmpeg",
    r"fftw3?": "fftw",
    r"fontconfig": "fontconfig",
    r"freetype2?|libfreetype6?": "freetype",
    r"fribidi": "fribidi",
    r"gdal": "libgdal-core",
    r"geos": "geos",
    r"glpk|gnu linear programming kit": "glpk",
    r"gmp|gnu mp|gnu multiple precision": "gmp",
    r"gpgme": "gpgme",
    r"gsl|gnu scientific library": "gsl",
    r"gtk\+?2?": "gtk2",
    r"harfbuzz": "harfbuzz",
    r"hdf5": "hdf5",
    r"hiredis": "hiredis",
    r"hunspell": "hunspell",
    r"icu4c|icu|libicu": "icu",
    r"imagemagick(\+\+)?|magick\+\+": "imagemagick",
    r"jq|libjq": "jq",
    r"leptonica": "leptonica",
    r"libarchive": "libarchive",
    r"libcurl|curl": "libcurl",
    r"libgit2": "libgit2",
    r"libjpeg(-turbo)?|jpeg": "libjpeg-turbo",
    r"liblzma|xz|lzma": "liblzma-devel",
    r"libpng|png": "libpng",
    r"libpq|postgresql": "libpq",
    r"librsvg2?|rsvg": "librsvg",
    r"libsecret": "libsecret",
    r"libsodium|sodium": "libsodium",
    r"libssh": "libssh",
    r"libssh2": "libssh2",
    r"libtiff|tiff": "libtiff",
    r"libuv": "libuv",
    r"libwebp|webp": "libwebp-base",
    r"libxml2|libxml": "libxml2-devel",
    r"libxslt": "libxslt",
    r"lz4": "lz4-c",
    r"mariadb|mysql|libmysqlclient|libmariadb": "mysql-connector-c",
    r"mpfr": "mpfr",
    r"mpi|openmpi": "openmpi",
    r"netcdf|netcdf4": "libnetcdf",
    r"nlopt": "nlopt",
    r"opencv": "libopencv",
    r"opengl": "libgl-devel",
    r"openssl": "openssl",
    r"pcre2": "pcre2",
    r"poppler(-cpp)?": "poppler",
    r"proj\.?4?": "proj",
    r"protobuf|libprotobuf|protocol buffers?": "libprotobuf",
    r"quantlib": "quantlib",
    r"suitesparse": "suitesparse",
    r"tbb": "tbb-devel",
    r"tesseract": "tesseract",
    r"udunits-?2?": "udunits2",
    r"unixodbc|odbc3?": "unixodbc",
    r"x11": "xorg-libx11",
    r"zeromq3?|libzmq|zmq": "zeromq",
    r"zlib": "zlib",
    r"zstd": "zstd",
}
"""conda-forge's libraries, by the words that SystemRequirements has for them."""

_PROGRAMS = {
    r"bwidget": "bwidget",
    r"ghostscript": "ghostscript",
    r"graphviz": "graphviz",
    r"java|jdk|jre|openjdk": "openjdk",
    r"jags": "jags",
    r"node\.?js": "nodejs",
    r"pandoc": "pandoc",
    r"perl": "perl",
    r"phantomjs": "phantomjs",
    r"python3?": "python",
    r"quarto": "quarto",
}
"""What runs beside a package; it exports no requirement of its own, so run names it."""

_BROUGHT = {"openjdk": "rJava", "pandoc": "rmarkdown", "python": "reticulate"}
"""Programs, and the R package that runs them for others and requires them itself."""

_BUILD_TOOLS = {r"cmake": "cmake", r"bison": "bison", r"flex": "flex"}
_OF_EVERY_BUILD = (
    r"(?:use_)?(?:c\+\+ ?[0-9xyz]*|c[0-9]{2})|gnu make|gnumake|gcc|g\+\+|make"
    r"|fortran( ?[0-9]+)?|gfortran|openmp|blas|lapack|pthreads?|rust"
    r"|rustc|cargo|clang|r|tcl/?tk|posix|none|windows|macos|linux"
)
"""What compilers and R bring, or a compiler's line in the recipe already stands for."""

_LINKED = {
    "archive": "libarchive",
    "fontconfig": "fontconfig",
    "freetype": "freetype",
    "freetype2": "freetype",
    "fribidi": "fribidi",
    "geos_c": "geos",
    "git2": "libgit2",
    "glpk": "glpk",
    "gslcblas": "gsl",
    "harfbuzz": "harfbuzz",
    "hdf5_hl": "hdf5",
    "icu-i18n": "icu",
    "icu-uc": "icu",
    "icudata": "icu",
    "icui18n": "icu",
    "icuuc": "icu",
    "jags": "jags",
    "lept": "leptonica",
    "libtiff-4": "libtiff",
    "libxml-2.0": "libxml2-devel",
    "magick++": "imagemagick",
    "mysqlclient": "mysql-connector-c",
    "nlopt": "nlopt",
    "odbc": "unixodbc",
    "png16": "libpng",
    "poppler-cpp": "poppler",
    "pq": "libpq",
    "rsvg-2": "librsvg",
    "librsvg-2.0": "librsvg",
    "secret-1": "libsecret",
    "libsecret-1": "libsecret",
    "sodium": "libsodium",
    "ssh": "libssh",
    "ssh2": "libssh2",
    "tesseract": "tesseract",
    "uv": "libuv",
    "x11": "xorg-libx11",
    "zmq": "zeromq",
}
"""Libraries under their linker's or pkg-config's name, beyond those of C and C++ projects."""

_ALSO_IN_RUN = frozenset(
    {
        *("cyrus-sasl", "fftw", "gsl", "imagemagick", "jq", "leptonica", "libnetcdf"),
        *("libprotobuf", "mysql-connector-c", "nlopt", "openmpi", "poppler"),
        *("tesseract", "unixodbc"),
    }
)
"""Libraries that R packages on conda-forge name in run too: not each build exports itself."""

_LOWEST = r"[^()]{0,12}\(\s*>=\s*v?([0-9][0-9.]*[0-9]|[0-9])"
_IN_PARENTHESES = re.compile(r"\([^()]*\)")


@dataclass(slots=True)
class SystemNeeds:
    """Lines for each environment, and what is asked for that no table knows."""

    build: dict[str, Item] = field(default_factory=dict)
    host: dict[str, Item] = field(default_factory=dict)
    run: dict[str, Item] = field(default_factory=dict)
    unknown: list[Link] = field(default_factory=list)


def system_needs(project: Project, workspace: Sequence[Project]) -> SystemNeeds:
    """Return what the links of an R package are in conda; the workspace comes before tables."""
    needs = SystemNeeds()
    for link in project.compile.links:
        found, unknown = conda_libraries((_bare(link),), workspace)
        for name, reason in found.items() if project.is_compiled else ():
            is_own = any(name == one.name for one in workspace)
            if name == "sqlite" and link.kind is LinkKind.SYSTEM and not is_own:
                continue  # nobody links to it who does not say so: PROJ and GDAL bring it along
            why = plain(reason)
            needs.host.setdefault(name, Item(name, note=why, because=why, doubt=_doubt(link)))
        if unknown and not _add(link, needs, is_compiled=project.is_compiled):
            needs.unknown.append(link)
    own = {one.name for one in workspace}
    for package, item in needs.host.items():
        if package in _ALSO_IN_RUN - own:
            needs.run.setdefault(package, Item(item.text, because=item.because, doubt=item.doubt))
    for brought in _brought_to(project):
        needs.run.pop(brought, None)
    return needs


def _brought_to(project: Project) -> Iterator[str]:
    """Yield the programs that come along with a package of Depends or Imports."""
    if isinstance(project.facts, RFacts):
        loaded = {need.name for need in (*project.facts.depends, *project.facts.imports)}
        yield from (program for program, package in _BROUGHT.items() if package in loaded)


def _bare(link: Link) -> Link:
    """Return plain words without what stands in parentheses: bounds, and names on other systems."""
    return replace(link, name=_IN_PARENTHESES.sub("", link.name).strip())


def _doubt(link: Link) -> str:
    return f"{link.because} calls it optional" if "optional" in link.name.lower() else ""


def _add(link: Link, needs: SystemNeeds, *, is_compiled: bool) -> bool:
    if link.kind is LinkKind.SYSTEM:
        return _add_words(link, needs, is_compiled=is_compiled)
    asked = link.name.lower()
    name = _LINKED.get(asked) or _LINKED.get(asked.removeprefix("lib"))
    if name is None:
        # configure often tries several names for one thing: what is not known is no news
        return link.because.startswith("configure")
    verb = f"links to -l{link.name}"
    if link.kind is LinkKind.PKG_CONFIG or link.because.startswith("configure"):
        verb = f"asks for {link.name}"
    why = plain(f"{link.because} {verb}")
    needs.host.setdefault(name, Item(name, note=why, because=why))
    if name in _PROGRAMS.values():
        needs.run.setdefault(name, Item(name, because=why))
    return True


def _add_words(link: Link, needs: SystemNeeds, *, is_compiled: bool) -> bool:
    words = link.name.lower()
    why = plain(f"{link.because} names {link.name}")
    doubt = _doubt(link)
    found = False
    for name in _known(words, _WORDS):
        found = True
        if is_compiled:
            needs.host.setdefault(name, Item(name, note=why, because=why, doubt=doubt))
    for name in _known(words, _BUILD_TOOLS):
        found = True
        if "only" in words.split():  # where something else, which is asked for too, is missing
            continue
        needs.build.setdefault(name, Item(name, note=why, because=why, doubt=doubt))
    for pattern, name in _PROGRAMS.items():
        if _is_named(pattern, words):
            found = True
            lowest = re.search(_whole(pattern) + _LOWEST, words)
            spec = f"{name} >={lowest[1]}" if lowest and name != "openjdk" else name
            needs.run.setdefault(name, Item(spec, note=why, because=why, doubt=doubt))
            if is_compiled and name in {"openjdk", "jags"}:
                needs.host.setdefault(name, Item(name, note=why, because=why))
    return found or re.match(rf"(?:{_OF_EVERY_BUILD})(?![\w+])", words) is not None


def _known(words: str, table: dict[str, str]) -> Iterator[str]:
    return (name for pattern, name in table.items() if _is_named(pattern, words))


def _is_named(pattern: str, words: str) -> bool:
    return re.search(_whole(pattern), words) is not None


def _whole(pattern: str) -> str:
    return rf"(?<![\w+/.-])(?:{pattern})(?![\w/-])"
