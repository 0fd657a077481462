"""Channels of anaconda.org (`anaconda://owner`, `anaconda://owner/label/name`).

A channel is a label: its packages are files of the owner that carry it, and a copy within one
owner is a label more. A package is hidden by a change of its label for a companion's,
`<label>-hidden`. The server indexes; a change is over when its index shows it.
"""

import os
import tempfile
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Lock

from conda_sluice.effects.artifact import read_about
from conda_sluice.effects.files import sha256_of
from conda_sluice.effects.http.client import HttpClient
from conda_sluice.effects.http.patience import Patience
from conda_sluice.errors import StoreError, UsageError
from conda_sluice.model.channel import ChannelRef, ChannelState
from conda_sluice.model.entry import check_file_name
from conda_sluice.model.flaw import Flaw
from conda_sluice.model.names import PackageName, Subdir
from conda_sluice.model.package import Artifact, PackageRecord
from conda_sluice.model.refusals import changed_file, conflict
from conda_sluice.model.stores import AnacondaOptions
from conda_sluice.ports import StoreTraits
from conda_sluice.stores.anaconda.access import Access, find_access
from conda_sluice.stores.anaconda.api import Api
from conda_sluice.stores.anaconda.changes import Changes
from conda_sluice.stores.anaconda.inspection import inspect_label
from conda_sluice.stores.anaconda.place import Place, place_of
from conda_sluice.stores.anaconda.reading import ChannelReader
from conda_sluice.stores.anaconda.settling import IndexWait, Outcome, Settling
from conda_sluice.stores.anaconda.view import Side, View, is_same
from conda_sluice.stores.crowd import Crowd

_TRAITS = StoreTraits(
    indexes_itself=True,
    has_labels=True,
    copies_natively=True,
    transactional=False,
    verifies_files=False,
)


