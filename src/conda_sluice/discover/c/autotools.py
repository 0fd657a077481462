"""What an autotools project says of itself: version, languages, what it looks for and installs."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from conda_sluice.discover.c.addresses import gnu_home
from conda_sluice.discover.c.autoconf import Configure, read_configure
from conda_sluice.discover.c.autotools_beside import links_beside
from conda_sluice.discover.c.autotools_links import links_of_configure, options_against_copies
from conda_sluice.discover.c.build_facts import BuildFacts, surest
from conda_sluice.discover.c.configure_script import (
    called_by_script,
    is_made_by_autoconf,
    links_of_script,
)
from conda_sluice.discover.c.makefile_in import installed_programs, numbered_libraries
from conda_sluice.discover.reading import read_text

_COMPILERS = {
    **dict.fromkeys(("AC_PROG_CC", "AC_PROG_CC_C99", "AM_PROG_CC_C_O", "AC_PROG_CC_STDC"), "c"),
    "AC_PROG_CXX": "cxx",
    **dict.fromkeys(("AC_PROG_FC", "AC_PROG_F77"), "fortran"),
}
_CXX_OPTIONS = ("cxx", "cpp", "cplusplus", "c++")
"""What options are called that leave C++ out."""
_LIBTOOL = ("LT_INIT", "AC_PROG_LIBTOOL", "AM_PROG_LIBTOOL")
_TOOLS = {
    "AC_PROG_YACC": "bison",
    "AC_PROG_LEX": "flex",
    "AM_PROG_LEX": "flex",
    "AM_GNU_GETTEXT": "gettext-tools",
    "AC_PROG_INTLTOOL": "intltool",
    "IT_PROG_INTLTOOL": "intltool",
    **dict.fromkeys(
        ("PKG_CHECK_MODULES", "PKG_PROG_PKG_CONFIG", "PKG_CHECK_EXISTS", "PKG_CHECK_VAR"),
        "pkg-config",
    ),
}
_VERSION = re.compile(r"v?(\d+(?:\.\d+)*[\w.]*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class AutotoolsFacts(BuildFacts):
    """What configure.ac and the Makefile.am files say.

    `has_configure` tells that the script is there already; `config_folder` is where a copy of
    config.sub lies, "." for the top and "" for nowhere.
    """

    file: str = ""
    has_configure: bool = False
    config_folder: str = ""


def read_autotools(root: Path) -> AutotoolsFacts:
    """Read the autotools project at `root`."""
    configure = read_configure(root)
    has_configure = (root / "configure").is_file()
    if configure is None:
        return _of_script(root)
    name, version, because, home = _init(configure, root)
    makefiles = _Makefiles(root, configure.variables)
    numbered = numbered_libraries(root)
    abi, abi_because = makefiles.abi()
    if len(set(numbered.values())) == 1:
        abi, abi_because = min(numbered.values()), f"SONAME in {configure.file} or Makefile.in"
    return AutotoolsFacts(
        file=configure.file,
        name=name,
        version=version,
        version_because=because,
        home=home,
        languages=_languages(configure),
        links=surest((*links_of_configure(configure), *links_beside(configure, root))),
        tools=_tools(configure, root, has_configure=has_configure),
        libraries=makefiles.libraries() or tuple(numbered),
        headers=makefiles.headers(),
        programs=makefiles.programs() or installed_programs(root),
        pkg_configs=makefiles.pkg_configs(),
        has_configure=has_configure,
        config_folder=_config_folder(root),
        options=(
            *_kind_of_libraries(configure),
            *options_against_copies(configure),
            *(("MAKEINFO=true",) if _has_manual(root) else ()),
        ),
        files=tuple(f"lib/pkgconfig/{one}.pc" for one in makefiles.pkg_configs()),
        abi=abi,
        abi_because=abi_because,
    )


def _languages(configure: Configure) -> tuple[str, ...]:
    """Return the languages that configure asks the compilers of; libtool asks for C's."""
    found = dict.fromkeys(_COMPILERS[one.name] for one in configure.named(*_COMPILERS))
    options = configure.named("AC_ARG_ENABLE")
    if any(configure.is_on(one) and one.arguments[0] in _CXX_OPTIONS for one in options):
        found["cxx"] = None
    if not found and next(configure.named(*_LIBTOOL), None):
        found["c"] = None
    return tuple(found)


