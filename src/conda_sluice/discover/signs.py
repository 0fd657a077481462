"""What tells a Python project and an R package at a glance, before anything else is looked at."""

import re
from pathlib import Path

from conda_sluice.discover.reading import read_text, read_toml, table, text

DESCRIPTION = "DESCRIPTION"

_BINDINGS = re.compile(
    r"(?:package_dir|PACKAGE_DIR)\s*=\s*\{\s*(['\"])\1\s*:\s*['\"]((?:python|bindings?|wrappers?)[\w/]*)"
)
_SOMETHING_OF_PYTHON = re.compile(
    r"\b(?:packages|package_dir|py_modules|ext_modules|scripts|entry_points)['\"]?\s*[=:]"
    r"|find_packages|Extension\s*\(|\bsetup\s*\([^()]*\*\*|\bpbr\b"
)
_NAMES = re.compile(r"\bname\s*=\s*['\"]([\w-]+)['\"]")
_FOR_PYTHON = re.compile(r"py(?:thon)?-?([A-Za-z][\w-]*)|([A-Za-z][\w-]*?)-?py(?:thon)?")


def is_python(root: Path) -> bool:
    """Tell whether `root` is a Python project: pyproject.toml alone may only configure tools."""
    if no_package(root):
        return False
    if (root / "setup.py").is_file():
        return True
    if re.search(r"^\[metadata\]", read_text(root / "setup.cfg", root), re.MULTILINE):
        return True
    pyproject = read_toml(root / "pyproject.toml", root)
    if "project" in pyproject or "build-system" in pyproject:
        return True
    return bool(text(table(pyproject, "tool", "poetry"), "name"))


def no_package(root: Path) -> str:
    """Return the setting by which a Python project says that it is no package, "" for none.

    Poetry then refuses to build it; uv only leaves it out where no build backend is named.
    """
    pyproject = read_toml(root / "pyproject.toml", root)
    tool = table(pyproject, "tool")
    if table(tool, "poetry").get("package-mode") is False:
        return "package-mode = false"
    is_built = "build-system" in pyproject or (root / "setup.py").is_file()
    if table(tool, "uv").get("package") is False and not is_built:
        return "package = false"
    return ""


def is_r(root: Path) -> bool:
    """Tell whether `root` is the source of an R package."""
    return re.search(r"^Package:", read_text(root / DESCRIPTION, root), re.MULTILINE) is not None


def bindings_folder(root: Path) -> str:
    """Return the folder of the Python bindings that setup.py makes of a C library, "" for none.

    It or pyproject.toml takes all packages from there, or calls them `pyNAME` where the library is
    called NAME.
    """
    if folder := told_bindings(root):
        return folder
    script = read_text(root / "setup.py", root)
    found = _BINDINGS.search(script)
    if found and "cmake" not in script.lower():
        return found[2]
    return next((name for name in _NAMES.findall(script) if _is_for_python(name, root)), "")


def told_bindings(root: Path) -> str:
    """Return what pyproject.toml calls bindings: the folder of all packages, or its own name.

    A library called NAME has bindings called pyNAME or NAMEpy.
    """
    pyproject = read_toml(root / "pyproject.toml", root)
    folder = text(table(pyproject, "tool", "setuptools", "package-dir"), "")
    if re.match(r"(?:python|bindings?|wrappers?)\b", folder):
        return folder
    name = text(table(pyproject, "project"), "name")
    return name if _is_for_python(name, root) else ""


def _is_for_python(name: str, root: Path) -> bool:
    """Tell whether a name is that of the C project at `root` with `py` before or behind it."""
    found = _FOR_PYTHON.fullmatch(name)
    return found is not None and _calls_itself(root, found[1] or found[2])


def has_nothing_of_python(root: Path) -> bool:
    """Tell whether setup.py names nothing to install: all that it can do is run another build."""
    script = read_text(root / "setup.py", root)
    others = (root / "setup.cfg", root / "pyproject.toml")
    is_alone = not any(one.is_file() for one in others)
    return bool(script) and is_alone and not _SOMETHING_OF_PYTHON.search(script)


def _calls_itself(root: Path, name: str) -> bool:
    """Tell whether the C build files at the top give the project this name."""
    said = re.compile(
        rf"\b(?:project|AC_INIT)\s*\(\s*\[?{re.escape(name)}(?![a-z0-9])", re.IGNORECASE
    )
    return any(
        said.search(read_text(root / one, root)) for one in ("CMakeLists.txt", "configure.ac")
    )
