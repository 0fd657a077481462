"""What a writer leaves behind when it is killed, and how the next one tidies up.

Before a writer makes files that must not stay, it leaves a mark that names the packages on their
way in or out. The mark goes when all is done. Who finds one, or fails and has left one, removes
temporary files everywhere, and those of the named packages that no index names.
"""

import json
from collections.abc import Iterable
from pathlib import PurePosixPath

from conda_sluice.effects.files import sweep_temporaries, write_atomically
from conda_sluice.errors import PackageError, UsageError
from conda_sluice.index.shards import SHARD_FOLDER
from conda_sluice.model.entry import check_file_name
from conda_sluice.model.names import Subdir, parse_subdir
from conda_sluice.stores.directory.channel_folder import ChannelFolder, read_if_there


def leave_mark(folder: ChannelFolder, paths: Iterable[str] = ()) -> None:
    """Say that files come and go, and which packages, by their paths within the channel."""
    named = sorted(paths)
    if named or not folder.mark_path.exists():
        write_atomically(folder.mark_path, json.dumps(named).encode())


def remove_mark(folder: ChannelFolder) -> None:
    """Say that all is done."""
    folder.mark_path.unlink(missing_ok=True)


def recover(folder: ChannelFolder) -> bool:
    """Tidy up after a writer that did not, and tell whether there was one; only while writing.

    The mark stays: whoever calls mends the indexes, and removes it then.
    """
    sweep_temporaries(folder.state_folder)
    mark = read_if_there(folder.mark_path)
    if mark is None:
        return False
    sweep(folder)
    for path in _paths(mark):
        subdir, file = Subdir(path.parts[0]), path.parts[1]
        if folder.contents(subdir).plain(file) is None:
            (folder.path / path).unlink(missing_ok=True)
    return True


def sweep(folder: ChannelFolder) -> None:
    """Remove all temporary files in the folders of a channel."""
    sweep_temporaries(folder.state_folder)
    for place in folder.path.iterdir():
        if place.is_dir():
            sweep_temporaries(place)
            sweep_temporaries(place / SHARD_FOLDER)


def _paths(mark: bytes) -> list[PurePosixPath]:
    """Return what a mark names, and nothing that could not be a package of the channel."""
    try:
        named = json.loads(mark)
    except ValueError:
        return []  # the mark itself was cut off, before anything else was done
    return [PurePosixPath(path) for path in named if isinstance(path, str) and _is_package(path)]


def _is_package(path: str) -> bool:
    subdir, _, file = path.partition("/")
    try:
        parse_subdir(subdir)
        check_file_name(file)
    except (PackageError, UsageError):
        return False
    return True
