"""After a change: the API lists it, and the index that clients read comes to show it."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from conda_sluice.errors import StoreError
from conda_sluice.model.names import PackageName, Subdir
from conda_sluice.model.package import PackageRecord
from conda_sluice.stores.anaconda.api import Api
from conda_sluice.stores.anaconda.place import Place
from conda_sluice.stores.anaconda.reading import ChannelReader
from conda_sluice.stores.crowd import Crowd

_LISTING = 5.0
"""Seconds for which the API may still list what was, after it said that a change was made."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a change should have come to: the label is on the file, or it is not."""

    place: Place
    record: PackageRecord
    is_there: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexWait:
    """How long the index may take to show a change, and the pauses between looks, in seconds."""

    seconds: float = 600.0
    first: float = 0.25
    longest: float = 20.0
    sleep: Callable[[float], None] = time.sleep

    def looks(self, seconds: float) -> Iterator[None]:
        """Yield for each look: at once, after pauses that grow, and last after `seconds`."""
        end = time.monotonic() + seconds
        pause = self.first
        while True:
            yield
            left = end - time.monotonic()
            if left <= 0:
                return
            self.sleep(min(pause, left))
            pause = min(pause * 1.5, self.longest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settling:
    """Waits for what was changed."""

    api: Api
    reader: ChannelReader
    crowd: Crowd
    wait: IndexWait
    _is_public: dict[tuple[str, PackageName], bool] = field(default_factory=dict)

    def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Return when API and index show the outcomes; raise StoreError where one does not."""
        self.check_listed(outcomes)
        self._await_index(outcomes)

    def check_listed(self, outcomes: Sequence[Outcome]) -> None:
        """Raise StoreError where the API does not list the outcomes, whatever it answered."""
        wrong: list[Outcome] = []
        for _ in self.wait.looks(min(_LISTING, self.wait.seconds)):
            wrong = self._unlisted(outcomes)
            if not wrong:
                return
        raise _not_done(wrong, self.api.url)

    def _unlisted(self, outcomes: Sequence[Outcome]) -> list[Outcome]:
        places = list(dict.fromkeys(one.place for one in outcomes))
        labels = self.crowd.each(lambda place: self.api.label(place.owner, place.label), places)
        listed = dict(zip(places, labels, strict=True))
        return [
            one for one in outcomes if (one.record.path in listed[one.place].paths) != one.is_there
        ]

    def _await_index(self, outcomes: Sequence[Outcome]) -> None:
        left = list(outcomes)
        for _ in self.wait.looks(self.wait.seconds):
            left = self._unseen(left)
            if not left:
                return
        first = left[0]
        url = self.reader.shown_url(first.place, first.record.subdir)
        verb = "show" if first.is_there else "drop"
        raise StoreError(
            f"the server has done it, and its index does not {verb} {first.record.file} yet"
            f"{f', nor {len(left) - 1} more' if len(left) > 1 else ''}",
            url,
            "nothing is lost: run the command again later",
        )

    def _unseen(self, outcomes: Sequence[Outcome]) -> list[Outcome]:
        """Return those that the index does not show as it is read now.

        With a token it is often read past the caches from which everybody else reads, so that is
        looked at too; private packages are not in there.
        """
        unseen = self._untold(outcomes, self.reader.records)
        if unseen or not self.reader.has_token:
            return unseen
        untold = self._untold(outcomes, self.reader.open_records)
        names = list(
            dict.fromkeys(
                (one.place.owner, one.record.name)
                for one in untold
                if one.is_there and (one.place.owner, one.record.name) not in self._is_public
            )
        )
        found = self.crowd.each(lambda name: self.api.package(*name), names)
        self._is_public.update(
            (name, package is None or package.is_public)
            for name, package in zip(names, found, strict=True)
        )
        return [
            one
            for one in untold
            if not one.is_there or self._is_public[one.place.owner, one.record.name]
        ]

    def _untold(
        self,
        outcomes: Sequence[Outcome],
        read: Callable[[Place, Subdir], Mapping[str, PackageRecord] | None],
    ) -> list[Outcome]:
        parts = list(dict.fromkeys((one.place, one.record.subdir) for one in outcomes))
        found = self.crowd.each(lambda part: read(*part), parts)
        indexes = dict(zip(parts, found, strict=True))
        untold = []
        for one in outcomes:
            index = indexes[one.place, one.record.subdir]
            if index is not None and _is_told(index.get(one.record.path), one) != one.is_there:
                untold.append(one)
        return untold


def _is_told(told: PackageRecord | None, one: Outcome) -> bool:
    if told is None or not one.is_there:
        return told is not None
    record = one.record
    return told.sha256 == record.sha256 if told.sha256 else told.md5 == record.md5


def _not_done(wrong: Sequence[Outcome], url: str) -> StoreError:
    first = wrong[0]
    verb = "does not list" if first.is_there else "still lists"
    return StoreError(
        f"said that all was done, and {verb} {first.record.path} under the label"
        f" {first.place.label} of {first.place.owner}",
        url,
        "run the command again; if it stays so, ask who runs the server",
    )
