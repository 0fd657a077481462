"""What of the configuration has to be true of the disk: folders that can be, files that are.

Nothing is opened here and nothing is made.
"""

from pathlib import Path

from conda_sluice.errors import ConfigError


def check_possible_folder(folder: Path, *, noun: str, where: str) -> None:
    """Raise ConfigError where `folder` neither is a folder nor can become one."""
    try:
        standing = next(p for p in (folder, *folder.parents) if p.exists() or p.is_symlink())
        if standing.is_dir():
            return
        is_link = standing.is_symlink() and not standing.exists()
    except OSError as error:
        raise _unreachable(folder, noun, where, error) from error
    kind = "a link to nothing" if is_link else "a file"
    raise ConfigError(
        f"{noun} {str(folder)!r} cannot be a folder: {str(standing)!r} is {kind}",
        where=where,
        remedy="name another folder",
    )


def check_file(file: Path, *, noun: str, where: str) -> None:
    """Raise ConfigError where `file` is not a file."""
    try:
        is_file = file.is_file()
    except OSError as error:
        raise _unreachable(file, noun, where, error) from error
    if not is_file:
        raise ConfigError(f"{noun} {str(file)!r} is not there", where=where)


def check_possible_file(file: Path, *, noun: str, where: str) -> None:
    """Raise ConfigError where `file` is a folder, or its folder is not there."""
    try:
        is_folder, has_folder = file.is_dir(), file.parent.is_dir()
    except OSError as error:
        raise _unreachable(file, noun, where, error) from error
    if is_folder:
        raise ConfigError(f"{noun} {str(file)!r} is a folder, not a file", where=where)
    if not has_folder:
        raise ConfigError(
            f"the folder of {noun} {str(file)!r} is not there", where=where, remedy="make it"
        )


def real_path(path: Path, *, noun: str, where: str) -> Path:
    """Return `path` with all links followed; raise ConfigError for links that go in a circle."""
    try:
        return path.resolve()
    except (OSError, RuntimeError) as error:  # Python < 3.13 says RuntimeError of a circle
        raise _unreachable(path, noun, where, error) from error


def _unreachable(path: Path, noun: str, where: str, error: Exception) -> ConfigError:
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return ConfigError(f"{noun} {str(path)!r} cannot be reached: {reason}", where=where)
