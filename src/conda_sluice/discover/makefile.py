"""Reads a Makefile as text: its plain variables, its targets, how it installs."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from conda_sluice.discover.reading import read_text, walk

NAMES = ("GNUmakefile", "makefile", "Makefile")

_ASSIGNED = re.compile(
    r"^\s*(?:export\s+)?([\w.]+)\s*(?:\?|::?|\+)?=\s*(.*?)\s*(?:#.*)?$", re.MULTILINE
)
_TARGET = re.compile(r"^([\w./ -]+?)\s*::?(?!=)", re.MULTILINE)
_INCLUDED = re.compile(r"^-?include\s+([\w./-]+)", re.MULTILINE)
_USED = re.compile(r"\$[({]([\w.]+)[)}]")
_VERSION = re.compile(r"v?(\d+(?:\.\d+)+[\w.]*)")
_VERSION_WHOLE = re.compile(
    r'^\s*#\s*define\s+(\w*?)_?VERSION(?:_STRING|_STR)?\s+"v?(\d+(?:\.\d+)+)"', re.MULTILINE
)
_PARTS = ("MAJOR", "MINOR", "PATCH", "RELEASE", "MICRO")
_VERSION_PART = re.compile(
    rf"^\s*#\s*define\s+(\w*?)_?VERSION_({'|'.join(_PARTS)})\s+\(?(\d+)\)?", re.MULTILINE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeFacts:
    """What a Makefile, with the Makefiles of the folders just below it, says.

    `prefix_variable` is the variable that says where to install, "" where there is none.
    """

    file: str = ""
    targets: frozenset[str] = frozenset()
    prefix_variable: str = ""
    version: str = ""
    version_because: str = ""
    libraries: tuple[str, ...] = ()


def find_makefile(folder: Path) -> Path | None:
    """Return the Makefile that make would read in `folder`."""
    return next((folder / name for name in NAMES if (folder / name).is_file()), None)


def read_makefile(root: Path, name: str) -> MakeFacts:
    """Read the Makefile of the project `name` at `root`; nothing is said where there is none."""
    file = find_makefile(root)
    if file is None:
        return MakeFacts()
    content = read_text(file, root)
    deeper = "\n".join(read_text(path, root) for path in _included(root, content))
    variables = dict(_ASSIGNED.findall(content))
    libraries = _libraries(content, variables)
    version, because = _version(root, variables, file.name) or _version_in_headers(
        root, {name, *libraries}
    )
    return MakeFacts(
        file=file.name,
        targets=frozenset(word for found in _TARGET.findall(content) for word in found.split()),
        prefix_variable=_prefix_variable(f"{content}\n{deeper}"),
        version=version,
        version_because=because,
        libraries=libraries,
    )


def _included(root: Path, content: str) -> list[Path]:
    """Return the Makefiles that are included, and those below that make may be run in."""
    named = [root / name for name in _INCLUDED.findall(content)]
    below = [found for folder in sorted(root.iterdir()) if (found := _below(folder))]
    return [*named, *(below if "-C" in content or "$(MAKE)" in content else [])]


def _below(folder: Path) -> Path | None:
    return find_makefile(folder) if folder.is_dir() and not folder.is_symlink() else None


def _prefix_variable(content: str) -> str:
    used = set(_USED.findall(content)) | {name for name, _ in _ASSIGNED.findall(content)}
    return next((name for name in ("PREFIX", "prefix", "DESTDIR") if name in used), "")


def _version(root: Path, variables: dict[str, str], file: str) -> tuple[str, str] | None:
    """Return a version that is written in one clear place, and that place."""
    for name in ("VERSION", "PROJECT_VERSION", "LIBVERSION", "LIB_VERSION", "PACKAGE_VERSION"):
        if found := _VERSION.fullmatch(_filled(variables.get(name, ""), variables)):
            return found[1], f"{name} in {file}"
    for name in ("VERSION", "VERSION.txt", "version.txt"):
        if found := _VERSION.fullmatch(read_text(root / name, root).strip()):
            return found[1], name
    return None


def _filled(value: str, variables: dict[str, str]) -> str:
    return _USED.sub(lambda used: variables.get(used[1], used[0]), value)


def _version_in_headers(root: Path, names: Collection[str]) -> tuple[str, str]:
    """Return the version that a header defines: for one of `names`, else the only one there is."""
    found: dict[str, tuple[str, str]] = {}
    for path in walk(root, depth=2):
        if path.suffix in (".h", ".hpp"):
            content = read_text(path, root)
            for prefix, version in _defined_versions(content).items():
                found.setdefault(prefix.lower(), (version, path.relative_to(root).as_posix()))
    own = [found[name] for name in sorted(names) if name in found]
    others = set(found.values())
    return own[0] if own else others.pop() if len(others) == 1 else ("", "")


def _defined_versions(content: str) -> dict[str, str]:
    """Return the versions that a header defines, by the prefix of their macros."""
    if "VERSION" not in content:
        return {}
    parts: dict[str, dict[str, str]] = {}
    for prefix, part, number in _VERSION_PART.findall(content):
        parts.setdefault(prefix, {}).setdefault(part, number)
    split = {
        prefix: ".".join(said[part] for part in _PARTS if part in said)
        for prefix, said in parts.items()
        if {"MAJOR", "MINOR"} <= said.keys()
    }
    return dict(_VERSION_WHOLE.findall(content)) | split


def _libraries(content: str, variables: dict[str, str]) -> tuple[str, ...]:
    """Return the names of the libraries that the Makefile makes as libNAME.so or libNAME.a."""
    said = {_filled(one, variables) for one in re.findall(r"[\w$(){}/.-]*lib[\w$(){}.-]+", content)}
    names = (re.search(r"(?:^|/)lib([\w+-]+?)\.(?:so|a|dylib)\b", one) for one in said)
    return tuple(sorted({found[1] for found in names if found}))
