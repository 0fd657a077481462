"""Reads a Makefile as text: its plain variables, its targets, how it installs."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from conda_sluice.discover.c.sources import may_be_built
from conda_sluice.discover.reading import read_text
from conda_sluice.model.facts import Link, LinkKind
from conda_sluice.model.library_names import package_with

NAMES = ("GNUmakefile", "makefile", "Makefile")

_ASSIGNED = re.compile(
    r"^[ \t]*(?:export\s+)?([\w.]+)\s*(?:\?|::?|\+)?=\s*(.*?)\s*(?:#.*)?$", re.MULTILINE
)
_TARGET = re.compile(r"^([\w./ -]+?)\s*::?(?!=)", re.MULTILINE)
_INCLUDED = re.compile(r"^[ \t]*-?include\s+([\w./$(){}-]+)", re.MULTILINE)
_NAMED_BELOW = re.compile(r"(?!/)(?!.*\.\./)[^$]*[^$*/][^$]*")
_USED = re.compile(r"\$[({]([\w.]+)[)}]")
_VERSION = re.compile(r"v?(\d+(?:\.\d+)+[\w.]*)")
_RULE = re.compile(r"^([\w./$(){} +-]+?)\s*::?(?!=)[^\n]*\n((?:\t[^\n]*\n?)*)", re.MULTILINE)
_LINKS = re.compile(
    r"(?:\$[({](?:CC|CXX|LD|LINK\S*|FC)[)}]|\b(?:gcc|g\+\+|cc|c\+\+|clang)\b).*\s-o\b"
)
_OF_PKG_CONFIG = re.compile(r"(?:\bpkg-config|\$[({]PKG_?CONFIG[)}])((?:[ \t]+[\"']?[\w.+=-]+)+)")
_LINKED = re.compile(r"(?<![\w-])-l([A-Za-z]\w*)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeFacts:
    """What a Makefile, with the Makefiles of the folders just below it, says.

    `places` are the variables that say where to install, each with what follows the prefix in it:
    `PREFIX=`, `LIBDIR=/lib`. `programs` are what a plain make links, `installed` those of them that
    its own installation puts into bin.
    """

    file: str = ""
    targets: frozenset[str] = frozenset()
    places: tuple[str, ...] = ()
    version: str = ""
    version_because: str = ""
    libraries: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
    installed: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()


def find_makefile(folder: Path) -> Path | None:
    """Return the Makefile that make would read in `folder`."""
    return next((folder / name for name in NAMES if (folder / name).is_file()), None)


def read_makefile(root: Path) -> MakeFacts:
    """Read the Makefile of the project at `root`; nothing is said where there is none."""
    file = find_makefile(root)
    if file is None:
        return MakeFacts()
    content = read_text(file, root)
    deeper = "\n".join(read_text(path, root) for path in _included(root, content))
    assigned = _ASSIGNED.findall(content)
    variables = dict(assigned)
    libraries = _libraries(content, variables)
    version, because = _version(root, assigned, file.name) or ("", "")
    programs = _programs(content, variables)
    return MakeFacts(
        file=file.name,
        targets=frozenset(word for found in _TARGET.findall(content) for word in found.split()),
        places=_places(f"{content}\n{deeper}"),
        version=version,
        version_because=because,
        libraries=libraries,
        programs=programs,
        installed=tuple(one for one in programs if _is_installed(one, content, variables)),
        links=(
            *_linked(content, file.name, libraries),
            *(
                Link(LinkKind.LIBRARY, one.name, one.because, is_optional=True)
                for path in _below_that_build(root, content)
                for one in _linked(
                    read_text(path, root), path.relative_to(root).as_posix(), libraries
                )
                if package_with(one.name)
            ),
            *_asked_of_pkg_config(content, file.name),
        ),
    )


def _linked(content: str, file: str, own: Collection[str]) -> Iterator[Link]:
    """Yield the libraries that a Makefile names with -l."""
    for name in dict.fromkeys(_LINKED.findall(content)):
        if name not in own:
            yield Link(LinkKind.LIBRARY, name, file)


def _asked_of_pkg_config(content: str, file: str) -> Iterator[Link]:
    """Yield the modules whose flags a Makefile takes from pkg-config."""
    code = re.sub(r"^[ \t]*#.*$", "", content, flags=re.MULTILINE)
    for said in _OF_PKG_CONFIG.findall(re.sub(r"[<>=]+\s*[\d.]+", "", code)):
        for name in re.sub(r"[\"']", " ", said).split():
            if package_with(name):
                yield Link(LinkKind.PKG_CONFIG, name, file)


def _below_that_build(root: Path, content: str) -> list[Path]:
    """Return the Makefiles of folders with sources of the package, where make is run in some."""
    if "-C" not in content and "$(MAKE)" not in content:
        return []
    folders = [one for one in sorted(root.iterdir()) if may_be_built(one.name)]
    return [found for one in folders if (found := _below(one))]


def _included(root: Path, content: str) -> list[Path]:
    """Return the Makefiles that are included, and those below that make may be run in.

    Of several whose name depends on the system, the one for Linux.
    """
    patterns = [re.sub(r"[*]+", "*", _USED.sub("*", one)) for one in _INCLUDED.findall(content)]
    named = [
        file
        for one in patterns
        if _NAMED_BELOW.fullmatch(one)
        for file in sorted(root.glob(one))
        if "*" not in one or "linux" in file.name.lower()
    ]
    below = [found for folder in sorted(root.iterdir()) if (found := _below(folder))]
    return [*named, *(below if "-C" in content or "$(MAKE)" in content else [])]


def _below(folder: Path) -> Path | None:
    return find_makefile(folder) if folder.is_dir() and not folder.is_symlink() else None


def _places(content: str) -> tuple[str, ...]:
    """Return the variables of installation: the usual name, else all that name a system's folder.

    Another folder for the libraries of 64 bits is left for lib.
    """
    assigned = _ASSIGNED.findall(content)
    used = {*_USED.findall(content), *(name for name, _ in assigned)}
    usual = [name for name in ("PREFIX", "prefix") if name in used][:1]
    rooted = dict.fromkeys(name for name, value in assigned if value in ("/usr", "/usr/local"))
    prefixes = usual or list(rooted) or [name for name in ("DESTDIR",) if name in used]
    wide = dict.fromkeys(
        name for name, value in assigned if re.fullmatch(r"\$[({]\w+[)}]/lib64", value)
    )
    return (*(f"{one}=" for one in prefixes), *(f"{one}=/lib" for one in wide))


def _version(root: Path, assigned: Sequence[tuple[str, str]], file: str) -> tuple[str, str] | None:
    """Return a version that is written in one clear place, and that place.

    Of several, in conditions that are not known here, the first one is taken.
    """
    for name in ("VERSION", "PROJECT_VERSION", "LIBVERSION", "LIB_VERSION", "PACKAGE_VERSION"):
        values = (_filled(value, dict(assigned)) for one, value in assigned if one == name)
        if found := next(filter(None, map(_VERSION.fullmatch, values)), None):
            return found[1], f"{name} in {file}"
    for name in ("VERSION", "VERSION.txt", "version.txt"):
        if found := _VERSION.fullmatch(read_text(root / name, root).strip()):
            return found[1], name
    return None


def _filled(value: str, variables: dict[str, str]) -> str:
    return _USED.sub(lambda used: variables.get(used[1], used[0]), value)


def _programs(content: str, variables: dict[str, str]) -> tuple[str, ...]:
    """Return the programs that a plain `make` links: its first target, or what that one needs.

    A rule links where its commands run a compiler without -c and name an output.
    """
    rules = {
        _filled(target, variables): body
        for targets, body in _RULE.findall(re.sub(r"\\\n", " ", content))
        for target in targets.split()
    }
    linked = [
        name
        for name, body in rules.items()
        if re.fullmatch(r"[A-Za-z0-9][\w+-]*", name) and _LINKS.search(body)
        if not re.search(r"\s-c\s", body) and not re.search("test|bench|example|check|fuzz", name)
    ]
    goal = next((target for target in rules if target[:1] not in (".", "$")), "")
    if not goal:
        return ()
    wanted = re.search(rf"^{re.escape(goal)}\s*::?(?!=)([^\n;#]*)", content, re.MULTILINE)
    named = {goal, *(_filled(wanted[1], variables).split() if wanted else ())}
    return tuple(name for name in linked if name in named)


def _is_installed(program: str, content: str, variables: dict[str, str]) -> bool:
    """Tell whether a rule for installing names a program and a folder bin in one command."""
    rules = _RULE.findall(re.sub(r"\\\n", " ", content))
    lines = [
        _filled(_filled(line, variables), variables)
        for targets, body in rules
        if targets.startswith("install")
        for line in body.splitlines()
    ]
    word = rf"(?<![\w.-]){re.escape(program)}(?![\w.-])"
    return any(re.search(word, line) and re.search(r"/bin\b", line) for line in lines)


def _libraries(content: str, variables: dict[str, str]) -> tuple[str, ...]:
    """Return the names of the libraries that the Makefile makes as libNAME.so or libNAME.a."""
    said = {_filled(one, variables) for one in re.findall(r"[\w$(){}/.-]*lib[\w$(){}.-]+", content)}
    names = (re.search(r"(?:^|/)lib([\w+-]+?)\.(?:so|a|dylib)\b", one) for one in said)
    return tuple(sorted({found[1] for found in names if found}))
