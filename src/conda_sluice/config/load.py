"""channels.yaml on disk -> Config; the only file whose content is read here."""

from collections.abc import Callable
from pathlib import Path

from conda_sluice.config.nodes import place_in
from conda_sluice.config.parse import parse_channels
from conda_sluice.config.resolve import resolve_channels
from conda_sluice.errors import ConfigError
from conda_sluice.model.config import Config
from conda_sluice.model.names import Subdir

_LARGEST = 1_000_000


def load_config(path: Path, *, platform: Subdir, is_project: Callable[[Path], bool]) -> Config:
    """Read channels.yaml at `path` and return it resolved.

    `platform` is the platform of this machine; `is_project` tells whether a folder looks like a
    project, and is asked about the folders that a glob finds. Raise ConfigError with
    file:line:column, what is wrong and what to do.
    """
    parsed = parse_channels(_read(path), name=path.name)
    file = path.parent.resolve() / path.name
    return resolve_channels(parsed, file=file, platform=platform, is_project=is_project)


def _read(path: Path) -> str:
    """Return the file's text; UTF-8, with or without a byte order mark."""
    try:
        with path.open("rb") as stream:
            data = stream.read(_LARGEST + 1)
    except FileNotFoundError as error:
        raise ConfigError(
            "there is no such file", where=str(path), remedy="run sluice init to write one"
        ) from error
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", where=str(path)) from error
    if len(data) > _LARGEST:
        raise ConfigError("the file is larger than 1 MB", where=path.name)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig")
        raise ConfigError(
            f"the byte 0x{data[error.start]:02x} is not UTF-8",
            where=place_in(before, len(before), name=path.name),
            remedy="save the file as UTF-8",
        ) from None
