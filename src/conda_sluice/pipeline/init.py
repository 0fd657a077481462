"""Begin: a channels.yaml for the projects found in a folder."""

from dataclasses import dataclass
from pathlib import Path

from conda_sluice.config.starter import StarterProject, render_starter
from conda_sluice.discover.nested import discover_all, has_projects
from conda_sluice.effects.files import write_atomically
from conda_sluice.errors import ProjectError, UsageError
from conda_sluice.model.project import Project


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """What was found and what was, or would be, written."""

    file: Path
    text: str
    projects: tuple[tuple[Path, str], ...]


def start(folder: Path, *, dry_run: bool = False) -> Started:
    """Write channels.yaml for the projects below `folder`; raise UsageError where there is one."""
    file = folder / "channels.yaml"
    if file.exists():
        raise UsageError("channels.yaml is there already", where=str(file))
    starters, found = [], []
    for project in _projects(folder):
        path = project.root.relative_to(folder)
        claims = ", ".join(evidence.claim for evidence in project.evidence)
        starters.append(StarterProject(path=str(path), why=claims))
        found.append((path, "; ".join(str(evidence) for evidence in project.evidence)))
    text = render_starter(starters)
    if not dry_run:
        write_atomically(file, text.encode())
    return Started(file=file, text=text, projects=tuple(found))


def _projects(folder: Path) -> list[Project]:
    """Return the projects at and below a folder, none where nothing there is one."""
    projects = []
    for found in discover_all(folder) if has_projects(folder) else ():
        if isinstance(found, ProjectError):
            raise found
        projects.append(found)
    return projects