def _of_script(root: Path) -> AutotoolsFacts:
    """Read what a `configure` script without its source says: name and version.

    One that only calls another script in a folder below needs what that one needs.
    """
    script = read_text(root / "configure", root)
    said = dict(re.findall(r"^PACKAGE_(NAME|VERSION|URL)='([^']*)'", script, re.MULTILINE))
    folder = called_by_script(root)
    inner = read_configure(folder) if folder else None
    asks = not is_made_by_autoconf(script) and "pkg-config" in script
    return AutotoolsFacts(
        file="configure",
        name=said.get("NAME", ""),
        version=said.get("VERSION", ""),
        version_because="PACKAGE_VERSION in configure" if said.get("VERSION") else "",
        home=said.get("URL", ""),
        languages=_languages(inner) if inner else (),
        tools=("make", "pkg-config") if asks else ("make",),
        links=links_of_configure(inner) if inner else links_of_script(root),
        has_configure=True,
        config_folder=_config_folder(root),
    )


def _init(configure: Configure, root: Path) -> tuple[str, str, str, str]:
    """Return name, version, where the version stands, and home, as AC_INIT says them."""
    init = next(configure.named("AC_INIT"), None)
    said = (*(init.arguments if init else ()), "", "", "", "", "")
    version = _VERSION.fullmatch(said[1])
    because = f"AC_INIT in {configure.file}"
    if version is None:
        old = next(configure.named("AM_INIT_AUTOMAKE"), None)
        arguments = old.arguments if old else ()
        version = _VERSION.fullmatch(arguments[1]) if len(arguments) > 1 else None
        because = f"AM_INIT_AUTOMAKE in {configure.file}"
        said = (arguments[0] if version else said[0], *said[1:])
    found = version[1] if version else ""
    if not found:
        script = read_text(root / "configure", root)
        made = re.search(r"^PACKAGE_VERSION='v?(\d[\w.]*)'", script, re.MULTILINE)
        found, because = (made[1], "PACKAGE_VERSION in configure") if made else ("", "")
    name = said[3] if re.fullmatch(r"[\w.+-]+", said[3]) else said[0]
    if init and len(init.arguments) == 1 and said[0] == init.arguments[0]:
        name = ""  # of old it named a file that surely is there
    home = said[4] if said[4].startswith("http") else gnu_home(said[0], said[3])
    return name, found, because, home


def _tools(configure: Configure, root: Path, *, has_configure: bool) -> tuple[str, ...]:
    """Return the programs that configure and make run."""
    called = {one.name for one in configure.calls if not one.is_dead}
    found = dict.fromkeys(("make",))
    if not has_configure:
        found |= dict.fromkeys(("autoconf", "automake"))
        if called & set(_LIBTOOL):
            found["libtool"] = None
        if any(name.startswith("AX_") for name in called) and not list(root.glob("m4/ax_*.m4")):
            found["autoconf-archive"] = None
    for macro, tool in _TOOLS.items():
        # what bison, flex and gettext make is shipped together with configure
        if macro in called and (not has_configure or tool in ("pkg-config", "intltool")):
            found[tool] = None
    return tuple(found)


def _kind_of_libraries(configure: Configure) -> tuple[str, ...]:
    """Return libtool's options for shared libraries alone, which are not every default."""
    macros = list(configure.named(*_LIBTOOL))
    if not macros:
        return ()
    words = " ".join(word for one in macros for word in one.arguments)
    is_static = next(configure.named("AC_DISABLE_SHARED"), None) or "disable-shared" in words
    return (*(("--enable-shared",) if is_static else ()), "--disable-static")


def _has_manual(root: Path) -> bool:
    """Tell whether there is a manual in Texinfo: what configure writes makes it out of date.

    It is not made anew, which asks for a program that few have.
    """
    return any(next(root.glob(one), None) for one in ("*.texi", "*/*.texi", "*/*.texinfo"))


def _config_folder(root: Path) -> str:
    """Return where config.sub lies: what gnuconfig's newer copy replaces."""
    for folder in (
        ".",
        "build-aux",
        "config",
        "autotools",
        "aux",
        "cfg",
        "conf",
        "support",
        "scripts",
    ):
        if (root / folder / "config.sub").is_file():
            return folder
    return ""


