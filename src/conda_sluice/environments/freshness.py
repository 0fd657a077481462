"""Ask servers again: an index in the cache is never believed for its age alone.

Servers tell clients for how long they may believe an index; quetz says ten hours. A package that
was uploaded in that time would not be seen, and an older one tested in its place. So what the
cache of py-rattler 0.28 remembers of such permissions is taken out. Then it asks with the index's
ETag: a server that can say "not modified" does, and nothing is transferred.

The date of an index is taken out too: it tells seconds, and an index that changed twice within one
second looks unchanged by it; some servers (moto) even let it count for more than the ETag.
"""

import json
from pathlib import Path

from conda_sluice.effects.files import write_atomically
from conda_sluice.effects.os_errors import as_store_errors

_NOT_TO_BE_TRUSTED = ("cache_control", "mod")


def distrust(folder: Path) -> None:
    """Make every index in a folder of py-rattler's cache one that has to be asked for.

    Raise StoreError where that cannot be written down.
    """
    with as_store_errors(folder):
        for path in folder.glob("*.info.json"):
            try:
                told = json.loads(path.read_bytes())
            except (FileNotFoundError, ValueError):  # another process is at it; rattler copes
                continue
            found = [key for key in _NOT_TO_BE_TRUSTED if isinstance(told, dict) and told.get(key)]
            if found:
                write_atomically(path, json.dumps(told | dict.fromkeys(found)).encode())
