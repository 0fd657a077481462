"""Finds out what a source tree is, and says why."""

from pathlib import Path

from conda_sluice.discover.backend import ask_nothing
from conda_sluice.discover.c.project import discover_c, is_c
from conda_sluice.discover.c.system import is_library_with_bindings
from conda_sluice.discover.python.project import discover_python, is_python
from conda_sluice.discover.r.project import discover_r, is_r
from conda_sluice.discover.reading import one_look
from conda_sluice.errors import ProjectError
from conda_sluice.model.project import Project
from conda_sluice.ports import AskBackend

# Tried after Python, in this order: a Python package may bring a CMakeLists.txt along.
_OTHER_KINDS = (
    (is_r, discover_r),
    (is_c, discover_c),
)


def discover(root: Path, *, ask_backend: AskBackend = ask_nothing) -> Project:
    """Return what lies in the source tree at `root`, with the evidence for it.

    `ask_backend` runs code of the project, and is called only where its files do not suffice.
    Raise ProjectError where nothing can be packaged, or a file cannot be understood.
    """
    if not root.is_dir():
        raise ProjectError("there is no such folder", str(root), "name the folder of a source tree")
    with one_look(root):
        if is_python(root) and not is_library_with_bindings(root):
            return discover_python(root, ask_backend=ask_backend)
        for is_kind, discover_kind in _OTHER_KINDS:
            if is_kind(root):
                return discover_kind(root)
        return discover_c(root)  # it looks into the folders below, or says where it looked


def is_project(root: Path) -> bool:
    """Tell whether `root` is a source tree that sluice can package."""
    if not root.is_dir():
        return False
    with one_look(root):
        return is_python(root) or any(is_kind(root) for is_kind, _ in _OTHER_KINDS)
