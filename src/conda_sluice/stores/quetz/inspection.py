"""A look at everything in a channel: index against database, and each package file."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from conda_sluice.errors import DamagedError
from conda_sluice.model.flaw import Flaw, FlawKind
from conda_sluice.model.names import Subdir
from conda_sluice.model.package import PackageRecord
from conda_sluice.stores.crowd import Crowd
from conda_sluice.stores.package_flaws import flaw_in_transfer, flaw_inside
from conda_sluice.stores.quetz.channel import QuetzChannel
from conda_sluice.stores.quetz.holdings import Holdings
from conda_sluice.stores.quetz.settling import Settling

_INDEX = "repodata.json"
_REMEDY = "bring the file back from a copy, or remove the package from the channel"


def inspect_channel(here: Holdings) -> Iterator[Flaw]:
    """Yield what is wrong with a channel, and with what it hides."""
    hidden = {one.path for subdir in here.hidden.subdirs() for one in here.hidden.records(subdir)}
    for channel in (here.shown, here.hidden):
        held = _all_held(channel, here.jobs)
        for subdir in channel.subdirs():
            try:
                records = channel.records(subdir)
            except DamagedError as error:
                yield Flaw(FlawKind.BROKEN_INDEX, subdir, _INDEX, error.what)
                continue
            yield from _index_flaws(channel, subdir, records, held)
            for flaw in Crowd(here.jobs).each(_Look(channel), records):
                if flaw is not None:
                    yield flaw
            if channel is here.shown:
                for record in records:
                    if record.path in hidden:
                        text = f"lies in {here.hidden.name} too: hiding it was broken off"
                        yield Flaw(FlawKind.STRAY_FILE, subdir, record.file, text)


def reindex_channel(here: Holdings, settling: Settling) -> None:
    """Verify every file; have the server index anew where an index is not what it holds.

    Raise DamagedError where a package that an index names is missing or is another file,
    StoreError where the server does not index.
    """
    for channel in (here.shown, here.hidden):
        held = _all_held(channel, here.jobs)
        surplus: list[str] = []
        for subdir in channel.subdirs():
            records = channel.records(subdir)
            surplus += [one.path for one in records if one.path not in held]
            named = [one for one in records if one.path in held]
            for flaw in Crowd(here.jobs).each(_Look(channel), named):
                if flaw is not None:
                    place = f"{channel.place}/{flaw.subdir}/{flaw.file}"
                    raise DamagedError(flaw.text, place, _REMEDY)
        settling.settle(channel, present=held, absent=surplus)


class _Look:
    """Finds what is wrong with one package file."""

    def __init__(self, channel: QuetzChannel) -> None:
        self._channel = channel

    def __call__(self, record: PackageRecord) -> Flaw | None:
        with TemporaryDirectory(prefix="sluice-quetz-") as folder:
            path = Path(folder) / record.file
            try:
                self._channel.download(record, path)
            except DamagedError as error:
                return flaw_in_transfer(record, error)
            return flaw_inside(path, record)


def _all_held(channel: QuetzChannel, jobs: int) -> Mapping[str, str]:
    """Return the sha256 of all that the database knows, by path."""
    found = Crowd(jobs).each(channel.versions, channel.names())
    return {one.path: one.sha256 for versions in found for one in versions}


def _index_flaws(
    channel: QuetzChannel,
    subdir: Subdir,
    records: tuple[PackageRecord, ...],
    held: Mapping[str, str],
) -> Iterator[Flaw]:
    """Yield where an index and the database say different things."""
    shown = {record.path: record.sha256 for record in records}
    for path in sorted(held):
        if path.startswith(f"{subdir}/") and shown.get(path) != held[path]:
            text = f"is held by the server as {held[path]}, and the index does not say so"
            yield Flaw(FlawKind.STALE_FORM, subdir, path.partition("/")[2], text)
    for path in sorted(set(shown) - set(held)):
        text = "is in the index, and the server does not hold it"
        yield Flaw(FlawKind.STALE_FORM, subdir, path.partition("/")[2], text)
    packed = {one.path: one.sha256 for one in channel.records(subdir, form=".bz2")}
    if packed and packed != shown:
        text = f"does not say what {_INDEX} says"
        yield Flaw(FlawKind.STALE_FORM, subdir, f"{_INDEX}.bz2", text)