class AnacondaStore:
    """Implements the port `Store` for `anaconda://` channels of one server.

    `find_access` finds the token for the API at a URL. `patience` is that with single
    requests, `wait` that with the server's index.
    """

    def __init__(
        self,
        options: AnacondaOptions,
        *,
        jobs: int = 8,
        find_access: Callable[[str], Access] = find_access,
        patience: Patience | None = None,
        wait: IndexWait | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._again = partial(
            AnacondaStore,
            options,
            jobs=jobs,
            find_access=find_access,
            patience=patience,
            wait=wait,
            sleep=sleep,
        )
        self._options = options
        self._jobs = jobs
        self._find_access = find_access
        self._patience = patience or Patience()
        self._wait = wait or IndexWait()
        self._sleep = sleep
        self._crowd = Crowd(jobs)
        self._lock = Lock()
        self._opened: dict[int, tuple[Api, ChannelReader]] = {}

    def __reduce__(self) -> tuple[object, ...]:
        return self._again, ()

    def traits(self, channel: ChannelRef) -> StoreTraits:  # noqa: ARG002 - the same for all
        """Return what this store can do with a channel."""
        return _TRAITS

    def subdirs(self, channel: ChannelRef) -> Sequence[Subdir]:
        """Return the subdirs that hold packages, sorted."""
        shown = self._view(channel, None).shown
        return tuple(sorted({record.subdir for record in shown.records.values()}))

    def state(self, channel: ChannelRef) -> ChannelState:
        """Return what tells this state of the channel's indexes from every other one."""
        return self._view(channel, None).state()

    def records(
        self,
        channel: ChannelRef,
        subdir: Subdir,
        *,
        names: Collection[PackageName] | None = None,
    ) -> Sequence[PackageRecord]:
        """Return the records that can be solved with, all or those of `names`, sorted by file."""
        place = place_of(channel)
        found = self._reader.records(place, subdir).values()
        return self._told(place, [one for one in found if names is None or one.name in names])

    def hidden(self, channel: ChannelRef, subdir: Subdir) -> Sequence[PackageRecord]:
        """Return the records of the packages that are hidden, sorted by file name."""
        place = place_of(channel)
        companion = place.companion
        label = self._api.label(companion.owner, companion.label)
        if not any(path.startswith(f"{subdir}/") for path in label.paths):
            return ()
        shown = self._reader.records(place, subdir)
        found = self._reader.records(companion, subdir).items()
        return self._told(place, [record for path, record in found if path not in shown])

    def get(self, record: PackageRecord, channel: ChannelRef, into: Path) -> Path:
        """Bring the package file into the folder `into`; raise DamagedError if its hash differs."""
        check_file_name(record.file)
        place = place_of(channel)
        target = into / record.file
        self._reader.bring(record, (place, place.companion), target)
        return target

    def about(self, record: PackageRecord, channel: ChannelRef) -> Mapping[str, object]:
        """Return the package's info/about.json; see the port."""
        with tempfile.TemporaryDirectory(prefix="sluice-about-") as folder:
            return read_about(self.get(record, channel, Path(folder)))

    def put(
        self,
        artifacts: Sequence[Artifact],
        channel: ChannelRef,
        *,
        expected: ChannelState | None = None,
    ) -> None:
        """Add package files and their records; see the port."""
        place = place_of(channel)
        incoming = _without_repetition(artifacts, str(channel))
        for artifact in incoming:
            if sha256_of(artifact.path) != artifact.record.sha256:
                raise changed_file(str(artifact.path))
        records = [one.record for one in incoming]
        view = self._view(channel, records, expected)
        for record in records:
            view.refuse_conflict(record)
        missing = [one for one in incoming if not view.holds(one.record)]
        if not missing:
            return
        changes = self._changes(view)
        there = changes.look(place.owner, [one.record for one in missing])
        absent: list[Artifact] = []
        elsewhere: list[Artifact] = []
        for artifact in missing:
            dist = there.dists[artifact.record.path]
            if dist is not None and not is_same(dist, artifact.record):
                raise conflict(artifact.record, place.owner)
            (absent if dist is None else elsewhere).append(artifact)
        changes.upload(absent, place, there)
        changes.add_label([one.record for one in elsewhere], place)
        self._settle(Outcome(place, one.record, is_there=True) for one in missing)

    def copy(
        self,
        records: Sequence[PackageRecord],
        source: ChannelRef,
        target: ChannelRef,
        *,
        expected: ChannelState | None = None,
    ) -> None:
        """Copy packages on the server, within one owner by a label more; see the port."""
        origin, place = place_of(source), place_of(target)
        self._view(source, records).refuse_not_shown(records)
        view = self._view(target, records, expected)
        for record in records:
            view.refuse_conflict(record)
        missing = list({one.path: one for one in records if not view.holds(one)}.values())
        if not missing:
            return
        changes = self._changes(view)
        if origin.owner == place.owner:
            changes.add_label(missing, place)
        else:
            there = changes.look(place.owner, missing)
            for record in missing:
                dist = there.dists[record.path]
                if dist is not None and not is_same(dist, record):
                    raise conflict(record, place.owner)
            absent = [one for one in missing if there.dists[one.path] is None]
            changes.copy(absent, origin, place)
            changes.add_label([one for one in missing if there.dists[one.path]], place)
        self._settle(Outcome(place, one, is_there=True) for one in missing)

    def remove(
        self,
        records: Sequence[PackageRecord],
        channel: ChannelRef,
        *,
        expected: ChannelState | None = None,
    ) -> None:
        """Take packages out of the channel, and delete what is in no other one; see the port."""
        place = place_of(channel)
        view = self._view(channel, records, expected)
        for record in records:
            view.refuse_another(record)
        leaving = [one for one in records if view.holds(one)]
        if not leaving:
            return
        changes = self._changes(view)
        outcomes = []
        for side, at in ((view.shown, place), (view.hidden, place.companion)):
            labelled = [one for one in leaving if one.path in side.label.paths]
            changes.remove_label(labelled, at)
            outcomes += [Outcome(at, one, is_there=False) for one in labelled]
        changes.delete_unlabelled(leaving, place.owner)
        self._settle(outcomes)

    def hide(self, records: Sequence[PackageRecord], channel: ChannelRef) -> None:
        """Hide packages from solving and keep their files; see the port."""
        place = place_of(channel)
        view = self._view(channel, records)
        view.refuse_absent(records)
        self._exchange([one for one in records if view.is_shown(one)], view, place, place.companion)

    def show(self, records: Sequence[PackageRecord], channel: ChannelRef) -> None:
        """Undo `hide`; see the port."""
        place = place_of(channel)
        view = self._view(channel, records)
        view.refuse_absent(records)
        labelled = [one for one in records if one.path in view.hidden.label.paths]
        self._exchange(labelled, view, place.companion, place)

    def inspect(self, channel: ChannelRef) -> Iterator[Flaw]:
        """Read every index and package file and yield what is wrong; change nothing."""
        place = place_of(channel)
        view = self._view(channel, None)
        for side, at in ((view.shown, place), (view.hidden, place.companion)):
            yield from inspect_label(side, at, self._api, self._reader, self._crowd)

    def reindex(self, channel: ChannelRef) -> None:
        """Wait until the server's index tells what its API lists: the server makes it."""
        place = place_of(channel)
        for _ in self._wait.looks(self._wait.seconds):
            view = self._view(channel, None)
            if all(set(one.records) == one.label.paths for one in (view.shown, view.hidden)):
                return
        raise StoreError(
            "the server makes the index of this channel, and has not done so yet",
            self._reader.shown_url(place, ""),
            "run the command again later; if it stays so, ask who runs the server",
        )

    def relate(self, channel: ChannelRef, overrides: ChannelRef | None) -> None:
        """Leave the channel as it is: the server makes its index, relations and all."""
        if overrides is not None and overrides.place == channel.place:
            raise UsageError(f"the channel {channel} cannot stand above itself", channel.url)

    @property
    def _api(self) -> Api:
        return self._open()[0]

    @property
    def _reader(self) -> ChannelReader:
        return self._open()[1]

    def _open(self) -> tuple[Api, ChannelReader]:
        """Look for the token, and import what is needed, when the first channel is asked for.

        What a fork makes of this process connects anew.
        """
        with self._lock:
            if os.getpid() not in self._opened:
                access = self._find_access(self._options.api)
                client = HttpClient(patience=self._patience, sleep=self._sleep)
                self._opened[os.getpid()] = (
                    Api(
                        self._options.api,
                        access,
                        jobs=self._jobs,
                        patience=self._patience,
                        sleep=self._sleep,
                    ),
                    ChannelReader(self._options.channels, access, client),
                )
            return self._opened[os.getpid()]

    def _view(
        self,
        channel: ChannelRef,
        records: Sequence[PackageRecord] | None,
        expected: ChannelState | None = None,
    ) -> View:
        """Look at all of a channel, or at the subdirs of some records; refuse an unexpected one."""
        place = place_of(channel)
        sides = (place, place.companion)
        labels = self._crowd.each(lambda one: self._api.label(one.owner, one.label), sides)
        wanted = None
        if records is not None and expected is None:
            wanted = {record.subdir for record in records}
        parts = [
            (at, subdir)
            for at, label in zip(sides, labels, strict=True)
            for subdir in sorted({Subdir(path.partition("/")[0]) for path in label.paths})
            if wanted is None or subdir in wanted
        ]
        found = self._crowd.each(lambda part: self._reader.records(*part), parts)
        merged: dict[Place, dict[str, PackageRecord]] = {one: {} for one in sides}
        for (at, _), part in zip(parts, found, strict=True):
            merged[at] |= part
        shown, hidden = (Side(label, merged[at]) for at, label in zip(sides, labels, strict=True))
        view = View(channel, shown, hidden, lambda record: self._api.dist(place.owner, record))
        view.refuse_unexpected(expected)
        return view

    def _changes(self, view: View) -> Changes:
        """Return what makes changes, if they can be made at all."""
        view.refuse_locked()
        self._api.refuse_without_token()
        return Changes(self._api, self._crowd)

    def _exchange(
        self, records: Sequence[PackageRecord], view: View, old: Place, new: Place
    ) -> None:
        """Put the new label on files, then take the old one off: a file is never without."""
        if not records:
            return
        changes = self._changes(view)
        changes.add_label(records, new)
        gained = [Outcome(new, one, is_there=True) for one in records]
        self._settling.check_listed(gained)
        changes.remove_label(records, old)
        self._settle([*gained, *(Outcome(old, one, is_there=False) for one in records)])

    def _settle(self, outcomes: Iterable[Outcome]) -> None:
        self._settling.settle(list(outcomes))

    @property
    def _settling(self) -> Settling:
        return Settling(api=self._api, reader=self._reader, crowd=self._crowd, wait=self._wait)

    def _told(self, place: Place, records: Sequence[PackageRecord]) -> Sequence[PackageRecord]:
        """Return records sorted by file, with the sha256 of the API where the index has none."""
        ordered = sorted(records, key=lambda record: record.file)
        if all(record.sha256 for record in ordered):
            return tuple(ordered)
        return tuple(self._crowd.each(lambda one: self._identified(place, one), ordered))

    def _identified(self, place: Place, record: PackageRecord) -> PackageRecord:
        if record.sha256:
            return record
        dist = self._api.dist(place.owner, record)
        return replace(record, sha256=dist.sha256) if dist is not None else record


def _without_repetition(artifacts: Sequence[Artifact], where: str) -> list[Artifact]:
    """Return each path once; raise ConflictError where two files have it."""
    chosen: dict[str, Artifact] = {}
    for artifact in artifacts:
        first = chosen.setdefault(artifact.record.path, artifact)
        if first.record.sha256 != artifact.record.sha256:
            raise conflict(artifact.record, where)
    return list(chosen.values())
