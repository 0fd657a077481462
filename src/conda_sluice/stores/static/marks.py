"""The mark that a writer leaves until it has tidied up: which packages were on their way."""

import json
from collections.abc import Iterable

from conda_sluice.stores.static.holdings import is_package_path

MARK = "unfinished"


def mark_of(paths: Iterable[str]) -> bytes:
    """Return a mark that names packages by their paths within the channel."""
    return json.dumps(sorted(paths)).encode()


def paths_in(mark: bytes) -> list[str]:
    """Return what a mark names, and nothing that could not be a package of the channel."""
    try:
        named = json.loads(mark)
    except ValueError:
        return []  # the mark itself was cut off, before anything else was done
    return [path for path in named if isinstance(path, str) and is_package_path(path)]
