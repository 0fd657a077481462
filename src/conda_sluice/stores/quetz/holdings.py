"""What a channel holds, shown or hidden.

quetz cannot hide a package. What is hidden lies in a second channel of the same server, called
as the first one with `-hidden` behind it. A package that lies in both is shown: a move between
them was broken off.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from conda_sluice.errors import StoreError
from conda_sluice.model.names import Subdir
from conda_sluice.model.package import PackageRecord
from conda_sluice.model.refusals import absent, conflict
from conda_sluice.stores.crowd import Crowd
from conda_sluice.stores.quetz.channel import QuetzChannel

HIDDEN = "-hidden"
_TRIES = 3


class Standing(Enum):
    """How a channel holds a package."""

    ABSENT = "absent"
    SHOWN = "shown"
    HIDDEN = "hidden"
    BOTH = "both"
    OTHER = "another file has its name"


@dataclass(frozen=True, slots=True)
class Holdings:
    """A channel, and the one in which its hidden packages lie, looked at `jobs` at a time."""

    shown: QuetzChannel
    jobs: int

    @property
    def hidden(self) -> QuetzChannel:
        """Return the channel of what is hidden, made or not."""
        return replace(self.shown, name=f"{self.shown.name}{HIDDEN}")

    def subdirs(self) -> Sequence[Subdir]:
        """Return the subdirs in which there may be packages, hidden ones too, sorted."""
        return sorted({*self.shown.subdirs(), *self.hidden.subdirs()})

    def hidden_records(self, subdir: Subdir) -> Sequence[PackageRecord]:
        """Return the records of what is hidden in a subdir, sorted by file."""
        hidden = self.hidden.records(subdir)
        if not hidden:
            return ()
        shown = {one.path for one in self.shown.records(subdir)}
        return tuple(one for one in hidden if one.path not in shown)

    def standings(self, records: Sequence[PackageRecord]) -> Mapping[str, Standing]:
        """Return how each package is held, by path: by the database, not by an index."""
        # Of a channel that is not there nothing is held; for one package to ask is as quick.
        has_hidden = len(records) == 1 or (bool(records) and self.hidden.is_private() is not None)

        def look(record: PackageRecord) -> Standing:
            here = self.shown.held(record)
            there = self.hidden.held(record) if has_hidden else ""
            return _STANDINGS.get(
                (_is(here, record), _is(there, record)),
                Standing.OTHER,
            )

        found = Crowd(self.jobs).each(look, records)
        return {record.path: one for record, one in zip(records, found, strict=True)}

    def missing_and_shown(
        self, records: Iterable[PackageRecord]
    ) -> tuple[list[PackageRecord], list[PackageRecord]]:
        """Return what the channel does not hold, and what it holds and shows, each file once.

        Raise ConflictError where two of them, or one and the channel, have one name and are
        different files.
        """
        by_path: dict[str, PackageRecord] = {}
        for record in records:
            if by_path.setdefault(record.path, record).sha256 != record.sha256:
                raise conflict(record, self.shown.place)
        found = self.standings(list(by_path.values()))
        for path, standing in found.items():
            if standing is Standing.OTHER:
                raise conflict(by_path[path], self.shown.place)
        missing = [one for one in by_path.values() if found[one.path] is Standing.ABSENT]
        shown = {Standing.SHOWN, Standing.BOTH}
        return missing, [one for one in by_path.values() if found[one.path] in shown]

    def refuse_absent(
        self, records: Sequence[PackageRecord], found: Mapping[str, Standing]
    ) -> None:
        """Raise DamagedError where the channel does not hold one of the packages."""
        for record in records:
            if found[record.path] in {Standing.ABSENT, Standing.OTHER}:
                raise absent(record, self.shown.place)

    def require(self) -> bool:
        """Tell whether the channel is private; raise StoreError where there is none."""
        is_private = self.shown.is_private()
        if is_private is None:
            raise StoreError(
                f"there is no channel {self.shown.name} on this server",
                self.shown.place,
                "make it there first, for you have to say whether it is private: on the server's"
                " page, or with POST /api/channels",
            )
        return is_private

    def make_hidden(self) -> None:
        """Make the channel for what is hidden, as private as the other one, if it is not there."""
        is_private = self.require()
        try:
            for _ in range(_TRIES):  # that it is there already is not believed
                if self.hidden.is_private() is not None:
                    return
                self.hidden.make(is_private=is_private)
        except StoreError as error:
            raise StoreError(
                f"quetz cannot hide packages, so they are moved to a channel {self.hidden.name},"
                f" which is not there and cannot be made: {error.what}",
                self.shown.place,
                f"ask who runs the server to make the channel {self.hidden.name},"
                f" {'private' if is_private else 'not private'}, and for the role maintainer in it",
            ) from error


def _is(sha256: str, record: PackageRecord) -> bool | None:
    """Tell whether this is the record's file; None for no file."""
    return sha256 == record.sha256 if sha256 else None


_STANDINGS = {
    (None, None): Standing.ABSENT,
    (True, None): Standing.SHOWN,
    (None, True): Standing.HIDDEN,
    (True, True): Standing.BOTH,
}
