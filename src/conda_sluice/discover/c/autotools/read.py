"""What an autotools project says of itself: version, languages, what it looks for and installs."""

import re
from dataclasses import dataclass
from pathlib import Path

from conda_sluice.discover.c.addresses import gnu_home
from conda_sluice.discover.c.autotools.beside import links_beside
from conda_sluice.discover.c.autotools.configure import Configure, read_configure
from conda_sluice.discover.c.autotools.links import links_of_configure, options_against_copies
from conda_sluice.discover.c.autotools.makefile_am import Makefiles
from conda_sluice.discover.c.autotools.makefile_in import (
    installed_programs,
    linked_libraries,
    numbered_libraries,
)
from conda_sluice.discover.c.autotools.script import (
    called_by_script,
    is_made_by_autoconf,
    links_of_script,
)
from conda_sluice.discover.c.build_facts import BuildFacts, surest
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
_FOLDER = re.compile(r"[\w-][\w.-]*(?:/[\w-][\w.-]*)*")
_USUAL_FOLDERS = (
    *(".", "build-aux", "config", "autotools", "aux", "cfg", "conf", "support"),
    "scripts",
)
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
    makefiles = Makefiles(root, configure.variables)
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
        links=surest(
            (
                *links_of_configure(configure),
                *links_beside(configure, root),
                *makefiles.links(),
                *linked_libraries(root),
            )
        ),
        tools=_tools(configure, has_configure=has_configure),
        libraries=makefiles.libraries() or tuple(numbered),
        headers=makefiles.headers(),
        programs=makefiles.programs() or installed_programs(root),
        pkg_configs=makefiles.pkg_configs(),
        has_configure=has_configure,
        config_folder=_config_folder(root, configure),
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


def _tools(configure: Configure, *, has_configure: bool) -> tuple[str, ...]:
    """Return the programs that configure and make run."""
    called = {one.name for one in configure.calls if not one.is_dead}
    found = dict.fromkeys(("make",))
    if not has_configure:
        found |= dict.fromkeys(("autoconf", "automake"))
        if called & set(_LIBTOOL):
            found["libtool"] = None
        if configure.macros.archived:
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


def _config_folder(root: Path, configure: Configure | None = None) -> str:
    """Return where config.sub lies: what gnuconfig's newer copy replaces."""
    said = configure.named("AC_CONFIG_AUX_DIR") if configure else ()
    named = (folder for one in said for folder in one.arguments if _FOLDER.fullmatch(folder))
    folders = (*named, *_USUAL_FOLDERS)
    return next((one for one in folders if (root / one / "config.sub").is_file()), "")
