"""What a workspace and this machine keep: the lock, the state, the cache, who acts."""

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from conda_sluice.errors import ToolError

CONFIG_FILE = "channels.yaml"
STATE_FOLDER = ".sluice"


@contextmanager
def lock_workspace(root: Path) -> Iterator[None]:
    """Hold the workspace for one command that changes something; ToolError where another has it."""
    from filelock import FileLock, Timeout

    make_state_folder(root)
    try:
        lock = FileLock(root / STATE_FOLDER / "lock").acquire(timeout=0)
    except Timeout as error:
        raise ToolError(
            "another sluice is at work in this workspace",
            where=str(root),
            remedy="wait until it has ended",
        ) from error
    with lock:
        yield


def make_state_folder(root: Path) -> None:
    """Make sluice's own folder in the workspace, so that git overlooks it."""
    from conda_sluice.effects.os_errors import as_store_errors

    folder = root / STATE_FOLDER
    with as_store_errors(folder):
        folder.mkdir(exist_ok=True)
        ignore = folder / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", encoding="utf-8")


def cache_folder() -> Path:
    """Return the folder in which downloaded and extracted packages are kept between runs."""
    import platformdirs

    given = os.environ.get("SLUICE_CACHE_DIR")
    return Path(given) if given else Path(platformdirs.user_cache_dir("sluice"))


def state_folder(place: str) -> Path:
    """Return the folder in which this machine keeps the history of a channel on a server."""
    import platformdirs

    folder = platformdirs.user_state_path("sluice") / "channels"
    return folder / quote(place, safe="")


def who() -> str:
    """Return who acts: SLUICE_ACTOR where a CI job sets it, else the user's login name.

    A container may run as a user whom the machine does not know by name.
    """
    given = os.environ.get("SLUICE_ACTOR")
    if given:
        return given
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # Python < 3.13 says KeyError
        return f"uid {os.getuid()}"
