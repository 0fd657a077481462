"""A C project's version, where its build files do not say it: other files, headers, the name."""

import re
from collections.abc import Collection, Sequence
from pathlib import Path

from packaging.version import InvalidVersion, Version

from conda_sluice.discover.c.autotools.read import read_autotools
from conda_sluice.discover.c.build_facts import BuildFacts
from conda_sluice.discover.c.makefile import read_makefile
from conda_sluice.discover.c.sources import HEADERS
from conda_sluice.discover.naming import folder_name, stem
from conda_sluice.discover.reading import MAX_BYTES, read_text, walk

_VERSION = re.compile(r"v?(\d+(?:\.\d+)+[\w.]*)")
_OF_FOLDER = re.compile(r"[-_]v?(\d+(?:[._]\d+)+[a-z]?\d*)$|[-_](\d{8})$", re.IGNORECASE)
_LONE = re.compile(r"[-_](\d{2,})$")
_WHOLE = re.compile(
    r"^\s*#\s*define\s+(\w*?)_?(?:VERSION|VER)(?:_?STRING|_?STR|_?TEXT|_?NUMBER)?"
    r'\s+"(?:[a-z]+[ -])?v?(\d+(?:\.\d+)+\w*)"',
    re.MULTILINE,
)
_PARTS = ("MAJOR", "MINOR", "PATCH", "RELEASE", "MICRO", "REVISION", "PATCHLEVEL", "BUILD", "TEENY")
_PART = re.compile(
    r"^\s*(?:#\s*define|(?:static\s+)?const(?:expr)?\s+(?:unsigned\s+)?int)\s+"
    rf"(\w*?)_?(?:VERSION|VER)?_?({'|'.join(_PARTS)})(?:_VERSION|_VER)?"
    r"(?:\s+|\s*=\s*)\(?(\d+)\)?\s*(?:$|/|;)",
    re.MULTILINE,
)


def find_version(root: Path, name: str, facts: BuildFacts) -> tuple[str, str, tuple[str, ...]]:
    """Return the version, the place that says it, and doubts; "" where nothing says one.

    A release is unpacked into a folder that is called after it. Where that folder and the build
    files differ, the folder is right: versions in files are forgotten, shortened, or those of what
    the project brings along. A folder of another name, and a checkout, may be called anything.
    """
    version, because = _version_of_files(root, name, facts)
    folder = _version_of_folder(root, version)
    is_checkout = (root / ".git").exists()
    if version and (is_checkout or not _is_called_after(root, (name, facts.name))):
        folder = ""
    if version and not _is_version(folder):  # 9.2p1: conda would take it, PEP 440 does not
        folder = ""
    if not folder or folder == version:
        return version, because, ()
    if not version:
        return folder, "the folder's name", (f"only the folder's name says version {folder}",)
    doubt = f"{because} says version {version}, and the folder's name {folder}"
    return folder, "the folder's name", (doubt,)


def _version_of_folder(root: Path, version: str) -> str:
    """Return the version in the folder's name; a lone number counts where files say no more."""
    name = root.resolve().name
    if found := _OF_FOLDER.search(name):
        return (found[1] or found[2]).replace("_", ".")
    found = _LONE.search(name) if version.isdigit() else None
    return found[1] if found else ""


def _is_version(text: str) -> bool:
    try:
        Version(text)
    except InvalidVersion:
        return False
    return True


def _is_called_after(root: Path, names: Sequence[str]) -> bool:
    """Tell whether the folder carries one of the project's names before its version."""
    return stem(folder_name(root)) in {stem(one) for one in names if one}


def _version_of_files(root: Path, name: str, facts: BuildFacts) -> tuple[str, str]:
    if facts.version:
        return facts.version, facts.version_because
    for name_of_file in ("VERSION", "VERSION.txt", "version.txt", "version", ".version"):
        if found := _VERSION.fullmatch(read_text(root / name_of_file, root).strip()[:40]):
            return found[1], name_of_file
    for read in (read_makefile, read_autotools, _read_meson):
        other = read(root)
        if other.version:
            return other.version, other.version_because
    names = {name, name.removeprefix("lib"), *facts.libraries, f"lib{name}"}
    return version_in_headers(root, names)


def _read_meson(root: Path) -> BuildFacts:
    from conda_sluice.discover.c.meson.read import read_meson

    return read_meson(root)


def version_in_headers(root: Path, names: Collection[str]) -> tuple[str, str]:
    """Return the version that a header or a top source defines.

    It is the one for `names`, else the only one there is.
    """
    found: dict[str, tuple[str, str]] = {}
    for path in walk(root, depth=3):
        is_top = path.parent == root and path.suffix in (".c", ".cc", ".cpp")
        if (is_top or path.suffix in HEADERS) and path.stat().st_size < MAX_BYTES // 8:
            content = read_text(path, root)
            for prefix, version in _defined_versions(content).items():
                place = (version, path.relative_to(root).as_posix())
                found.setdefault(prefix.lower().rstrip("_").replace("_", ""), place)
    wanted = sorted(re.sub(r"[^a-z0-9]", "", one.lower()) for one in names)
    own = [found[one] for one in wanted if one in found]
    others = set(found.values())
    return own[0] if own else others.pop() if len(others) == 1 else ("", "")


def _defined_versions(content: str) -> dict[str, str]:
    """Return the versions that a header defines, by the prefix of their macros."""
    if "VER" not in content and "MAJOR" not in content:
        return {}
    parts: dict[str, dict[str, str]] = {}
    for prefix, part, number in _PART.findall(content):
        parts.setdefault(prefix, {}).setdefault(part, number)
    split = {
        prefix: ".".join(said[part] for part in _PARTS if part in said)
        for prefix, said in parts.items()
        if {"MAJOR", "MINOR"} <= said.keys()
    }
    return dict(_WHOLE.findall(content)) | split
