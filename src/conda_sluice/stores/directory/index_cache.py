"""Parsed indexes, so that one process reads the same index once."""

import os
from pathlib import Path

from conda_sluice.index.repodata import Repodata, parse_records, parse_repodata
from conda_sluice.model.names import Subdir
from conda_sluice.model.package import PackageRecord

Read = tuple[Repodata, tuple[PackageRecord, ...]]


class IndexCache:
    """Keeps parsed indexes; one that was changed on disk has another inode, size or time.

    The time is that of the last change of the inode, which nobody can set back.
    """

    def __init__(self) -> None:
        self._known: dict[Path, tuple[tuple[int, ...], Read]] = {}

    def read(self, path: Path, subdir: Subdir) -> Read:
        """Return the index at `path`; raise FileNotFoundError or DamagedError."""
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            state = (status.st_ctime_ns, status.st_mtime_ns, status.st_size, status.st_ino)
            known = self._known.get(path)
            if known is not None and known[0] == state:
                return known[1]
            repodata = parse_repodata(file.read(), subdir, str(path))
        before = known[1] if known is not None else None
        value = (repodata, parse_records(repodata, str(path), before))
        self._known[path] = (state, value)
        return value
