"""The mark that a writer leaves until it has tidied up: which packages were on their way."""

import json
from collections.abc import Iterable, Mapping

from conda_sluice.stores.static.holdings import is_package_path

MARK = "unfinished"


def mark_of(paths: Iterable[str]) -> bytes:
    """Return a mark that names packages by their paths within the channel."""
    return json.dumps(sorted(paths)).encode()


def mark_with(digests: Mapping[str, str]) -> bytes:
    """Return a mark that names packages with their sha256."""
    return json.dumps(dict(sorted(digests.items()))).encode()


def paths_in(mark: bytes) -> list[str]:
    """Return what a mark names, and nothing that could not be a package of the channel."""
    return list(digests_in(mark))


def digests_in(mark: bytes) -> dict[str, str]:
    """Return what a mark names, with its sha256, "" where the mark does not tell it."""
    try:
        named = json.loads(mark)
    except ValueError:
        return {}  # the mark itself was cut off, before anything else was done
    told = named if isinstance(named, dict) else dict.fromkeys(named, "")
    return {
        path: str(sha256)
        for path, sha256 in told.items()
        if isinstance(path, str) and is_package_path(path)
    }
