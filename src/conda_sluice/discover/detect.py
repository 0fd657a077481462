"""Finds out what a source tree is, and says why.

What reads one language is imported where it is needed: most runs need one of the three.
"""

from pathlib import Path

from conda_sluice.discover.backend import ask_nothing
from conda_sluice.discover.reading import one_look
from conda_sluice.discover.signs import bindings_folder, has_nothing_of_python, is_python, is_r
from conda_sluice.errors import ProjectError
from conda_sluice.model.project import Project
from conda_sluice.ports import AskBackend


def discover(root: Path, *, ask_backend: AskBackend = ask_nothing) -> Project:
    """Return what lies in the source tree at `root`, with the evidence for it.

    `ask_backend` runs code of the project, and is called only where its files do not suffice.
    Raise ProjectError where nothing can be packaged, or a file cannot be understood.
    """
    if not root.is_dir():
        raise ProjectError("there is no such folder", str(root), "name the folder of a source tree")
    with one_look(root):
        # Python comes first: its packages may bring a CMakeLists.txt along
        if is_python(root) and not _is_library_with_bindings(root):
            from conda_sluice.discover.python.project import discover_python

            return discover_python(root, ask_backend=ask_backend)
        if is_r(root):
            from conda_sluice.discover.r.project import discover_r

            return discover_r(root)
        from conda_sluice.discover.c.project import discover_c

        return discover_c(root)  # it looks into the folders below, or says where it looked


def is_project(root: Path) -> bool:
    """Tell whether `root` is a source tree that sluice can package."""
    if not root.is_dir():
        return False
    with one_look(root):
        return is_python(root) or is_r(root) or _is_c(root)


def _is_c(root: Path) -> bool:
    from conda_sluice.discover.c.system import choose_system

    return choose_system(root) is not None


def _is_library_with_bindings(root: Path) -> bool:
    if not bindings_folder(root) and not has_nothing_of_python(root):
        return False
    from conda_sluice.discover.c.system import is_library_with_bindings

    return is_library_with_bindings(root)
