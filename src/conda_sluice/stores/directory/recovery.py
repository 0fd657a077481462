"""What a writer leaves behind when it is killed, and how the next one tidies up.

Before a writer makes files that must not stay, it leaves a mark that names the packages on their
way in or out. The mark goes when all is done. Who finds one, or fails and has left one, removes
temporary files everywhere, and those of the named packages that no index names.
"""

from collections.abc import Iterable

from conda_sluice.effects.files import sweep_temporaries, write_atomically
from conda_sluice.index.shards import SHARD_FOLDER
from conda_sluice.model.names import Subdir
from conda_sluice.stores.directory.channel_folder import ChannelFolder, read_if_there
from conda_sluice.stores.static.marks import mark_of, paths_in


def leave_mark(folder: ChannelFolder, paths: Iterable[str] = ()) -> None:
    """Say that files come and go, and which packages, by their paths within the channel."""
    named = list(paths)
    if named or not folder.mark_path.exists():
        write_atomically(folder.mark_path, mark_of(named))


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
    for path in paths_in(mark):
        subdir, _, file = path.partition("/")
        if folder.contents(Subdir(subdir)).plain(file) is None:
            (folder.path / path).unlink(missing_ok=True)
    return True


def sweep(folder: ChannelFolder) -> None:
    """Remove all temporary files in the folders of a channel."""
    sweep_temporaries(folder.state_folder)
    for place in folder.path.iterdir():
        if place.is_dir():
            sweep_temporaries(place)
            sweep_temporaries(place / SHARD_FOLDER)
