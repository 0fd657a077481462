"""Parsed indexes, so that one process reads the same index once."""

from collections.abc import Callable, Hashable

from conda_sluice.index.repodata import Repodata, parse_records, parse_repodata
from conda_sluice.model.names import Subdir
from conda_sluice.model.package import PackageRecord

Read = tuple[Repodata, tuple[PackageRecord, ...]]


class IndexCache:
    """Keeps parsed indexes by where they lie; a store says what tells one state from another."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Hashable, Read]] = {}

    def parsed(
        self, where: str, state: Hashable, subdir: Subdir, load: Callable[[], bytes]
    ) -> Read:
        """Return the index that `load` reads unless this state is known; raise DamagedError."""
        known = self._known.get(where)
        if known is not None and known[0] == state:
            return known[1]
        repodata = parse_repodata(load(), subdir, where)
        before = known[1] if known is not None else None
        value = (repodata, parse_records(repodata, where, before))
        self._known[where] = (state, value)
        return value
