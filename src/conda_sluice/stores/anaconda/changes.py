"""Changes at one owner, many at a time; a lost answer is neither an error nor done twice."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from conda_sluice.effects.files import checksums_of
from conda_sluice.effects.http.answers import CONFLICT
from conda_sluice.errors import AnswerError
from conda_sluice.model.names import PackageName
from conda_sluice.model.package import Artifact, PackageRecord
from conda_sluice.model.refusals import changed_file, conflict
from conda_sluice.stores.anaconda.answers import Dist, Package
from conda_sluice.stores.anaconda.api import Api
from conda_sluice.stores.anaconda.metadata import Attributes, read_attributes
from conda_sluice.stores.anaconda.place import Place
from conda_sluice.stores.anaconda.view import is_same
from conda_sluice.stores.crowd import Crowd

_TRIES = 3
"""So often something is asked for of which the server says, wrongly, that it is there already."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """What an owner has of some packages: their names, and their files by path."""

    packages: Mapping[PackageName, Package | None] = field(default_factory=dict)
    dists: Mapping[str, Dist | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Changes:
    """Makes changes through the API, as many at a time as the crowd has jobs."""

    api: Api
    crowd: Crowd

    def look(self, owner: str, records: Sequence[PackageRecord]) -> Holdings:
        """Ask what the owner has of some packages, whatever labels are on it.

        A name is asked for once; a file only where its version is there.
        """
        names = list(dict.fromkeys(record.name for record in records))
        found = self.crowd.each(lambda name: self.api.package(owner, name), names)
        packages = dict(zip(names, found, strict=True))
        asked = [one for one in records if _has_version(packages[one.name], one.version)]
        dists = self.crowd.each(lambda record: self.api.dist(owner, record), asked)
        by_path = dict(zip((one.path for one in asked), dists, strict=True))
        return Holdings(packages, {one.path: by_path.get(one.path) for one in records})

    def upload(self, artifacts: Sequence[Artifact], place: Place, there: Holdings) -> None:
        """Upload files of which the owner has none, under the label from the start."""
        said = dict(
            zip(
                (one.record.path for one in artifacts),
                self.crowd.each(lambda one: read_attributes(one.path), artifacts),
                strict=True,
            )
        )
        firsts = {one.record.name: one.record for one in reversed(artifacts)}
        new = [one for name, one in firsts.items() if there.packages.get(name) is None]
        self.crowd.each(lambda one: self._make_package(place.owner, one, said[one.path]), new)
        releases = {(one.record.name, one.record.version): one.record for one in artifacts}
        missing = [
            record
            for (name, version), record in releases.items()
            if not _has_version(there.packages.get(name), version)
        ]
        self.crowd.each(lambda one: self._make_release(place.owner, one, said[one.path]), missing)
        self.crowd.each(lambda one: self._upload(one, place, said[one.record.path]), artifacts)

    def copy(self, records: Sequence[PackageRecord], source: Place, target: Place) -> None:
        """Copy files to another owner on the server."""
        self.crowd.each(lambda one: self._copy(one, source, target), records)

    def add_label(self, records: Sequence[PackageRecord], place: Place) -> None:
        """Put a label on files."""
        self.crowd.each(lambda one: self._add_label(one, place), records)

    def remove_label(self, records: Sequence[PackageRecord], place: Place) -> None:
        """Take a label off files."""
        self.crowd.each(lambda one: self._remove_label(one, place), records)

    def delete_unlabelled(self, records: Sequence[PackageRecord], owner: str) -> None:
        """Delete those files that carry no label: they would be in no channel and hold a name."""
        dists = self.crowd.each(lambda one: self.api.dist(owner, one), records)
        pairs = list(zip(records, dists, strict=True))
        labelled: set[str] = set()
        if any(dist is not None and dist.labels is None for _, dist in pairs):
            labels = self.crowd.each(lambda one: self.api.label(owner, one), self.api.labels(owner))
            labelled = {path for label in labels for path in label.paths}
        bare = [
            record
            for record, dist in pairs
            if dist is not None
            and not (record.path in labelled if dist.labels is None else dist.labels)
            and is_same(dist, record)  # not what somebody has put there meanwhile
        ]
        self.crowd.each(lambda one: self._remove_dist(one, owner), bare)

    def _make_package(self, owner: str, record: PackageRecord, said: Attributes) -> None:
        _ask_and_look(
            lambda: self.api.make_package(owner, said),
            lambda: self.api.package(owner, record.name) is not None,
        )

    def _make_release(self, owner: str, record: PackageRecord, said: Attributes) -> None:
        _ask_and_look(
            lambda: self.api.make_release(owner, record.name, said),
            lambda: self.api.has_release(owner, record.name, record.version),
        )

    def _upload(self, artifact: Artifact, place: Place, said: Attributes) -> None:
        record = artifact.record
        with artifact.path.open("rb") as file:
            checksums = checksums_of(file)
        if checksums.sha256 != record.sha256:
            raise changed_file(str(artifact.path))
        _ask_and_look(
            lambda: self.api.upload(artifact, place, said, checksums),
            lambda: self._has_come(record, place),
        )

    def _copy(self, record: PackageRecord, source: Place, target: Place) -> None:
        _ask_and_look(
            lambda: self.api.copy(source.owner, source.label, record, target.owner, target.label),
            lambda: self._has_come(record, target),
        )

    def _add_label(self, record: PackageRecord, place: Place) -> None:
        _ask_and_look(
            lambda: self.api.add_label(place.owner, place.label, record),
            lambda: self._carries(record, place),
        )

    def _remove_label(self, record: PackageRecord, place: Place) -> None:
        _ask_and_look(
            lambda: self.api.remove_label(place.owner, place.label, record),
            lambda: not self._carries(record, place),
        )

    def _remove_dist(self, record: PackageRecord, owner: str) -> None:
        _ask_and_look(
            lambda: self.api.remove_dist(owner, record),
            lambda: self.api.dist(owner, record) is None,
        )

    def _carries(self, record: PackageRecord, place: Place) -> bool:
        """Tell whether the label is on the file."""
        return record.path in self.api.label(place.owner, place.label).paths

    def _has_come(self, record: PackageRecord, place: Place) -> bool:
        """Tell whether the file is there after all; raise ConflictError for another one.

        Then it was our request, or somebody else was faster: the label may be missing.
        """
        dist = self.api.dist(place.owner, record)
        if dist is None:
            return False
        if not is_same(dist, record):
            raise conflict(record, place.owner)
        if dist.labels is None or place.label not in dist.labels:
            self._add_label(record, place)
        return True


def _ask_and_look(ask: Callable[[], None], is_done: Callable[[], bool]) -> None:
    """Ask for a change, and look what came of it where the answer is an error or was lost.

    That it is there already is not believed: what is not there is asked for again.
    """
    for attempt in range(1, _TRIES + 1):
        try:
            ask()
        except AnswerError as error:
            if is_done():
                return
            if error.status != CONFLICT or attempt == _TRIES:
                raise
        else:
            return


def _has_version(package: Package | None, version: str) -> bool:
    return package is not None and version in package.versions
