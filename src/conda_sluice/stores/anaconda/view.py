"""A channel at one moment: what the API lists, and what the index that clients read tells (pure).

What is in the channel is what the API lists, for the index lags behind; what it is (sha256) the
index tells.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from conda_sluice.errors import DamagedError, StoreError
from conda_sluice.model.channel import ChannelRef, ChannelState
from conda_sluice.model.names import Subdir
from conda_sluice.model.package import PackageRecord
from conda_sluice.model.refusals import absent, another_file, changed, conflict
from conda_sluice.stores.anaconda.answers import Dist, Label


@dataclass(frozen=True, slots=True)
class Side:
    """One label: what is listed, and the records of its index by path."""

    label: Label = field(default_factory=Label)
    records: Mapping[str, PackageRecord] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class View:
    """The label of a channel, and its companion under which the hidden packages stand.

    `ask` asks the API about a file that is listed and that the index does not show yet.
    """

    channel: ChannelRef
    shown: Side
    hidden: Side
    ask: Callable[[PackageRecord], Dist | None]

    def is_shown(self, record: PackageRecord) -> bool:
        """Tell whether the channel's own label is on the file of that path."""
        return record.path in self.shown.label.paths

    def is_hidden(self, record: PackageRecord) -> bool:
        """Tell whether the companion's label is on the file of that path, and not the channel's."""
        return record.path in self.hidden.label.paths and not self.is_shown(record)

    def holds(self, record: PackageRecord) -> bool:
        """Tell whether the channel has a file of that path, hidden or not."""
        return self.is_shown(record) or self.is_hidden(record)

    def refuse_another(self, record: PackageRecord) -> None:
        """Raise DamagedError where the channel holds another file of that path."""
        if self.holds(record) and not self._is_same(record):
            raise another_file(record, self.channel.url)

    def refuse_conflict(self, record: PackageRecord) -> None:
        """Raise ConflictError where the channel holds another file of that path."""
        if self.holds(record) and not self._is_same(record):
            raise conflict(record, str(self.channel))

    def refuse_absent(self, records: Sequence[PackageRecord]) -> None:
        """Raise DamagedError where the channel does not hold one of the packages."""
        for record in records:
            if not self.holds(record) or not self._is_same(record):
                raise self._absent(record)

    def refuse_not_shown(self, records: Sequence[PackageRecord]) -> None:
        """Raise DamagedError where the channel does not show one of the packages."""
        for record in records:
            if not self.is_shown(record) or not self._is_same(record):
                raise self._absent(record)

    def refuse_locked(self) -> None:
        """Raise StoreError where one of the labels is locked, before anything is changed."""
        if self.shown.label.is_locked or self.hidden.label.is_locked:
            raise StoreError(
                "its label is locked: nothing was changed",
                self.channel.place,
                "whoever locked it unlocks it with: anaconda label --unlock",
            )

    def refuse_unexpected(self, expected: ChannelState | None) -> None:
        """Raise ChangedError where the channel is in another state than the expected one."""
        if expected is not None and self.state() != expected:
            raise changed(self.channel)

    def state(self) -> ChannelState:
        """Return what tells this state from every other one.

        Where list and index differ, because a change is on its way, it is a state of its own.
        """
        sides = (self.shown, self.hidden)
        paths = {path for side in sides for path in (*side.label.paths, *side.records)}
        lines: dict[Subdir, list[str]] = {}
        for path in sorted(paths):
            told = [side.records[path].sha256 for side in sides if path in side.records]
            places = [(path in side.label.paths, path in side.records) for side in sides]
            subdir = Subdir(path.partition("/")[0])
            lines.setdefault(subdir, []).append(f"{path} {told} {places}")
        return ChannelState(
            {
                subdir: hashlib.sha256("\n".join(texts).encode()).hexdigest()
                for subdir, texts in lines.items()
            }
        )

    def _is_same(self, record: PackageRecord) -> bool:
        side = self.shown if self.is_shown(record) else self.hidden
        told = side.records.get(record.path)
        if told is not None and told.sha256:
            return told.sha256 == record.sha256
        dist = self.ask(record)
        return dist is not None and is_same(dist, record)

    def _absent(self, record: PackageRecord) -> DamagedError:
        trouble = absent(record, self.channel.url)
        if self.is_hidden(record):
            trouble.what = f"hides {record.path}"
        return trouble


def is_same(dist: Dist, record: PackageRecord) -> bool:
    """Tell whether the server's file is the one of the record; False where it tells no digest."""
    if dist.sha256:
        return dist.sha256 == record.sha256
    return bool(dist.md5) and dist.md5 == record.md5
