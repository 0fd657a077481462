"""Random changes of channels behind a bad network, held against a model of what must be there.

Every change is repeated until it is done: that is what a person does who reads "run the command
again". After an error each package of the change is there or not there as before or as wanted;
after the change everything is as the model says; nothing else ever changes.
"""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from conda_sluice.effects.files import sha256_of
from conda_sluice.errors import StoreError
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.package import Artifact, PackageRecord
from conda_sluice.ports import Store
from factories import an_artifact

MOST_TRIES = 40


@dataclass(frozen=True)
class Stand:
    """A store behind the weather, and the same store without it."""

    store: Store
    calm: Store
    channel: Callable[[str], ChannelRef]


@dataclass
class Storm:
    """Changes two channels at random; `told` counts the errors that came, by their words."""

    stand: Stand
    folder: Path
    seed: int
    told: Counter[str] = field(default_factory=Counter)
    operations: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self.channels = tuple(self.stand.channel(name) for name in ("unstable", "testing"))
        self._shown: dict[ChannelRef, set[PackageRecord]] = {one: set() for one in self.channels}
        self._hidden: dict[ChannelRef, set[PackageRecord]] = {one: set() for one in self.channels}
        self._made = 0

    def blow(self, operations: int) -> None:
        """Carry out so many operations, and look at everything now and then, and at the end."""
        for number in range(operations):
            self._one()
            if number % 20 == 0:
                self.look()
        self.look()

    def look(self) -> None:
        """Check that the channels hold what they must hold, without the weather."""
        for channel in self.channels:
            assert self._there(channel) == (self._shown[channel], self._hidden[channel])

    def _one(self) -> None:
        channel = self._random.choice(self.channels)
        shown, hidden = sorted(self._shown[channel], key=_path), self._hidden[channel]
        name = self._random.choice(["put", "put", "copy", "remove", "hide", "show", "get", "read"])
        self.operations[name] += 1
        store, some = self.stand.store, self._some(shown)
        match name:
            case "put":
                artifacts = [self._artifact() for _ in range(self._random.randint(1, 3))]
                wanted = {one.record for one in artifacts}
                self._do(channel, lambda: store.put(artifacts, channel), shown=wanted)
            case "copy":
                lower, upper = self.channels
                some = self._some(sorted(self._shown[lower], key=_path))
                free = [one for one in some if one not in self._hidden[upper]]
                self._do(upper, lambda: store.copy(free, lower, upper), shown=set(free))
            case "remove":
                self._do(channel, lambda: store.remove(some, channel), gone=set(some))
            case "hide":
                self._do(channel, lambda: store.hide(some, channel), hidden=set(some))
            case "show":
                back = self._some(sorted(hidden, key=_path))
                self._do(channel, lambda: store.show(back, channel), shown=set(back))
            case "get":
                self._try(lambda: self._get(some[:1], channel))
            case "read":
                self._try(lambda: self._read(channel))

    def _do(
        self,
        channel: ChannelRef,
        change: Callable[[], None],
        *,
        shown: set[PackageRecord] = frozenset(),
        hidden: set[PackageRecord] = frozenset(),
        gone: set[PackageRecord] = frozenset(),
    ) -> None:
        before = self._shown[channel] | set(), self._hidden[channel] | set()
        touched = shown | hidden | gone
        after = (
            (before[0] | shown) - hidden - gone,
            (before[1] | hidden) - shown - gone,
        )

        def is_between() -> None:
            now = self._there(channel)
            for was, is_, will in zip(before, now, after, strict=True):
                assert is_ - touched == was - touched, "what nobody touched has changed"
                assert is_ & touched <= was | will, "there is what nobody wanted"

        self._try(change, is_between)
        self._shown[channel], self._hidden[channel] = after

    def _try(
        self,
        operation: Callable[[], None],
        check: Callable[[], None] = lambda: None,
    ) -> None:
        for _ in range(MOST_TRIES):
            try:
                operation()
            except StoreError as error:  # any other error is a wrong one, and the test's end
                self.told[error.what[:60] if error.remedy else f"no remedy: {error}"] += 1
                check()
            else:
                return
        raise AssertionError(f"still failing after {MOST_TRIES} tries: {self.told}")

    def _there(self, channel: ChannelRef) -> tuple[set[PackageRecord], set[PackageRecord]]:
        calm, subdirs = self.stand.calm, ("noarch", "linux-64")
        return (
            {one for subdir in subdirs for one in calm.records(channel, subdir)},
            {one for subdir in subdirs for one in calm.hidden(channel, subdir)},
        )

    def _get(self, records: Sequence[PackageRecord], channel: ChannelRef) -> None:
        for one in records:
            with TemporaryDirectory() as into:
                assert sha256_of(self.stand.store.get(one, channel, Path(into))) == one.sha256

    def _read(self, channel: ChannelRef) -> None:
        for subdir in ("noarch", "linux-64"):
            told = set(self.stand.store.records(channel, subdir))
            assert told == {one for one in self._shown[channel] if one.subdir == subdir}

    def _some(self, records: Sequence[PackageRecord]) -> list[PackageRecord]:
        return self._random.sample(records, min(len(records), self._random.randint(1, 4)))

    def _artifact(self) -> Artifact:
        self._made += 1
        subdir = self._random.choice(["noarch", "linux-64"])
        return an_artifact(self.folder / str(self._made), f"p{self._made}", subdir=subdir)


def _path(record: PackageRecord) -> str:
    return record.path
