"""The projects of a repository: the one at its top, and those in the folders below."""

from collections.abc import Iterator
from pathlib import Path

from conda_sluice.discover.backend import ask_nothing
from conda_sluice.discover.detect import discover, is_project
from conda_sluice.discover.reading import one_look
from conda_sluice.discover.signs import is_python, is_r
from conda_sluice.errors import ProjectError
from conda_sluice.model.facts import CFacts
from conda_sluice.model.project import Project
from conda_sluice.ports import AskBackend

DEPTH = 4
"""How far below a folder projects are looked for."""

_NO_PROJECTS = frozenset(
    {
        *("bench", "benchmark", "benchmarks", "build", "channels", "ci", "demo", "demos", "deps"),
        *("dist", "doc", "docs", "env", "envs", "example", "examples", "ext", "extern"),
        *("external", "fixtures", "node_modules", "recipes", "sample", "samples"),
        *("site-packages", "subprojects", "template", "templates", "test", "test-data"),
        *("testdata", "testing", "tests", "third-party", "third_party", "thirdparty"),
        *("3rdparty", "tutorials", "vendor", "vendored", "venv"),
    }
)
"""Folders in which nobody keeps projects of their own."""

_SOURCE_FOLDERS = frozenset({"cmake", "code", "source", "sources", "src"})
"""Folders that hold the sources, and maybe the build files, of the project around them."""


def discover_all(
    root: Path, *, ask_backend: AskBackend = ask_nothing
) -> tuple[Project | ProjectError, ...]:
    """Return the projects at and below `root`, the highest first, and errors of those below.

    Below a project, Python and R packages count: they name themselves. A C or C++ project counts
    there only where it can be installed and nothing above it is compiled, because it would be a
    part of that. Raise ProjectError where there is none, or the one at `root` is wrong.
    """
    with one_look(root):
        return _discover_all(root, ask_backend)


def _discover_all(root: Path, ask_backend: AskBackend) -> tuple[Project | ProjectError, ...]:
    found = tuple(_find(root, ask_backend, depth=DEPTH))
    if _seems_project(root):
        if isinstance(found[0], ProjectError):
            raise found[0]
        return found
    if not found or all(_is_source_folder(one, root) for one in found):
        return (discover(root),)  # its build files lie in a folder, or an error says what is there
    return found


def has_projects(root: Path) -> bool:
    """Tell whether a folder, or one below it, seems to be a project."""
    with one_look(root):
        return any(True for _ in _find(root, ask_nothing, depth=DEPTH))


def _is_source_folder(found: Project | ProjectError, root: Path) -> bool:
    """Tell whether a C project is the folder of sources of what lies above it."""
    return (
        isinstance(found, Project)
        and isinstance(found.facts, CFacts)
        and found.root.parent == root
        and found.root.name.lower() in _SOURCE_FOLDERS
    )


def _seems_project(folder: Path) -> bool:
    """Tell whether a folder is a project, or would be one if its files could be read."""
    try:
        return is_project(folder)
    except ProjectError:
        return True


def _find(
    folder: Path, ask_backend: AskBackend, *, depth: int, above: tuple[Project, ...] = ()
) -> Iterator[Project | ProjectError]:
    if _seems_project(folder):
        try:
            project = discover(folder, ask_backend=ask_backend)
        except ProjectError as error:
            if not above or _names_itself(folder):
                yield error
            return
        if _counts(project, above):
            yield project
            above = (*above, project)
    for below in _folders(folder) if depth else ():
        yield from _find(below, ask_backend, depth=depth - 1, above=above)


def _counts(project: Project, above: tuple[Project, ...]) -> bool:
    if not isinstance(project.facts, CFacts):
        return True
    is_part = any(one.is_compiled for one in above)
    return not above or (project.facts.can_install and not is_part)


def _names_itself(folder: Path) -> bool:
    try:
        return is_python(folder) or is_r(folder)
    except ProjectError:
        return True


def _folders(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not path.is_symlink() and _may_hold_projects(path):
            yield path


def _may_hold_projects(folder: Path) -> bool:
    name = folder.name.lower()
    return not name.startswith((".", "_")) and name not in _NO_PROJECTS and "{" not in name
