"""Carry transactions out: noted before the first step, told to the ledger after the last.

A crash at any point leaves a note. The next command that changes something goes on from it:
nothing came about, then the note is dropped; something did, then the rest follows.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from conda_sluice.errors import ConflictError, DamagedError, SluiceError, StoreError
from conda_sluice.model.channel import ChannelRef, ChannelState
from conda_sluice.model.event import Event, EventKind
from conda_sluice.model.outcome import Recovered, RecoveredState
from conda_sluice.model.package import Artifact, PackageRecord
from conda_sluice.model.refusals import absent
from conda_sluice.model.transaction import Act, Deed, Item, Step, Transaction, stand_in
from conda_sluice.ports import Journal, Ledger, Store

Artifacts = Mapping[str, Artifact]
_Key = tuple[EventKind, str, str]
_NO_FILES: Artifacts = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Transactor:
    """Carries transactions out, and brings to an end those that a crash has left."""

    store: Store
    ledger: Ledger
    journal: Journal

    def carry_out(
        self,
        transaction: Transaction,
        artifacts: Artifacts = _NO_FILES,
        *,
        expected: ChannelState | None = None,
    ) -> None:
        """Do every step, tell the ledger, and note the end; call it while `exclusive`.

        An error leaves the channels as they were, or else the note, so that the next command
        goes on. `artifacts` are the files to put, by path within the channel; `expected` the
        state in which the channel of the first step has to be, else ChangedError is raised.
        """
        if not transaction.steps:
            return
        told = self._told(transaction)  # a broken ledger is refused before anything changes
        self.journal.begin(transaction)
        done: list[Step] = []
        try:
            for step in transaction.steps:
                self._do(step, artifacts, None if done else expected)
                done.append(step)
        except StoreError:  # it may have come after the step itself
            self._give_up(transaction, transaction.steps[: len(done) + 1])
            raise
        except SluiceError:
            # a step that was refused changed nothing, but for stores that do not promise it
            torn = transaction.steps[len(done)]
            is_whole = self.store.traits(torn.channel).transactional
            self._give_up(transaction, done if is_whole else [*done, torn])
            raise
        self._tell(transaction, told)

    def conclude(self, transaction: Transaction) -> None:
        """Tell the ledger what it does not know yet of what came about, and note the end."""
        self._tell(transaction, self._told(transaction))

    def _tell(self, transaction: Transaction, told: Collection[_Key]) -> None:
        events = self._as_they_came(transaction)
        self.ledger.append([event for event in events if _key(event) not in told])
        self.journal.end(transaction)

    def recover(self) -> tuple[Recovered, ...]:
        """Bring every abandoned transaction to its end; call it while `exclusive`."""
        return tuple(self._recover(one) for one in self.journal.abandoned())

    def _recover(self, transaction: Transaction) -> Recovered:
        steps = transaction.steps
        came = [step for step in steps if self._came(step)]
        # the files of an upload may be gone: what is there of it cannot be made whole
        is_torn = transaction.act is Act.UPLOAD and not all(map(self._is_whole, steps))
        if not came or is_torn:
            self._give_up(transaction, steps)
            return Recovered(
                transaction, RecoveredState.TAKEN_BACK if came else RecoveredState.DROPPED
            )
        try:
            for step in steps:
                if step.deed is Deed.PUT:
                    self._tidy(step)
                else:
                    self._do(step)
        except (ConflictError, DamagedError):
            # what was to be copied is not what it was: what lacks something stays so for ever
            if not all(map(self._is_whole, steps)):
                if not self._give_up(transaction, steps):
                    raise
                return Recovered(transaction, RecoveredState.TAKEN_BACK)
        self.conclude(transaction)
        return Recovered(transaction, RecoveredState.COMPLETED)

    def _give_up(self, transaction: Transaction, steps: Sequence[Step]) -> bool:
        """Take steps back and drop the note; keep it where bytes are gone, and return False."""
        came = [step for step in steps if self._came(step)]
        if any(step.deed is Deed.REMOVE for step in came):
            return False
        try:
            self._take_back(steps)
        except StoreError:
            if came:
                raise
            # the channel is as it was; files without a record go when somebody can write there
        self.journal.drop(transaction)
        return True

    def _told(self, transaction: Transaction) -> set[_Key]:
        """Return what the ledger tells of the transaction already."""
        return {
            _key(event)
            for name in sorted({event.name for event in transaction.events})
            for event in self.ledger.events(name)
            if event.data.get("transaction") == transaction.id
        }

    def _do(
        self, step: Step, artifacts: Artifacts = _NO_FILES, expected: ChannelState | None = None
    ) -> None:
        match step.deed:
            case Deed.PUT:
                self.store.put([artifacts[item.path] for item in step.items], step.channel)
            case Deed.COPY:
                source = step.source or step.channel
                records = self._get(step.items, source)
                self.store.copy(records, source, step.channel, expected=expected)
            case Deed.REMOVE:
                gone = self._gone(step)
                self.store.remove([*self._find(step), *gone], step.channel, expected=expected)
            case Deed.HIDE:
                self.store.hide(self._find(step), step.channel)
            case Deed.SHOW:
                self.store.show(self._find(step), step.channel)
            case Deed.CLOSE | Deed.OPEN:
                pass

    def _take_back(self, done: Sequence[Step]) -> None:
        """Undo steps, the last one first, files that no index names yet included."""
        for step in reversed(done):
            match step.deed:
                case Deed.PUT | Deed.COPY:
                    found = self._find(step) if self._came(step) else ()
                    self.store.remove([*found, *self._gone(step)], step.channel)
                case Deed.HIDE:
                    self.store.show(self._find(step), step.channel)
                case Deed.SHOW:
                    self.store.hide(self._find(step), step.channel)
                case Deed.REMOVE:
                    self._tidy(step)
                case Deed.CLOSE | Deed.OPEN:
                    pass

    def _tidy(self, step: Step) -> None:
        """Let the store mend what a crash has left of a step: what is shown is shown again."""
        self.store.show(self._seen(step), step.channel)

    def _came(self, step: Step) -> bool:
        """Tell whether any of a step came about."""
        return any(self._as_wanted(step))

    def _is_whole(self, step: Step) -> bool:
        """Tell whether all of a step came about: not every store changes a subdir at once."""
        return all(self._as_wanted(step))

    def _as_wanted(self, step: Step) -> Iterator[bool]:
        there = self._visible(step.channel, step.items)
        arrives = step.deed in {Deed.PUT, Deed.COPY, Deed.SHOW}
        return (_is_there(item, there) is arrives for item in step.items)

    def _find(self, step: Step) -> Sequence[PackageRecord]:
        """Return the records of those packages of a step that the channel holds, hidden or not."""
        there = self._held(step.channel, step.items)
        return [there[item.path] for item in step.items if _is_there(item, there)]

    def _seen(self, step: Step) -> Sequence[PackageRecord]:
        """Return the records of those packages of a step that the channel shows."""
        there = self._visible(step.channel, step.items)
        return [there[item.path] for item in step.items if _is_there(item, there)]

    def _gone(self, step: Step) -> Sequence[PackageRecord]:
        """Return stand-ins for packages that no index names: a crash may have left their files.

        What was to be built is not among them: nobody knows what its file is.
        """
        there = self._held(step.channel, step.items)
        return [stand_in(item) for item in step.items if item.sha256 and item.path not in there]

    def _get(self, items: Sequence[Item], channel: ChannelRef) -> Sequence[PackageRecord]:
        there = self._held(channel, items)
        for item in items:
            if not _is_there(item, there):
                raise absent(item, str(channel))
        return [there[item.path] for item in items]

    def _held(self, channel: ChannelRef, items: Sequence[Item]) -> Mapping[str, PackageRecord]:
        hidden = {
            record.path: record
            for subdir in {item.subdir for item in items}
            for record in self.store.hidden(channel, subdir)
        }
        return hidden | self._visible(channel, items)

    def _visible(self, channel: ChannelRef, items: Sequence[Item]) -> dict[str, PackageRecord]:
        return {
            record.path: record
            for subdir in {item.subdir for item in items}
            for record in self.store.records(channel, subdir, names={one.name for one in items})
        }

    def _as_they_came(self, transaction: Transaction) -> Iterator[Event]:
        """Yield the events with what is known by now, without those of files that did not come."""
        for step in transaction.steps:
            if step.deed is Deed.PUT:
                came = {record.path: record for record in self._find(step)}
                for event in transaction.events:
                    if event.path in came:
                        yield replace(event, sha256=came[event.path].sha256)
        if not any(step.deed is Deed.PUT for step in transaction.steps):
            yield from transaction.events


def _is_there(item: Item, there: Mapping[str, PackageRecord]) -> bool:
    record = there.get(item.path)
    return record is not None and item.sha256 in {"", record.sha256}


def _key(event: Event) -> _Key:
    return event.kind, event.path, event.channel
