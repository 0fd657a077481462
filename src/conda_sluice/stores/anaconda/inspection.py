"""A look at everything under one label: the API's list, the index, each package file."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from conda_sluice.errors import DamagedError
from conda_sluice.model.flaw import Flaw, FlawKind
from conda_sluice.model.names import Subdir
from conda_sluice.model.package import PackageRecord
from conda_sluice.stores.anaconda.api import Api
from conda_sluice.stores.anaconda.place import Place
from conda_sluice.stores.anaconda.reading import ChannelReader
from conda_sluice.stores.anaconda.view import Side, is_same
from conda_sluice.stores.crowd import Crowd
from conda_sluice.stores.package_flaws import flaw_in_transfer, flaw_inside

_AT_A_TIME = 64
"""Packages between two reports of flaws: a long look tells what it finds as it goes."""


def inspect_label(
    side: Side, place: Place, api: Api, reader: ChannelReader, crowd: Crowd
) -> Iterator[Flaw]:
    """Yield what is wrong under one label."""
    for path in sorted(side.label.paths - set(side.records)):
        subdir, _, file = path.partition("/")
        text = "is listed by the API, and is not in the index"
        yield Flaw(FlawKind.STRAY_FILE, Subdir(subdir), file, text)
    look = _Look(place, api, reader, side.label.paths)
    records = [side.records[path] for path in sorted(side.records)]
    for start in range(0, len(records), _AT_A_TIME):
        for flaw in crowd.each(look.flaw_of, records[start : start + _AT_A_TIME]):
            if flaw is not None:
                yield flaw


class _Look:
    def __init__(
        self, place: Place, api: Api, reader: ChannelReader, listed: frozenset[str]
    ) -> None:
        self._place = place
        self._api = api
        self._reader = reader
        self._listed = listed

    def flaw_of(self, record: PackageRecord) -> Flaw | None:
        """Return what is wrong with a package of the index, None where nothing is."""
        if record.path not in self._listed:
            text = "is in the index, and the API does not list it"
            return Flaw(FlawKind.MISSING_FILE, record.subdir, record.file, text)
        dist = self._api.dist(self._place.owner, record)
        if dist is not None and not is_same(dist, record) and (dist.sha256 or dist.md5):
            text = f"the API says {dist.sha256 or dist.md5}, the index {record.sha256}"
            return Flaw(FlawKind.WRONG_HASH, record.subdir, record.file, text)
        with tempfile.TemporaryDirectory(prefix="sluice-inspect-") as folder:
            return self._flaw_of_file(record, Path(folder) / record.file)

    def _flaw_of_file(self, record: PackageRecord, path: Path) -> Flaw | None:
        try:
            self._reader.bring(record, (self._place,), path)
        except DamagedError as error:
            return flaw_in_transfer(record, error)
        return flaw_inside(path, record)