class _Makefiles:
    """The Makefile.am files of a project, tests and the like left out."""

    def __init__(self, root: Path, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self._files: list[tuple[str, Mapping[str, str]]] = []
        self._read(root, root, depth=4)

    def _read(self, root: Path, folder: Path, *, depth: int) -> None:
        content = read_text(folder / "Makefile.am", root)
        for included in re.findall(
            r"^include\s+(?:\$\([\w]+\)/)?([\w./-]+)", content, re.MULTILINE
        ):
            if ".." not in included:
                content += "\n" + read_text(root / included, root)
        said = _assignments(content)
        self._files.append((folder.relative_to(root).as_posix(), said))
        for below in self._words(said.get("SUBDIRS", ""), said):
            if (
                depth
                and re.fullmatch(r"[\w-]+", below)
                and not re.search("test|example|doc", below)
            ):
                self._read(root, folder / below, depth=depth - 1)

    def _words(self, text: str, said: Mapping[str, str]) -> list[str]:
        for _ in range(3):
            text = re.sub(
                r"\$[({](\w+)[)}]|@(\w+)@",
                lambda one: (
                    said.get(one[1] or one[2]) or self._variables.get(one[1] or one[2], "$")
                ),
                text,
            )
        return [word for word in text.split()[:500] if "$" not in word and "@" not in word]

    def _all(self, pattern: str) -> Iterator[tuple[str, str, Mapping[str, str]]]:
        for _, said in self._files:
            for key, value in said.items():
                if re.fullmatch(pattern, key):
                    yield from ((key, word, said) for word in self._words(value, said))

    def libraries(self) -> tuple[str, ...]:
        """Return the shared libraries that libtool makes and installs."""
        files = (
            word.rpartition("/")[2]
            for _, word, said in self._all("lib_LTLIBRARIES")
            if "-module" not in self._flags(word, said)
        )
        names = (one[3:].removesuffix(".la") for one in files if one.startswith("lib"))
        return tuple(dict.fromkeys(names))

    def _flags(self, library: str, said: Mapping[str, str]) -> str:
        key = re.sub(r"\W", "_", library)
        return " ".join(said.get(one, "") for one in (f"{key}_LDFLAGS", "AM_LDFLAGS"))

    def programs(self) -> tuple[str, ...]:
        """Return the programs that are installed."""
        words = (word.rpartition("/")[2] for _, word, _ in self._all("bin_PROGRAMS"))
        return tuple(dict.fromkeys(word for word in words if re.fullmatch(r"[\w.+-]+", word)))

    def headers(self) -> tuple[str, ...]:
        """Return the headers that are installed right below include."""
        found: dict[str, None] = {}
        for key, word, _ in self._all(r"(nobase_)?(dist_|nodist_)?include_HEADERS"):
            name = word if key.startswith("nobase_") else word.rpartition("/")[2]
            if re.fullmatch(r"[\w./+-]+\.(h|hh|hpp|hxx|f90|inc)", name) and ".." not in name:
                found[f"include/{name}"] = None
        return tuple(found)

    def pkg_configs(self) -> tuple[str, ...]:
        """Return the names of the .pc files that are installed."""
        words = (
            word.rpartition("/")[2] for _, word, _ in self._all(r"(nodist_|dist_)?pkgconfig_DATA")
        )
        return tuple(dict.fromkeys(one.removesuffix(".pc") for one in words if one.endswith(".pc")))

    def abi(self) -> tuple[str, str]:
        """Return the number in the SONAME that libtool's -version-info gives on Linux.

        It is current minus age (libtool's manual, "Updating library version information").
        """
        found: set[tuple[str, str]] = set()
        for folder, said in self._files:
            for _, library, _ in self._own_libraries(said):
                flags = " ".join(self._words(self._flags(library, said), said))
                info = re.search(r"-version-info\s+(\d+)(?::\d+(?::(\d+))?)?(?!\S)", flags)
                number = re.search(r"-version-number\s+(\d+)", flags)
                place = "Makefile.am" if folder == "." else f"{folder}/Makefile.am"
                if info:
                    abi = int(info[1]) - int(info[2] or 0)
                    found.add((str(abi), f"{info[0]} in {place}"))
                elif number:
                    found.add((number[1], f"{number[0]} in {place}"))
        return min(found) if len({abi for abi, _ in found}) == 1 else ("", "")

    def _own_libraries(
        self, said: Mapping[str, str]
    ) -> Sequence[tuple[str, str, Mapping[str, str]]]:
        value = said.get("lib_LTLIBRARIES", "")
        return [("", word, said) for word in self._words(value, said)]


def _assignments(content: str) -> Mapping[str, str]:
    """Return the variables of a Makefile.am that are set outside of every `if`."""
    found: dict[str, str] = {}
    depth = 0
    for line in re.sub(r"\\\n", " ", content).splitlines():
        word = line.split(" ", 1)[0]
        depth = max(0, depth + (word == "if") - (word == "endif"))
        said = re.match(r"\s*([\w.]+)\s*(\+?=)\s*([^#]*)", line)
        if said and (depth == 0 or said[1].endswith("LDFLAGS")):
            before = f"{found.get(said[1], '')} " if said[2] == "+=" else ""
            found[said[1]] = f"{before}{said[3].strip()}"
    return found
