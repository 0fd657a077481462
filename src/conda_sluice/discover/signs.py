"""What tells a Python project and an R package at a glance, before anything else is looked at."""

import re
from pathlib import Path

from conda_sluice.discover.reading import read_text, read_toml, table, text

DESCRIPTION = "DESCRIPTION"

_BINDINGS = re.compile(
    r"(?:package_dir|PACKAGE_DIR)\s*=\s*\{\s*(['\"])\1\s*:\s*['\"]((?:python|bindings?|wrappers?)[\w/]*)"
)


def is_python(root: Path) -> bool:
    """Tell whether `root` is a Python project: pyproject.toml alone may only configure tools."""
    if (root / "setup.py").is_file():
        return True
    if re.search(r"^\[metadata\]", read_text(root / "setup.cfg", root), re.MULTILINE):
        return True
    pyproject = read_toml(root / "pyproject.toml", root)
    if "project" in pyproject or "build-system" in pyproject:
        return True
    return bool(text(table(pyproject, "tool", "poetry"), "name"))


def is_r(root: Path) -> bool:
    """Tell whether `root` is the source of an R package."""
    return re.search(r"^Package:", read_text(root / DESCRIPTION, root), re.MULTILINE) is not None


def bindings_folder(root: Path) -> str:
    """Return the folder below that setup.py takes all packages from, "" for none such."""
    script = read_text(root / "setup.py", root)
    found = _BINDINGS.search(script)
    return found[2] if found and "cmake" not in script.lower() else ""
