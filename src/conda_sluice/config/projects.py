"""The key `projects`: folders and globs -> the source trees that they name."""

from collections.abc import Callable, Iterator
from pathlib import Path

from conda_sluice.config.disk import real_path
from conda_sluice.config.locations import folder_of
from conda_sluice.config.parse import Parsed
from conda_sluice.config.schema import ProjectItem
from conda_sluice.errors import ConfigError
from conda_sluice.model.config import Mode, ProjectEntry

_WILD = frozenset("*?[")
_NOUN = "the project's folder"


def resolve_projects(
    parsed: Parsed, *, root: Path, is_project: Callable[[Path], bool]
) -> tuple[ProjectEntry, ...]:
    """Return the projects in the order in which they are named, each folder once.

    A folder that is named by itself keeps its own settings where a glob finds it too. Raise
    ConfigError where a folder is not there, is named by itself twice, or a glob finds nothing.
    """
    items = parsed.file.projects
    if items is None:
        return (ProjectEntry(root=root),)
    named = _named(parsed, items, root)
    entries: dict[Path, ProjectEntry] = {}
    for position, item in enumerate(items):
        if position in named:
            entries[named[position].root] = named[position]
        elif isinstance(item, str):
            where = parsed.where("projects", position)
            explicit = {entry.root for entry in named.values()}
            for folder in _expand(item, root=root, where=where, is_project=is_project):
                if folder not in explicit:
                    entries.setdefault(folder, ProjectEntry(root=folder))
    return tuple(entries.values())


def is_glob(text: str) -> bool:
    """Tell whether a project's text is a pattern rather than one folder."""
    return not _WILD.isdisjoint(text)


def _named(
    parsed: Parsed, items: tuple[str | ProjectItem, ...], root: Path
) -> dict[int, ProjectEntry]:
    """Return the entries of the folders that are named by themselves, by position."""
    named: dict[int, ProjectEntry] = {}
    for position, item in enumerate(items):
        entry = _entry(parsed, position, item, root)
        if entry is None:
            continue
        twin = next((p for p, other in named.items() if other.root == entry.root), None)
        if twin is not None:
            raise ConfigError(
                "this project is named twice",
                where=parsed.where("projects", position, "path"),
                remedy=f"it stands at {parsed.where('projects', twin, 'path')} already",
            )
        named[position] = entry
    return named


def _entry(
    parsed: Parsed, position: int, item: str | ProjectItem, root: Path
) -> ProjectEntry | None:
    where = parsed.where("projects", position, "path")
    match item:
        case str() if is_glob(item):
            return None
        case str():
            return ProjectEntry(root=_existing(item, root=root, where=where))
        case ProjectItem():
            return ProjectEntry(
                root=_existing(item.path, root=root, where=where),
                tag=item.tag or "",
                test=item.test or "",
                mode=item.mode or Mode.RE_VERSION,
                owners=item.owners or (),
            )


def _existing(text: str, *, root: Path, where: str) -> Path:
    folder = real_path(folder_of(text, root=root, where=where), noun=_NOUN, where=where)
    if folder.is_dir():
        return folder
    is_glob_with_settings = is_glob(text) and not folder.exists()
    raise ConfigError(
        f"{_NOUN} {text!r} {'is a file' if folder.exists() else 'is not there'}",
        where=where,
        remedy="settings are for one folder: a glob stands as text of its own"
        if is_glob_with_settings
        else "paths are relative to the folder of this file",
    )


def _expand(
    pattern: str, *, root: Path, where: str, is_project: Callable[[Path], bool]
) -> list[Path]:
    folder_of(pattern, root=root, where=where)  # refuses what is no path
    try:
        found = {
            folder.resolve()
            for folder in _matches(pattern, root)
            if folder.is_dir() and is_project(folder)
        }
    except (OSError, RuntimeError, ValueError) as error:
        raise ConfigError(
            f"the glob {pattern!r} cannot be followed: {error}", where=where
        ) from error
    if not found:
        raise ConfigError(
            f"no project is found at {pattern!r}",
            where=where,
            remedy="a project is a folder with a pyproject.toml, DESCRIPTION, CMakeLists.txt, …",
        )
    return sorted(found)


def _matches(pattern: str, root: Path) -> Iterator[Path]:
    """Yield what a shell would: a name with a leading dot only where the pattern spells it."""
    parts = Path(pattern).parts
    fixed = next(i for i, part in enumerate(parts) if is_glob(part))
    base = root.joinpath(*parts[:fixed])
    for path in base.glob(str(Path(*parts[fixed:]))):
        inside = path.relative_to(base).parts
        if all(part in parts or not part.startswith(".") for part in inside):
            yield path
